"""Numbers in text, as `csv` in conf/data.yml declares them; all others are no numbers."""

import math
import re

import pandas as pd

from .spec import Csv

BLANKS = " \u00a0\u2009\u202f"
THOUSANDS = {",": ",", ".": r"\.", " ": f"[{BLANKS}]", "'": "['\u2019]"}  # separator -> pattern
MINUS = "\u2212"  # not the hyphen
REMARK = "(not written as `csv` declares)"


def has_plain_numbers(csv: Csv) -> bool:
    """Whether numbers are written as in Python."""
    return (csv.decimal, csv.thousands, csv.symbols, csv.negative) == (".", None, (), ())


def number_pattern(csv: Csv) -> str:
    """The regular expression that a whole cell matches if it is a number."""
    point, words = re.escape(csv.decimal), "|".join(map(re.escape, csv.symbols))
    groups = f"|[1-9][0-9]{{0,2}}(?:{THOUSANDS[csv.thousands]}[0-9]{{3}})+" if csv.thousands else ""
    exponent, blank = "(?:[eE][+-]?[0-9]+)?", f"[{BLANKS}]?"
    body = f"(?:(?:[0-9]+(?:_[0-9]+)*{groups})(?:{point}[0-9]*)?|{point}[0-9]+){exponent}"
    before = f"(?:(?:{words}){blank})?" if words else ""
    after = f"(?:{blank}(?:{words}))?" if words else ""
    sign = f"[+{MINUS}-]?" if f"{MINUS}5" in csv.negative else "[+-]?"
    ways = [f"{sign}{before}{body}{after}"]
    ways += [f"{before}{sign}{body}{after}"] if words else []
    ways += [rf"{before}\({before}{body}{after}\){after}"] if "(5)" in csv.negative else []
    ways += [f"{before}{body}{after}-"] if "5-" in csv.negative else []
    return "|".join(ways)


def write_plainly(texts: pd.Series, csv: Csv) -> pd.Series:
    """Numbers as Python writes them. One that is written in another way gets a remark."""
    texts = texts.str.strip()
    is_number = texts.str.fullmatch(number_pattern(csv)).fillna(False).astype(bool)
    is_other = ~is_number & texts.map(is_python_number, na_action="ignore").fillna(False)
    if "%" in csv.symbols and (has_percent := is_number & texts.str.endswith("%")).any():
        is_other |= is_number & ~has_percent  # 0.5 may be half a percent, or half of all
    plain = texts.str.replace("^[^0-9.,]+|[^0-9.,]+$", "", regex=True)
    if csv.thousands:
        plain = plain.str.replace(THOUSANDS[csv.thousands], "", regex=True)
    plain = plain.str.replace(csv.decimal, ".", regex=False)
    is_negative = texts.str.contains(f"^[^0-9]*[({MINUS}-]|-$").fillna(False).astype(bool)
    plain = plain.mask(is_negative, "-" + plain)
    return texts.mask(is_number, plain).mask(is_other.astype(bool), texts + f" {REMARK}")


def is_python_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
