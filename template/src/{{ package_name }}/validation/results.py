"""The result of validating a snapshot: `var/validation/<snapshot>/`."""

import json
import shutil
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..settings import var
from ..storage import atomic_folder, from_stored, write_json


@dataclass(frozen=True)
class ValidationResult:
    """Errors reject a snapshot; warnings do not."""

    snapshot: str
    period: str
    rows: int
    settings_digest: str  # of the declaration and the settings that were used
    errors: list[str]
    warnings: list[str]
    profile: dict[str, Any]

    @property
    def outcome(self) -> str:
        return "rejected" if self.errors else "accepted"


def save_result(result: ValidationResult, report: str, broken_rows: list[pd.DataFrame]) -> None:
    folder = var("validation", result.snapshot)
    with atomic_folder(folder) as part:
        write_json(vars(result), part / "result.json")
        (part / "report.html").write_text(report, encoding="utf-8")
        if broken_rows:
            pd.concat(broken_rows).to_csv(part / "broken_rows.csv", index=False)
        shutil.rmtree(folder, ignore_errors=True)  # last: until here the earlier result stays


def read_results() -> dict[str, ValidationResult]:
    """snapshot -> its result."""
    files = sorted(var("validation").glob("[!.]*/result.json"))
    results = [from_stored(ValidationResult, json.loads(file.read_text())) for file in files]
    return {result.snapshot: result for result in results}
