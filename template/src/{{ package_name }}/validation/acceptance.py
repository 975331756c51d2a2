"""Data that keep the contract are copied to `var/data/<period>.parquet`, where training reads."""

import filecmp
import shutil
from functools import cached_property
from pathlib import Path

import pandas as pd

from ..data import digest_file, file_digest, is_unchanged
from ..errors import InputError
from ..formatting import format_count
from ..ingestion.snapshots import Snapshot
from ..schema import mask_missing
from ..settings import load_spec, read_settings, var
from ..storage import atomic_file, sha256
from .anomalies import Profile, ValidationSettings, find_anomalies
from .contract import Contract
from .keys import AcceptedKeys
from .report import html_report
from .results import ValidationResult, read_results, save_result

SAMPLE_ROWS = 20_000  # for the distributions in a report


class ContractError(InputError):
    """The data are not what conf/data.yml declares."""


def accept_snapshots(snapshots: list[Snapshot]) -> None:
    """Validate snapshots and copy them to where training reads; ContractError at a rejected one."""
    validator = Validator()
    for snapshot in snapshots:
        if (result := validator.accept(snapshot)).errors:
            raise ContractError(describe_rejection(result))


def describe_rejection(result: ValidationResult) -> str:
    report = var("validation", result.snapshot, "report.html")
    rows, errors = format_count(result.rows, "row"), "; ".join(result.errors)
    return f"{result.period} ({rows}) is rejected: {errors}. See {report}"


def have_same_content(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def copy_with_digest(snapshot: Snapshot, target: Path) -> None:
    """Copy the rows of a snapshot, and write the digest next to them: training checks it."""
    with atomic_file(target) as part:
        shutil.copyfile(snapshot.file, part)
        if file_digest(part) != snapshot.file_digest:
            raise snapshot.changed_error()
    with atomic_file(digest_file(target)) as part:
        part.write_text(f"{snapshot.file_digest}  {target.name}\n")  # for `sha256sum --check`


class Validator:
    """Checks snapshots against the contract and against the other periods."""

    def __init__(self) -> None:
        self.spec = load_spec()
        self.settings = read_settings(ValidationSettings, "validation")
        self.settings_digest = sha256(f"{self.spec.digest} {self.settings}".encode())
        self._results = read_results()

    @cached_property
    def _keys(self) -> AcceptedKeys:
        return AcceptedKeys(self.spec)

    def accept(self, snapshot: Snapshot) -> ValidationResult:
        """Validate a snapshot, and copy it to where training reads if it keeps the contract."""
        target = var("data", f"{snapshot.period}.parquet")
        known = self._results.get(snapshot.name)
        is_current = known and known.settings_digest == self.settings_digest
        is_copied = is_unchanged(target) and have_same_content(target, snapshot.file)
        if known and is_current and is_copied:
            return known  # periods that were accepted since were checked against its keys
        self._results[snapshot.name] = self._validate(snapshot, target)
        return self._results[snapshot.name]

    def _validate(self, snapshot: Snapshot, target: Path) -> ValidationResult:
        """Read a snapshot once, copy it to the target if it keeps the contract, save the result."""
        contract, profile, samples = Contract(self.spec), Profile(), []
        # Of categories the profile counts all values.
        sampled = [n for n, feature in self.spec.features.items() if feature.type != "category"]
        for batch in snapshot.batches():
            frame = contract.add(mask_missing(self.spec, batch))
            profile.add(self.spec, frame)
            samples.append(frame.filter(sampled).iloc[:: max(1, snapshot.rows // SAMPLE_ROWS)])
        others = [each for each in self._results.values() if each.period != snapshot.period]
        profiles = [each.profile for each in others if not each.errors]
        result = ValidationResult(
            snapshot=snapshot.name,
            period=snapshot.period,
            rows=snapshot.rows,
            settings_digest=self.settings_digest,
            errors=contract.violations(self._keys.count(contract.key_hashes, target)),
            warnings=find_anomalies(profile, profiles, self.settings),
            profile=profile,
        )
        report = html_report(self.spec, result, pd.concat(samples, ignore_index=True))
        if not result.errors:  # before the result, as a full disk stops at the largest file
            copy_with_digest(snapshot, target)
            self._keys.add(target, contract.key_hashes)
        save_result(result, report, contract.broken_rows)
        return result
