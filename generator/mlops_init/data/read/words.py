"""The words for a missing value, also among numbers, and for true and false."""

# What pandas reads as missing. A generated project has the same list in its spec.py.
ALWAYS_MISSING = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND"),
    *("1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
# In a column of numbers, in small or capital letters, these words can only mean a missing value.
MISSING_AMONG_NUMBERS = frozenset(
    {"?", "-", "--", ".", "..", "missing", "unknown", "n.a.", "na", "nil", "none"}
)
# In a column of dates also these, which databases write.
MISSING_AMONG_DATES = MISSING_AMONG_NUMBERS | {"0000-00-00", "0000-00-00 00:00:00"}
CODE = "NA"  # the code of Namibia and of North America, too
# True and false. A generated project has the same words in its schema.py.
BOOLEAN_PAIRS = (
    *(("true", "false"), ("t", "f"), ("yes", "no"), ("y", "n"), ("1", "0")),
    *(("ja", "nein"), ("j", "n"), ("oui", "non"), ("si", "no"), ("wahr", "falsch")),
)
