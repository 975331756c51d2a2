"""The result of validating a snapshot: `var/validation/<snapshot>/`."""

from dataclasses import dataclass

import pandas as pd
from pydantic_core import to_json

from ..errors import warn
from ..settings import var
from ..storage import DamagedFileError, atomic_folder, read_record, remove
from ..tables import escape_formulas
from .anomalies import Profile


@dataclass(frozen=True)
class ValidationResult:
    """Errors reject a snapshot; warnings do not."""

    snapshot: str
    period: str
    rows: int
    settings_digest: str  # of the declaration and the settings that were used
    errors: list[str]
    warnings: list[str]
    profile: Profile

    @property
    def outcome(self) -> str:
        return "rejected" if self.errors else "accepted"


def save_result(result: ValidationResult, report: str, broken_rows: list[pd.DataFrame]) -> None:
    folder = var("validation", result.snapshot)
    with atomic_folder(folder) as part:
        (part / "result.json").write_bytes(to_json(result, indent=2) + b"\n")
        (part / "report.html").write_text(report, encoding="utf-8")
        if broken_rows:
            rows = escape_formulas(pd.concat(broken_rows))
            rows.to_csv(part / "broken_rows.csv", index=False)
        remove(folder)  # last: until here the earlier result stays


def read_results() -> dict[str, ValidationResult]:
    """snapshot -> its result. A damaged one is as good as none: the snapshot is validated again."""
    results = {}
    for file in sorted(var("validation").glob("[!.]*/result.json")):
        try:
            result = read_record(ValidationResult, file, "its snapshot is validated again")
            results[result.snapshot] = result
        except DamagedFileError as error:
            warn(str(error))
    return results
