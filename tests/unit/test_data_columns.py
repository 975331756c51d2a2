"""Personal data, codes, identifiers, leaks and entities are distinguished from plain features."""

from typing import Any

import numpy as np
import pytest

from tests.support.decisions import Decide

ROWS = 240
RANDOM = np.random.default_rng(0)


Y = ["no", "yes"] * (ROWS // 2)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("voice_mail_plan", ["yes", "no"]),
        ("phone_service", ["yes", "no"]),
        ("name", ["ford torino", "buick skylark 320"]),
        ("name", ["Ford Torino 500", "Buick Skylark 320"]),
        ("race_distance", [5, 10]),
        ("page_age", [5, 10]),
        ("street_lights", [1, 2]),
    ],
)
def test_a_name_alone_is_no_personal_data(decide: Decide, name: str, values: list[Any]) -> None:
    columns = {name: values * (ROWS // 2), "x": RANDOM.normal(size=ROWS), "y": Y[::-1]}
    decisions = decide(columns)
    assert [each.name for each in decisions.columns if each.personal_data] == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("customer_age", [50, 60]),
        ("sex", ["f", "m"]),
        ("mail", ["ada@example.com", "bo@example.com"]),
        ("phone", ["030 1234567", "040 7654321"]),
        ("name", ["Ada Lovelace", "Alan Turing"]),
    ],
)
def test_personal_data_are_found(decide: Decide, name: str, values: list[Any]) -> None:
    chosen = RANDOM.choice(values, ROWS)
    decisions = decide({name: chosen, "x": RANDOM.normal(size=ROWS), "y": Y})
    assert [each.name for each in decisions.columns if each.personal_data] == [name]


@pytest.mark.parametrize(
    ("name", "values", "use", "type_"),
    [
        ("zip", RANDOM.integers(10_000, 10_050, ROWS), "feature", "category"),
        ("origin", RANDOM.integers(1, 4, ROWS), "feature", "category"),
        ("amount", RANDOM.integers(1, 4000, ROWS), "feature", "number"),
        ("invoice_no", RANDOM.permutation(ROWS * 3)[:ROWS], "excluded", None),
        ("pidnum", np.sort(RANDOM.permutation(ROWS * 3)[:ROWS]), "excluded", None),
        ("serial", np.arange(ROWS) * 3 + 7, "excluded", None),
    ],
)
def test_whole_numbers_are_quantities_codes_or_identifiers(
    decide: Decide, name: str, values: Any, use: str, type_: str | None
) -> None:
    columns = {name: values, "x": RANDOM.normal(size=ROWS), "y": RANDOM.choice(["a", "b"], ROWS)}
    decisions = decide(columns, key="none", entity="none")
    column = next(each for each in decisions.columns if each.name == name)
    assert (column.use, column.type) == (use, type_)


@pytest.mark.parametrize(
    ("name", "values", "use"),
    [
        ("column_1", RANDOM.permutation(10**6)[:ROWS], "excluded"),
        ("column_1", RANDOM.permutation(10**6)[:ROWS] % 200, "feature"),
        ("column_1", RANDOM.normal(size=ROWS), "feature"),
        ("population", RANDOM.permutation(10**6)[:ROWS], "feature"),
        ("seqno", RANDOM.permutation(2 * ROWS)[:ROWS], "excluded"),
        ("score", RANDOM.integers(2 * ROWS, size=ROWS), "feature"),
        ("amount", RANDOM.permutation(2 * ROWS)[:ROWS] / 7, "feature"),
    ],
)
def test_values_that_never_repeat_may_identify_the_rows(
    decide: Decide, name: str, values: Any, use: str
) -> None:
    columns = {name: values, "x": RANDOM.normal(size=ROWS), "y": RANDOM.choice(["a", "b"], ROWS)}
    options = {"key": "none", "entity": "none"}
    column, included = (
        next(each for each in decide(columns, **options, include=include).columns)
        for include in ((), (name,))
    )
    assert (column.use, included.use) == (use, "feature")


def test_a_name_of_something_later_is_a_leak_only_if_it_tells_of_the_target(decide: Decide) -> None:
    died = RANDOM.random(ROWS) < 0.5
    columns = {
        "days": np.where(died, RANDOM.integers(1, 300, ROWS), RANDOM.integers(250, 600, ROWS)),
        "time": RANDOM.normal(size=ROWS),
        "days_since_visit": RANDOM.integers(0, 9, ROWS),
        "y": np.where(died, "died", "alive"),
    }
    decisions = decide(columns)
    assert [each.name for each in decisions.columns_used_as("excluded")] == ["days"]
    notes = " ".join(decisions.notes)
    assert "time is called like something that is known only afterwards: pass --exclude" in notes
    assert "days_since_visit" not in notes


def test_without_time_an_identifier_that_repeats_is_the_entity(decide: Decide) -> None:
    columns = {
        "customer": [f"c{n // 4}" for n in range(ROWS)],
        "x": RANDOM.normal(size=ROWS),
        "y": RANDOM.normal(size=ROWS),
    }
    decisions = decide(columns)
    assert decisions.entity.value == "customer"


def test_a_label_has_one_spelling(decide: Decide) -> None:
    labels = ["Yes", "yes ", "NO", "no"] * 60
    decisions = decide({"x": RANDOM.normal(size=ROWS), "y": labels})
    assert decisions.task.value == "binary"
    assert [each.lower() for each in decisions.classes] == ["no", "yes"]
