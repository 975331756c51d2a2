"""Numbers and tables as people read them."""

from collections.abc import Sequence

NO_SLICE = "No slice is worse than all rows by more than noise"
NO_BETTER = "The model is no better than the baseline: use the baseline, or find better features."
TREND = "Trees predict no value beyond those of their rows, so they do not follow a trend."


def format_number(value: float | None, digits: int = 4, sign: str = "") -> str:
    """A number with so many digits: 31,380 where `g` would write 3.138e+04; None is `-`."""
    if value is None:
        return "-"
    return f"{value:{sign},.0f}" if abs(value) >= 10**digits else f"{value:{sign},.{digits}g}"


def format_range(low: float | None = None, high: float | None = None) -> str:
    """An interval such as `7.6 to 9.6`; nothing for a value without one."""
    return "" if low == high else f"{format_number(low)} to {format_number(high)}"


def format_count(count: int, noun: str) -> str:
    # 1 row, 10,003 rows
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def describe_baseline(metrics: dict[str, float]) -> list[str]:
    """A sentence about a model that is not better than the baseline, which `metrics` begin with."""
    metric, model = next(iter(metrics.items()))
    baseline = metrics.get(f"{metric}_baseline")
    if baseline is None or model < baseline:
        return []
    is_class = "accuracy" in metrics
    has_periods = f"{metric}_worst_period" in metrics
    return [f"{NO_BETTER} {TREND}" if has_periods and not is_class else NO_BETTER]


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells below a header, in aligned columns: numbers to the right, text to the left."""
    columns = [align_column(name, cells) for name, *cells in zip(header, *rows, strict=True)]
    return "\n".join("  ".join(cells).rstrip() for cells in zip(*columns, strict=True))


def align_column(name: str, cells: Sequence[str]) -> list[str]:
    are_numbers = all(cell[:1] in "+-0123456789" for cell in cells)
    align = str.rjust if are_numbers else str.ljust
    return [align(cell, max(map(len, [name, *cells]))) for cell in (name, *cells)]
