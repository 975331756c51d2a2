"""Columns that seem to be about a person: pointed out, never judged."""

import re

from ..read.profile import Column, has_words

NAMES = {
    "an e-mail address": ("email", "mail"),
    "a telephone number": ("phone", "mobile", "telephone", "tel", "fax"),
    "a person's name": ("firstname", "lastname", "surname", "fullname", "forename"),
    "an address": ("address", "street", "postcode", "zip", "zipcode"),
    "an official number": ("ssn", "passport", "iban"),
    "a date of birth": ("birth", "birthday", "birthdate", "dob"),
    "a network address": ("ip",),
    "a trait that decisions about people may not rest on": (
        *("gender", "sex", "race", "ethnicity", "religion", "nationality", "disability"),
        *("age", "marital"),
    ),
}
CONTENT = {
    "an e-mail address": re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE),
    "a telephone number": re.compile(r"\+\d[\d ()/-]{7,}"),
    "a network address": re.compile(r"(\d{1,3}\.){3}\d{1,3}"),
}


def personal(column: Column) -> str | None:
    """What about people a column seems to hold, by its values, then by its name."""
    words = [word for word, _ in column.values[:10]]
    for what, form in CONTENT.items():
        if words and all(form.fullmatch(word) for word in words):
            return what
    joined = column.name.lower().replace("_", "").replace(" ", "")
    for what, names in NAMES.items():
        if has_words(column.name, *names) or joined in names:
            return what
    # A product has a name, too: only one that says nothing more is a person's.
    return "a person's name" if joined == "name" and column.kind == "text" else None
