"""Rows of one person or machine are together in training or in the holdout, and a note says so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlops_init.data.decision import DataDecisions
from mlops_init.data.prepare import prepare
from mlops_init.data.request import DataRequest

from tests.support.decisions import Answers

RANDOM = np.random.default_rng(0)


@pytest.fixture
def decide(tmp_path: Path) -> Callable[..., DataDecisions]:
    """`decide(rows, entity="none", …)`: the decisions about these rows, to predict y."""

    def decide(rows: pd.DataFrame, ask: Any = None, **options: Any) -> DataDecisions:
        rows.to_csv(tmp_path / "x.csv", index=False)
        return prepare(DataRequest(tmp_path / "x.csv", target="y", **options), ask=ask).decisions

    return decide


def measure(name: str, entities: list[Any], rows: int, **more: Any) -> pd.DataFrame:
    """So many rows of each, one after the other, whose levels differ."""
    count = len(entities)
    level = np.repeat(RANDOM.normal(0, 10, count), rows)
    columns = {
        name: np.repeat(entities, rows),
        "load": RANDOM.normal(size=count * rows).round(3),
        "y": (level + RANDOM.normal(size=count * rows)).round(3),
    }
    described = {each: np.repeat(values, rows) for each, values in more.items()}
    return pd.DataFrame(columns | described)


def numbered(name: str, entities: list[Any], rows: int, counter: str) -> pd.DataFrame:
    frame = measure(name, entities, rows)
    return frame.assign(**{counter: [*range(1, rows + 1)] * len(entities)})


def traits(count: int) -> dict[str, Any]:
    return {
        "height": RANDOM.normal(170, 9, count).round(1),
        "weight": RANDOM.normal(70, 9, count).round(1),
    }


def shuffled(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sample(frac=1, random_state=0)


ENTITIES = [
    ("rider", lambda: measure("rider", [*range(40)], 60)),
    ("rider", lambda: numbered("rider", [*range(40)], 60, "second")),
    ("pig", lambda: shuffled(measure("pig", [*range(4601, 4688)], 9))),
    ("Kundennummer", lambda: measure("Kundennummer", [*range(100, 160)], 8)),
    ("machine", lambda: measure("machine", [*"ABCDE"], 300)),
    ("machine_id", lambda: measure("machine_id", [1, 2, 3, 4, 5], 300)),
    ("artist", lambda: shuffled(measure("artist", [f"a{n}" for n in range(300)], 7))),
    ("performed_by", lambda: shuffled(measure("performed_by", [f"a{n}" for n in range(300)], 7))),
    ("who", lambda: numbered("who", [f"r{n}" for n in range(30)], 60, "second")),
    ("who", lambda: numbered("who", [*range(101, 141)], 60, "t")),
    ("who", lambda: shuffled(measure("who", [*range(101, 141)], 30, **traits(40)))),
]


@pytest.mark.parametrize(("entity", "make"), ENTITIES)
def test_rows_of_one_entity_stay_together_and_a_note_says_so(
    decide: Callable[..., DataDecisions], entity: str, make: Callable[[], pd.DataFrame]
) -> None:
    decisions = decide(make())
    assert decisions.entity.value == entity
    assert entity not in {each.name for each in decisions.columns_used_as("feature")}
    notes = " ".join(decisions.notes)
    assert f"so the error is that for a new {entity}; {entity} is no feature." in notes
    assert ("the gate of level 3 needs five" in notes) == ("machine" in entity)


FEATURES = {
    "color": lambda: measure("color", [*"rgbcmy"], 100),
    "dose": lambda: shuffled(measure("dose", [1, 2, 4, 8, 16, 32], 50)),
    "neighborhood": lambda: shuffled(measure("neighborhood", [f"n{n}" for n in range(25)], 60)),
    "model": lambda: shuffled(measure("model", [f"m{n}" for n in range(200)], 35)),
    "celsius": lambda: shuffled(
        measure("celsius", [*range(40)], 30, kelvin=np.arange(40) + 273, f=np.arange(40) * 1.8)
    ),
    "owner": lambda: measure("owner", ["First", "Second", "Third", "Fourth", "Test"], 90),
    "amount_paid": lambda: shuffled(measure("amount_paid", [*range(50, 90)], 20)),
    "num_steps": lambda: shuffled(measure("num_steps", [*range(3000, 3300, 3)], 9)),
}


@pytest.mark.parametrize("name", FEATURES)
def test_a_factor_and_a_quantity_stay_features(
    decide: Callable[..., DataDecisions], name: str
) -> None:
    decisions = decide(FEATURES[name]())
    assert decisions.entity.value == ""
    assert name in {each.name for each in decisions.columns_used_as("feature")}


def test_names_that_repeat_are_asked_about_and_may_be_a_feature(
    decide: Callable[..., DataDecisions],
) -> None:
    rows = shuffled(measure("performed_by", [f"a{n}" for n in range(300)], 7))
    asked, declined = Answers(), Answers(entity="none")
    assert decide(rows, asked).entity.value == "performed_by"
    assert "--entity" in asked.flags
    (feature,) = (each for each in decide(rows, declined).columns if each.name == "performed_by")
    assert (feature.use, feature.type) == ("feature", "category")


def panel(states: int, facilities: int, dates: pd.DatetimeIndex) -> pd.DataFrame:
    triples = [
        (f"S{s}", f"C{c}", f"F{f}", date.date())
        for s in range(states)
        for c in range(3)
        for f in range(facilities)
        for date in dates
    ]
    rows = pd.DataFrame(triples, columns=["state", "county", "facility", "date"])
    return rows.assign(x=RANDOM.normal(size=len(rows)), y=RANDOM.normal(size=len(rows)))


@pytest.mark.parametrize(
    ("dates", "sentence"),
    [
        (pd.date_range("2001-01-01", periods=14, freq="YS"), "resamples whole values of state"),
        (pd.date_range("2024-01-01", periods=40), "resamples each day as a whole"),
    ],
)
def test_the_broadest_column_of_a_panel_of_three_is_its_entity(
    decide: Callable[..., DataDecisions], dates: pd.DatetimeIndex, sentence: str
) -> None:
    decisions = decide(panel(8, 4, dates))
    assert decisions.entity.value == "state"
    notes = " ".join(decisions.notes)
    assert "each combination of state and county and facility has one row per date" in notes
    assert f"{sentence}, and treats them as independent." in notes


def test_the_shops_of_later_periods_are_known_so_they_are_features(
    decide: Callable[..., DataDecisions],
) -> None:
    dates = pd.date_range("2024-01-01", periods=90).astype(str)
    rows = measure("store_nbr", [*range(1, 13)], 90).assign(date=[*dates] * 12)
    (store,) = (each for each in decide(rows).columns if each.name == "store_nbr")
    assert (store.use, store.type) == ("entity", "category")
