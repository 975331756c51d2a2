"""Find anomalies: differences from other periods that may be right, and so are warnings."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import fmean, median

import pandas as pd
from pydantic import Field

from ..formatting import format_count
from ..spec import DataSpec, FrozenModel
from ..values import as_text


class ValidationSettings(FrozenModel):
    """`conf/validation.yml`."""

    max_missing_increase: float = Field(default=0.1, gt=0)  # of the share of missing values
    max_new_value_ratio: float = Field(default=0.01, gt=0)  # share of rows
    max_row_count_ratio: float = Field(default=2, gt=1)


@dataclass
class Profile:
    """Counts that describe rows. Undeclared columns are ignored."""

    rows: int = 0
    missing: Counter[str] = field(default_factory=Counter)  # feature -> rows without a value
    values: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, spec: DataSpec, frame: pd.DataFrame) -> None:
        self.rows += len(frame)
        for name, column in frame.filter([*spec.features]).items():
            self.missing[name] += int(column.isna().sum())
            if spec.features[name].type == "category":
                self.values[name].update(count_values(column))

    def missing_share(self, name: str) -> float:
        return self.missing.get(name, 0) / self.rows if self.rows else 0.0


def count_values(column: pd.Series) -> Counter[str]:
    """Value as text -> its rows. Only distinct values are written as text, because that is slow."""
    counts: Counter[str] = Counter()
    rows = column.value_counts()
    values = as_text(rows.index.to_series()).tolist()
    for value, count in zip(values, rows.tolist(), strict=True):
        counts[value] += count
    return counts


def find_anomalies(new: Profile, others: list[Profile], settings: ValidationSettings) -> list[str]:
    """A sentence for each difference that is larger than the settings allow."""
    if not others:
        return []
    anomalies = []
    usual, limit = median(each.rows for each in others), settings.max_row_count_ratio
    if not usual / limit <= new.rows <= usual * limit:
        rows = format_count(new.rows, "row")
        anomalies.append(f"{rows}: the median of other periods is {usual:,.0f}")
    for name in new.missing:
        share, before = new.missing_share(name), fmean(each.missing_share(name) for each in others)
        if share - before > settings.max_missing_increase:
            anomalies.append(f"`{name}` is missing in {share:.0%} of rows, before in {before:.0%}")
    for name, values in new.values.items():
        known = set().union(*(each.values.get(name, ()) for each in others))
        unknown = sorted(values.keys() - known)
        new_rows = sum(values[value] for value in unknown)
        if new_rows > settings.max_new_value_ratio * new.rows:
            number, rows = format_count(len(unknown), "new value"), format_count(new_rows, "row")
            anomalies.append(f"`{name}` has {number} in {rows}: {', '.join(unknown[:5])}")
    return anomalies
