"""Detects columns that seem to hold personal data. Whether to use them is up to the user."""

import re

from ..read.column import Column

EMAIL, TELEPHONE, IP = "an e-mail address", "a telephone number", "an IP address"
PERSON_NAME = "a person's name"
WORDS_IN_NAMES = {
    EMAIL: ("email", "mail"),
    TELEPHONE: ("phone", "mobile", "telephone", "tel", "fax"),
    PERSON_NAME: ("firstname", "lastname", "surname", "fullname", "forename"),
    "a postal address": ("address", "street", "postcode", "zip", "zipcode"),
    "an official number": ("ssn", "passport", "iban"),
    "a date of birth": ("birth", "birthday", "birthdate", "dob"),
    IP: ("ip",),
    "a protected attribute": (
        *("gender", "sex", "race", "ethnicity", "religion", "nationality", "disability"),
        *("age", "marital"),
    ),
}
PATTERNS = {
    EMAIL: re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE),
    TELEPHONE: re.compile(r"\+\d[\d ()/-]{7,}"),
    IP: re.compile(r"(\d{1,3}\.){3}\d{1,3}"),
}


def detect_personal_data(column: Column) -> str | None:
    """What a column seems to hold, by its values, then by its name."""
    values = [value for value, _ in column.values[:10]]
    for kind, pattern in PATTERNS.items():
        if values and all(pattern.fullmatch(value) for value in values):
            return kind
    whole_name = column.name.lower().replace("_", "").replace(" ", "")
    for kind, words in WORDS_IN_NAMES.items():
        if column.name_has(*words) or whole_name in words:
            return kind
    # Products have a name, too: `name` alone is a person's, `product_name` is not.
    return PERSON_NAME if whole_name == "name" and column.kind == "text" else None
