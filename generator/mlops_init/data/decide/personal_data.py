"""Detects columns that seem to hold personal data. Whether to use them is up to the user."""

import re
from collections.abc import Callable

from ..read.column import Column, split_words
from .names import ANIMALS_AND_GROUPS, PEOPLE

EMAIL, TELEPHONE, IP = "an e-mail address", "a telephone number", "an IP address"
PERSON_NAME, PROTECTED = "a person's name", "a protected attribute"
OFFICIAL = "an official number"
# What the values of a column look like. A name alone proves nothing: voice_mail_plan is yes or no.
PATTERNS = {
    EMAIL: re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE),
    TELEPHONE: re.compile(r"\+\d[\d ()./-]{7,}|\(\d{2,5}\) ?\d[\d -]{4,}|\d{3}-\d{3}-\d{4}"),
    IP: re.compile(r"(\d{1,3}\.){3}\d{1,3}"),
    OFFICIAL: re.compile(r"\d{3}-\d{2}-\d{4}"),  # of the social security in the United States
}
TELEPHONE_WORDS = (
    *("phone", "mobile", "telephone", "tel", "fax", "telefon", "handy", "telefonnummer"),
    *("rufnummer", "handynummer", "telefono", "portable", "movil", "phonenumber"),
)
# The whole name without gaps, such as first_name, Nachname and nom de famille.
WORDS_OF_NAMES = (
    *("firstname", "lastname", "surname", "fullname", "forename", "vorname", "nachname"),
    *("familienname", "prenom", "apellido", "apellidos", "cognome", "nomcomplet"),
    *("nombrecompleto", "nomdefamille", "username", "customername", "patientname"),
    *("clientname", "employeename", "kundenname", "nomclient", "nomduclient", "nombrecliente"),
    *("contactname", "personname", "studentname"),
)
# A word in the name, and what the values must look like to be this.
WORDS_IN_NAMES = {
    EMAIL: (("email", "mail", "emails", "correo", "courriel"), re.compile(r".*@.*")),
    TELEPHONE: (TELEPHONE_WORDS, re.compile(r"[\d ()/+.-]{7,}")),
    PERSON_NAME: (WORDS_OF_NAMES, re.compile(r"[^\d]+")),
    "a postal address": (
        ("address", "street", "adresse", "strasse", "direccion", "rue"),
        re.compile(r".*[^\W\d]{3}.*"),
    ),
    OFFICIAL: (("ssn", "passport", "iban", "dni", "nif", "tin"), re.compile(r".*\d{4}.*")),
    "a date of birth": (
        ("birth", "birthday", "birthdate", "dob", "geburtsdatum", "naissance", "nacimiento"),
        re.compile(r".*\d.*"),
    ),
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
IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
MIN_SHARE = 0.8  # of the examples
PERSONS = PEOPLE - ANIMALS_AND_GROUPS
NAMES = ("name", "nom", "nombre", "nome")
PERSON = re.compile(r"[^\W\d_a-z][\w'.-]*,?( [^\W\d_a-z][\w'.-]*){1,3}")  # Ada Lovelace


def detect_personal_data(column: Column) -> str | None:
    """What a column seems to hold, by its values and its name."""
    values = _list_examples(column)
    for kind, pattern in PATTERNS.items():
        if values and _share(values, pattern.fullmatch) >= MIN_SHARE:
            return kind
    if values and _share(values, _is_iban) >= MIN_SHARE:
        return OFFICIAL
    whole_name = "".join(split_words(column.name))
    for kind, (words, shape) in WORDS_IN_NAMES.items():
        is_called = column.name_has(*words) or whole_name in words
        if is_called and (not values or all(map(shape.fullmatch, values))):
            return kind
    if _is_protected(column):
        return PROTECTED
    # Products have a name, too: only such a whole name, and values such as Ada Lovelace.
    is_called = whole_name in NAMES or not PERSONS.isdisjoint(column.name_words)
    is_person = is_called and values and _share(values, PERSON.fullmatch) > MIN_SHARE
    return PERSON_NAME if is_person else None


def _list_examples(column: Column) -> list[str]:
    """Ten values as text; of numbers that are not listed, the smallest and the largest."""
    if column.kind == "number" and not column.values:
        return [f"{each:.12g}" for each in (column.min, column.max)]
    return [value for value, _ in column.values[:10]]


def _share(values: list[str], matches: Callable[[str], object]) -> float:
    return sum(bool(matches(value)) for value in values) / len(values)


def _is_iban(text: str) -> bool:
    """Whether its check digits are right; other codes look alike."""
    compact = text.replace(" ", "").upper()
    if not IBAN.fullmatch(compact):
        return False
    return int("".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])) % 97 == 1


def detect_identity(column: Column) -> str | None:
    """What in a column tells who a person is, if anything does; a trait such as the age is none."""
    kind = detect_personal_data(column)
    return None if kind == PROTECTED else kind


def _is_protected(column: Column) -> bool:
    if not column.name_has(*PROTECTED_WORDS):
        return False
    others = {*column.name_words} - {*PROTECTED_WORDS, *NEXT_TO_PROTECTED}
    return not others
