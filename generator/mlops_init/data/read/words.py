"""The words for a missing value, also among numbers, and for true and false."""

import re
from collections.abc import Iterable

# What pandas reads as missing. A generated project has the same list in its spec.py.
ALWAYS_MISSING = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND"),
    *("1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
FLOAT = re.compile(r"-?[0-9]+\.[0-9]+")
WHOLE_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(?:\.0)?")
# In a column of numbers, in small or capital letters, these words can only mean a missing value.
MISSING_AMONG_NUMBERS = frozenset(
    {"?", "-", "--", ".", "..", "missing", "unknown", "n.a.", "na", "nil", "none"}
)
# In a column of dates also these, which databases write for no date and for no end.
NO_DATES = {"0000-00-00", "0000-00-00 00:00:00", "0000-00-00t00:00:00"}
FAR_DATES = {"31.12.9999", "31/12/9999", "12/31/9999", "9999-12-31"}.union(
    f"9999-12-31{between}{time}" for between in " t" for time in ("00:00:00", "23:59:59")
)
MISSING_AMONG_DATES = MISSING_AMONG_NUMBERS | NO_DATES | FAR_DATES
CODE = "NA"  # the code of Namibia and of North America, too
# True and false. A generated project has the same words in its schema.py.
BOOLEAN_PAIRS = (
    *(("true", "false"), ("t", "f"), ("yes", "no"), ("y", "n"), ("1", "0")),
    *(("ja", "nein"), ("j", "n"), ("oui", "non"), ("si", "no"), ("wahr", "falsch")),
)


def spell_numbers(words: Iterable[str]) -> list[str]:
    """The words, and those that are numbers also with zeros behind the point and with a comma.

    A generated project has the same function in its values.py.
    """
    words = [*words]
    whole = [match[1] for word in words if (match := WHOLE_NUMBER.fullmatch(word))]
    floats = [*(f"{word}.0" for word in whole), *(word for word in words if FLOAT.fullmatch(word))]
    floats += [f"{word}0" for word in floats]
    commas = [word.replace(".", ",") for word in floats]
    return list(dict.fromkeys([*words, *whole, *floats, *commas]))
