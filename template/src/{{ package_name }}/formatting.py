"""Write numbers and tables for people."""

from collections.abc import Iterable


def format_number(value: float, digits: int = 4) -> str:
    """A number with so many digits, or all digits before the point: `12,346`, `3.142`, `0.012`."""
    return f"{value:,.0f}" if abs(value) >= 10 ** (digits - 1) else f"{value:.{digits}g}"


def format_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Lines with aligned columns: the first to the left, the others to the right."""
    cells = [[*header], *([*row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for first, *others in cells:
        aligned = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("   ".join([first.ljust(widths[0]), *aligned]).rstrip())
    return "\n".join(lines)
