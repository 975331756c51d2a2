"""No personal data are proposed as the key, which is logged; other names are no false alarm."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlops_init.data.decide.personal_data import detect_identity
from mlops_init.data.decision import DataDecisions
from mlops_init.data.prepare import prepare
from mlops_init.data.request import DataRequest

ROWS = 240
RANDOM = np.random.default_rng(0)
FIRST, LAST = ["Ada", "Zoë", "Jean-Luc", "José"], [f"Mac{chr(65 + n)}oy" for n in range(26)]


def decide(folder: Path, name: str, values: list[Any]) -> DataDecisions:
    rows = pd.DataFrame({name: values, "x": RANDOM.normal(size=ROWS)})
    rows.assign(y=RANDOM.choice(["a", "b"], ROWS)).to_csv(folder / "rows.csv", index=False)
    return prepare(DataRequest(folder / "rows.csv", target="y")).decisions


def iban(number: int) -> str:
    check = 98 - int(f"{number:018}131400") % 97  # DE
    return f"DE{check:02}{number:018}"


def person(n: int) -> str:
    return f"{FIRST[n % 4]} {LAST[n % 26]} {LAST[n // 26]}"


# name of the column, its values, and what they seem to be
KEYS = [
    ("email_id", lambda n: f"user{n}@example.com", "an e-mail address"),
    ("Kunden-ID", lambda n: f"u.{n}@beispiel.de", "an e-mail address"),
    ("phone_no", lambda n: f"+49 30 55{n:05}", "a telephone number"),
    ("contact_number", lambda n: f"(030) 55{n:05}", "a telephone number"),
    ("mobile number", lambda n: 1_715_550_000 + n, "a telephone number"),
    ("iban_code", iban, "an official number"),
    ("account_no", iban, "an official number"),
    ("ssn_id", lambda n: f"{n + 100}-12-{n + 1000}", "an official number"),
    ("customer_ref", person, "a person's name"),
    ("clave_cliente", person, "a person's name"),
]
OTHERS = [
    ("customer_no", lambda n: f"C{n:05}"),
    ("Kundennummer", lambda n: 7 * n + 1000),
    ("IdCliente", lambda n: f"{n:06}"),
    ("order_ref", lambda n: f"AB12CDEF3456{n:06}"),
    ("patientId", lambda n: f"P-{n}"),
    ("numéro_de_client", lambda n: 3 * n + 17),
]


@pytest.mark.parametrize(("name", "make", "kind"), KEYS)
def test_no_personal_data_are_the_key(tmp_path: Path, name: str, make: Any, kind: str) -> None:
    decisions = decide(tmp_path, name, [make(n) for n in range(ROWS)])
    assert decisions.key.value == ""
    assert detect_identity(decisions.profile.column(name)) == kind


@pytest.mark.parametrize(("name", "make"), OTHERS)
def test_a_number_of_a_person_is_the_key(tmp_path: Path, name: str, make: Any) -> None:
    assert decide(tmp_path, name, [make(n) for n in range(ROWS)]).key.value == name


FALSE_ALARMS = [
    ("voice_mail_messages", lambda n: 3 * n + 5),
    ("phone_minutes", lambda n: n * 7 % 991),
    ("street_area", lambda n: n * 13),
    ("body_mass_index", lambda n: 20 + n / 17),
    ("mobile_share", lambda n: n / 1000),
    ("team", lambda n: ["Crystal Palace", "Aston Villa"][n % 2]),
    ("product_name", lambda n: ["Green Tea", "Dark Roast"][n % 2]),
]


@pytest.mark.parametrize(("name", "make"), FALSE_ALARMS)
def test_other_columns_are_neither_a_key_nor_personal_data(
    tmp_path: Path, name: str, make: Any
) -> None:
    values = [make(n) for n in RANDOM.permutation(ROWS)]
    decisions = decide(tmp_path, name, values)
    assert decisions.key.value == ""
    assert detect_identity(decisions.profile.column(name)) is None
