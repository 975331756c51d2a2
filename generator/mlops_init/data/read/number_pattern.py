"""How the numbers of a file are written, as one strict pattern. A project has the same one."""

import re
from collections.abc import Sequence

from .sql import quote_text

BLANKS = " \u00a0\u2009\u202f"
THOUSANDS = {",": ",", ".": r"\.", " ": f"[{BLANKS}]", "'": "['\u2019]"}  # separator -> pattern
CURRENCIES = ("$", "€", "£", "¥", "₹", "USD", "EUR", "GBP", "CHF")
SYMBOLS = (*CURRENCIES, "%")
# An example of each way to write a negative number that is not -5 -> what only such cells match.
MINUS = "\u2212"  # not the hyphen
NEGATIVES = {f"{MINUS}5": MINUS, "(5)": r"^[^0-9]*\(", "5-": "-$"}


def number_pattern(
    decimal: str, thousands: Sequence[str], symbols: Sequence[str], negatives: Sequence[str]
) -> str:
    """The regular expression that a whole cell matches if it is a number."""
    point = re.escape(decimal)
    groups = "".join(f"|[1-9][0-9]{{0,2}}(?:{THOUSANDS[each]}[0-9]{{3}})+" for each in thousands)
    exponent = "(?:[eE][+-]?[0-9]+)?"
    body = f"(?:(?:[0-9]+(?:_[0-9]+)*{groups})(?:{point}[0-9]*)?|{point}[0-9]+){exponent}"
    blank = f"[{BLANKS}]?"
    words = "|".join(map(re.escape, symbols))
    before = f"(?:(?:{words}){blank})?" if words else ""
    after = f"(?:{blank}(?:{words}))?" if words else ""
    sign = f"[+{MINUS}-]?" if f"{MINUS}5" in negatives else "[+-]?"
    ways = [f"{sign}{before}{body}{after}"]
    ways += [f"{before}{sign}{body}{after}"] if words else []
    ways += [rf"{before}\({before}{body}{after}\){after}"] if "(5)" in negatives else []
    ways += [f"{before}{body}{after}-"] if "5-" in negatives else []
    return "|".join(ways)


def plain_number(cell: str, decimal: str, thousands: str | None) -> str:
    """A number as Python writes it, in SQL: a minus before it, and a decimal point."""
    body = f"regexp_replace({cell}, '^[^0-9.,]+|[^0-9.,]+$', '', 'g')"
    if thousands:
        body = f"regexp_replace({body}, {quote_text(THOUSANDS[thousands])}, '', 'g')"
    is_negative = f"regexp_matches({cell}, '^[^0-9]*[({MINUS}-]|-$')"
    return f"CASE WHEN {is_negative} THEN '-' ELSE '' END || replace({body}, '{decimal}', '.')"
