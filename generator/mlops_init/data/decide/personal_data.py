"""Detects columns that seem to hold personal data. Whether to use them is up to the user."""

import re

from ..read.column import Column

EMAIL, TELEPHONE, IP = "an e-mail address", "a telephone number", "an IP address"
PERSON_NAME, PROTECTED = "a person's name", "a protected attribute"
# What the values of a column look like. A name alone proves nothing: voice_mail_plan is yes or no.
PATTERNS = {
    EMAIL: re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE),
    TELEPHONE: re.compile(r"\+\d[\d ()/-]{7,}"),
    IP: re.compile(r"(\d{1,3}\.){3}\d{1,3}"),
}
# A word in the name, and what the values must look like to be this.
WORDS_IN_NAMES = {
    EMAIL: (("email", "mail"), re.compile(r".*@.*")),
    TELEPHONE: (("phone", "mobile", "telephone", "tel", "fax"), re.compile(r"[\d ()/+.-]{7,}")),
    PERSON_NAME: (
        ("firstname", "lastname", "surname", "fullname", "forename"),
        re.compile(r"[^\d]+"),
    ),
    "a postal address": (("address", "street"), re.compile(r".*[^\W\d]{3}.*")),
    "an official number": (("ssn", "passport", "iban"), re.compile(r".*\d{4}.*")),
    "a date of birth": (("birth", "birthday", "birthdate", "dob"), re.compile(r".*\d.*")),
    IP: (("ip",), PATTERNS[IP]),
}
PROTECTED_WORDS = (
    *("gender", "sex", "race", "ethnicity", "religion", "nationality", "disability"),
    *("age", "marital"),
)
# Other words next to a protected one: `customer_age` is a trait, `race_distance` is none.
NEXT_TO_PROTECTED = (
    *("applicant", "client", "customer", "driver", "employee", "member", "patient", "person"),
    *("user", "owner", "status", "group", "range", "band", "years", "year", "code", "is", "at"),
)
PERSON = re.compile(r"[A-Z][\w'.-]*,?( [A-Z][\w'.-]*){1,3}")  # Ada Lovelace


def detect_personal_data(column: Column) -> str | None:
    """What a column seems to hold, by its values and its name."""
    values = [value for value, _ in column.values[:10]]
    for kind, pattern in PATTERNS.items():
        if values and all(pattern.fullmatch(value) for value in values):
            return kind
    whole_name = column.name.lower().replace("_", "").replace(" ", "")
    for kind, (words, shape) in WORDS_IN_NAMES.items():
        is_called = column.name_has(*words) or whole_name in words
        if is_called and (not values or all(shape.fullmatch(value) for value in values)):
            return kind
    if _is_protected(column):
        return PROTECTED
    # Products have a name, too: only the whole name `name`, and values such as Ada Lovelace.
    people = sum(bool(PERSON.fullmatch(value)) for value in values)
    return PERSON_NAME if whole_name == "name" and values and people > 0.8 * len(values) else None


def detect_identity(column: Column) -> str | None:
    """What in a column tells who a person is, if anything does; a trait such as the age is none."""
    kind = detect_personal_data(column)
    return None if kind == PROTECTED else kind


def _is_protected(column: Column) -> bool:
    if not column.name_has(*PROTECTED_WORDS):
        return False
    others = {*column.name_words} - {*PROTECTED_WORDS, *NEXT_TO_PROTECTED}
    return not others
