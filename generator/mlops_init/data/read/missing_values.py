"""The words for a missing value: those that are always missing, and those among numbers."""

from .column import Profile

# What pandas reads as missing, and pandas is what a generated project reads its files with.
ALWAYS_MISSING = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND"),
    *("1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
# In a column of numbers, in small or capital letters, these words can only mean a missing value.
MISSING_AMONG_NUMBERS = frozenset(
    {"?", "-", "--", ".", "..", "missing", "unknown", "n.a.", "na", "nil", "none"}
)


def find_missing_words(profile: Profile) -> set[str]:
    """Words that mean a missing value in a column that otherwise holds only numbers."""
    words: set[str] = set()
    for column in profile.columns:
        column_words = {word for word, _ in column.words_among_numbers}
        if all(word.strip().lower() in MISSING_AMONG_NUMBERS for word in column_words):
            words |= column_words
    return words
