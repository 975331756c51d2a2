"""What was found in a snapshot: `var/validation/<snapshot>/`, for programs and for people."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..ingestion.snapshots import Snapshot
from ..schema import as_text
from ..settings import var
from ..spec import DataSpec
from ..storage import atomic_folder, from_stored, sha256
from .anomalies import Profile, ValidationSettings, find_anomalies
from .contract import Contract, key_hashes
from .report import page

SAMPLE_ROWS = 20_000  # rows that pictures are made of


@dataclass(frozen=True)
class ValidationResult:
    """Errors keep a snapshot out, warnings do not."""

    snapshot: str
    period: str
    inputs: str  # a hash of the declaration and the settings it was judged by
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    profile: dict[str, Any] = field(default_factory=dict)


def validate_snapshot(
    spec: DataSpec, settings: ValidationSettings, snapshot: Snapshot, elsewhere: list[np.ndarray]
) -> ValidationResult:
    """Read a snapshot once, and keep what was found; `elsewhere` are keys of other periods."""
    contract, profile, sample = Contract(spec), Profile(), []
    stride = max(1, snapshot.rows // SAMPLE_ROWS)
    for frame in snapshot.batches():
        contract.add(frame)
        profile.add(spec, frame)
        sample.append(frame.iloc[::stride])
    errors = [str(breach) for breach in contract.breaches()]
    if len(twice := duplicate_keys(elsewhere, np.sort(contract.keys))):
        errors.append(
            f"{len(twice)} values of `{spec.key}`, {example_key(spec, snapshot, twice)} for one, "
            "are in another period already"
        )
    before = [
        from_stored(Profile, v.profile) for v in accepted_results() if v.period != snapshot.period
    ]
    verdict = ValidationResult(
        snapshot=snapshot.folder.name,
        period=snapshot.period,
        inputs=settings_digest(spec, settings),
        errors=errors,
        warnings=find_anomalies(profile, before, settings),
        profile=asdict(profile),
    )
    save_result(spec, snapshot, verdict, pd.concat(sample), contract.broken)
    return verdict


def duplicate_keys(elsewhere: list[np.ndarray], keys: np.ndarray) -> np.ndarray:
    """The keys that stand in any of these, all sorted."""
    filled = [other for other in elsewhere if len(other)]
    nearest = (other.take(np.searchsorted(other, keys), mode="clip") for other in filled)
    return np.unique(np.concatenate([keys[:0], *(keys[keys == each] for each in nearest)]))


def example_key(spec: DataSpec, snapshot: Snapshot, hashes: np.ndarray) -> str:
    keys = (frame[spec.key].dropna() for frame in snapshot.batches())
    return str(min(min(as_text(k)[np.isin(key_hashes(k), hashes)], default="~") for k in keys))


def settings_digest(spec: DataSpec, settings: ValidationSettings) -> str:
    return sha256((spec.digest + settings.model_dump_json()).encode())[:12]


def save_result(
    spec: DataSpec,
    snapshot: Snapshot,
    verdict: ValidationResult,
    sample: pd.DataFrame,
    broken: list[pd.DataFrame],
) -> None:
    folder = var("validation", verdict.snapshot)
    title = f"{verdict.period}: {'refused' if verdict.errors else 'kept the contract'}"
    facts = f"{snapshot.rows:,} rows of {snapshot.source}, pulled {snapshot.pulled}"
    found = {"error": verdict.errors, "warning": verdict.warnings}
    with atomic_folder(folder) as part:
        (part / "verdict.json").write_text(json.dumps(asdict(verdict), indent=2) + "\n")
        (part / "report.html").write_text(page(spec, title, facts, found, sample), encoding="utf-8")
        if broken:
            pd.concat(broken).to_csv(part / "broken_rows.csv", index=False)
        shutil.rmtree(folder, ignore_errors=True)  # last: until then the old one stands


def place() -> Path:
    return var("validation")


def read_result(snapshot: str) -> ValidationResult | None:
    """What was found in a snapshot, if it was judged."""
    file = var("validation", snapshot, "verdict.json")
    return from_stored(ValidationResult, json.loads(file.read_text())) if file.is_file() else None


def accepted_results() -> Iterator[ValidationResult]:
    """The verdicts on what kept the contract."""
    for file in sorted(var("validation").glob("[!.]*/verdict.json")):
        if (verdict := read_result(file.parent.name)) and not verdict.errors:
            yield verdict
