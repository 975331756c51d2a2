"""The words for a missing value, also among numbers, and for true and false."""

import re
from collections.abc import Iterable

# What pandas reads as missing. A generated project has the same list in its spec.py.
ALWAYS_MISSING = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND"),
    *("1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
WHOLE_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(?:\.0)?")
# In a column of numbers, in small or capital letters, these words can only mean a missing value.
MISSING_AMONG_NUMBERS = frozenset(
    {"?", "-", "--", ".", "..", "missing", "unknown", "n.a.", "na", "nil", "none"}
)
# In a column of dates also these, which databases write: no date, and for ever.
MISSING_AMONG_DATES = MISSING_AMONG_NUMBERS.union(
    *({day, f"{day} 00:00:00", f"{day}t00:00:00"} for day in ("0000-00-00", "9999-12-31")),
    *({f"{day} 23:59:59", f"{day}t23:59:59"} for day in ("9999-12-31",)),
    {"31.12.9999", "31/12/9999", "12/31/9999"},
)
CODE = "NA"  # the code of Namibia and of North America, too
# True and false. A generated project has the same words in its schema.py.
BOOLEAN_PAIRS = (
    *(("true", "false"), ("t", "f"), ("yes", "no"), ("y", "n"), ("1", "0")),
    *(("ja", "nein"), ("j", "n"), ("oui", "non"), ("si", "no"), ("wahr", "falsch")),
)


def spell_numbers(words: Iterable[str]) -> list[str]:
    """The words, and those that are whole numbers also with and without the .0 of a float.

    A generated project has the same function in its values.py.
    """
    words = [*words]
    whole = [match[1] for word in words if (match := WHOLE_NUMBER.fullmatch(word))]
    return list(dict.fromkeys([*words, *whole, *(f"{word}.0" for word in whole)]))
