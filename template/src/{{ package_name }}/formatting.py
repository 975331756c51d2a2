"""Numbers and tables as people read them."""

from collections.abc import Sequence


def format_number(value: float | None, digits: int = 4, sign: str = "") -> str:
    """A number with so many digits: 31,380 where `g` would write 3.138e+04; None is `-`."""
    if value is None:
        return "-"
    return f"{value:{sign},.0f}" if abs(value) >= 10**digits else f"{value:{sign},.{digits}g}"


def format_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells in columns, each as wide as its widest cell; the first row is the header."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
