"""Numbers as people write them: `10,003`, `0.25`, `1 row`, `2 rows`, `3.8%`."""

import math


def format_number(value: float) -> str:
    """Four significant digits or a whole number; a thousands separator from 10,000 on."""
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-6:
        return f"{value:.4g}"
    if size >= 10_000:
        return f"{value:,.0f}"
    if size >= 1000 or value == int(value):
        return f"{value:.0f}"
    decimals = 3 - math.floor(math.log10(size))
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".")


def format_count(number: int, noun: str, plural: str = "") -> str:
    """`1 row`, `2 rows`, `10,003 rows`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def format_share(share: float) -> str:
    """A percentage with one decimal; a share above zero never reads as zero."""
    return "under 0.1%" if 0 < share < 0.001 else f"{share:.1%}"
