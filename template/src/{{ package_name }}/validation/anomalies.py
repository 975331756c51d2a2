"""What is odd beside what was admitted before: it may be right, so it warns and stops nothing."""

from dataclasses import dataclass, field
from statistics import fmean, median

import pandas as pd
from pydantic import Field

from ..schema import as_text
from ..spec import DataSpec, FrozenModel


class ValidationSettings(FrozenModel):
    """`conf/validation.yml`."""

    missing_rise: float = Field(default=0.1, gt=0)  # more missing than before, as a share of rows
    new_values: float = Field(default=0.01, gt=0)  # rows with values never seen, as a share
    rows_factor: float = Field(default=2, gt=1)  # more or fewer rows than before


@dataclass
class Profile:
    """A batch in figures. Columns that are not declared are nobody's business."""

    rows: int = 0
    missing: dict[str, int] = field(default_factory=dict)  # rows, by feature
    values: dict[str, dict[str, int]] = field(default_factory=dict)  # rows, by value of a category

    def add(self, spec: DataSpec, frame: pd.DataFrame) -> None:
        self.rows += len(frame)
        for name in [name for name in spec.features if name in frame]:
            self.missing[name] = self.missing.get(name, 0) + int(frame[name].isna().sum())
        for name in [name for name in spec.columns("category") if name in frame]:
            seen = self.values.setdefault(name, {})
            for value, rows in as_text(frame[name]).value_counts().items():
                seen[str(value)] = seen.get(str(value), 0) + int(rows)

    def share(self, name: str) -> float:
        return self.missing.get(name, 0) / self.rows if self.rows else 0.0


def find_anomalies(new: Profile, before: list[Profile], settings: ValidationSettings) -> list[str]:
    """A sentence for each thing that sets a batch apart from those before it."""
    if not before:
        return []
    found = []
    usual = median(each.rows for each in before)
    if not usual / settings.rows_factor <= new.rows <= usual * settings.rows_factor:
        found.append(f"{new.rows:,} rows, where {usual:,.0f} are usual")
    for name in new.missing:
        share, then = new.share(name), fmean(each.share(name) for each in before)
        if share - then > settings.missing_rise:
            found.append(f"`{name}` is missing in {share:.0%} of the rows, before in {then:.0%}")
    for name, values in new.values.items():
        known = set().union(*(each.values.get(name, {}) for each in before))
        strange = [value for value in values if value not in known]
        rows = sum(values[value] for value in strange)
        if rows > settings.new_values * new.rows:
            some = ", ".join(sorted(strange)[:5])
            found.append(f"`{name}` has {len(strange)} new values in {rows} rows: {some}")
    return found
