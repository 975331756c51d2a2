"""What was found in a snapshot: `var/validation/<snapshot>/`, for programs and for people."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..data import text
from ..ingestion.snapshots import Snapshot
from ..runs import known, sha256, unfinished
from ..settings import var
from ..spec import DataSpec
from .contract import Contract, key_hashes
from .history import Profile, Settings, oddities
from .report import page

SAMPLE = 20_000  # rows that pictures are made of


@dataclass(frozen=True)
class Verdict:
    """Errors keep a snapshot out, warnings do not."""

    snapshot: str
    period: str
    inputs: str  # a hash of the declaration and the settings it was judged by
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    profile: dict[str, Any] = field(default_factory=dict)


def judge(
    spec: DataSpec, settings: Settings, snapshot: Snapshot, elsewhere: list[np.ndarray]
) -> Verdict:
    """Read a snapshot once, and keep what was found; `elsewhere` are keys of other periods."""
    contract, profile, sample = Contract(spec), Profile(), []
    stride = max(1, snapshot.rows // SAMPLE)
    for frame in snapshot.batches():
        contract.add(frame)
        profile.add(spec, frame)
        sample.append(frame.iloc[::stride])
    errors = [str(breach) for breach in contract.breaches()]
    if len(twice := also_in(elsewhere, np.sort(contract.keys))):
        errors.append(
            f"{len(twice)} values of `{spec.key}`, {one_of(spec, snapshot, twice)} for one, "
            "are in another period already"
        )
    before = [known(Profile, v.profile) for v in admitted() if v.period != snapshot.period]
    verdict = Verdict(
        snapshot=snapshot.folder.name,
        period=snapshot.period,
        inputs=inputs(spec, settings),
        errors=errors,
        warnings=oddities(profile, before, settings),
        profile=asdict(profile),
    )
    keep(spec, snapshot, verdict, pd.concat(sample), contract.broken)
    return verdict


def also_in(elsewhere: list[np.ndarray], keys: np.ndarray) -> np.ndarray:
    """The keys that stand in any of these, all sorted."""
    filled = [other for other in elsewhere if len(other)]
    nearest = (other.take(np.searchsorted(other, keys), mode="clip") for other in filled)
    return np.unique(np.concatenate([keys[:0], *(keys[keys == each] for each in nearest)]))


def one_of(spec: DataSpec, snapshot: Snapshot, hashes: np.ndarray) -> str:
    keys = (frame[spec.key].dropna() for frame in snapshot.batches())
    return str(min(min(text(k)[np.isin(key_hashes(k), hashes)], default="~") for k in keys))


def inputs(spec: DataSpec, settings: Settings) -> str:
    return sha256((spec.digest + settings.model_dump_json()).encode())[:12]


def keep(
    spec: DataSpec,
    snapshot: Snapshot,
    verdict: Verdict,
    sample: pd.DataFrame,
    broken: list[pd.DataFrame],
) -> None:
    folder = var("validation", verdict.snapshot)
    title = f"{verdict.period}: {'refused' if verdict.errors else 'kept the contract'}"
    facts = f"{snapshot.rows:,} rows of {snapshot.source}, pulled {snapshot.pulled}"
    found = {"error": verdict.errors, "warning": verdict.warnings}
    with unfinished(folder) as part:
        (part / "verdict.json").write_text(json.dumps(asdict(verdict), indent=2) + "\n")
        (part / "report.html").write_text(page(spec, title, facts, found, sample), encoding="utf-8")
        if broken:
            pd.concat(broken).to_csv(part / "broken_rows.csv", index=False)
        shutil.rmtree(folder, ignore_errors=True)  # last: until then the old one stands


def place() -> Path:
    return var("validation")


def read(snapshot: str) -> Verdict | None:
    """What was found in a snapshot, if it was judged."""
    file = var("validation", snapshot, "verdict.json")
    return known(Verdict, json.loads(file.read_text())) if file.is_file() else None


def admitted() -> Iterator[Verdict]:
    """The verdicts on what kept the contract."""
    for file in sorted(var("validation").glob("[!.]*/verdict.json")):
        if (verdict := read(file.parent.name)) and not verdict.errors:
            yield verdict
