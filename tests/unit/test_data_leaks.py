"""What follows from the target is excluded with a note, and names alone exclude no feature."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlops_init.data.decide.leak_names import (
    ends_with_target,
    is_called_after,
    is_called_later,
    may_be_called_later,
)
from mlops_init.data.decision import DataDecisions
from mlops_init.data.prepare import prepare
from mlops_init.data.request import DataRequest

ROWS = 500
RANDOM = np.random.default_rng(0)


def decide(
    folder: Path, rows: pd.DataFrame, target: str, include: tuple[str, ...] = ()
) -> DataDecisions:
    rows.to_csv(folder / "rows.csv", index=False)
    return prepare(DataRequest(folder / "rows.csv", target=target, include=include)).decisions


def excluded(decisions: DataDecisions) -> set[str]:
    return {each.name for each in decisions.columns_used_as("excluded")}


LATER = {  # certain: a time until the event; possible: asked about if it tells of the target
    "certain": "time days duration survival_months days_to_death timeToEvent closed_at futime",
    "possible": "travel_time talkTime days_active response_time test_result end_balance",
    "no": "days_since_visit last_result weekend timely time_per_unit amount_paid Tageszeit started",
}


@pytest.mark.parametrize(("meaning", "names"), LATER.items())
def test_a_name_means_that_a_column_is_known_later(meaning: str, names: str) -> None:
    expected = (meaning == "certain", meaning != "no")
    for name in names.split():
        assert (is_called_later(name), may_be_called_later(name)) == expected, name


@pytest.mark.parametrize(
    ("target", "names", "is_after"),
    [
        ("price", "price_per_m2 PricePerSqm log_price priceEur price_band", True),
        ("churned", "churn_reason churn_date churnScore churned_on", True),
        ("price", "last_price list_price price_lag_per_day area prices_nearby", False),
        ("churned", "amount_paid church_class churn", False),
        ("status", "marital_status employment_status_code", False),
        ("y", "y_score", False),
    ],
)
def test_a_name_says_that_a_column_follows_from_the_target(
    target: str, names: str, is_after: bool
) -> None:
    for name in names.split():
        assert is_called_after(name, target) == is_after, name


@pytest.mark.parametrize(
    ("name", "target", "is_glued"),
    [
        ("edrel", "rel", True),
        ("base_listprice", "price", True),
        ("price", "price", False),
        ("list_price", "price", False),  # a word of its own
        ("story", "y", False),
        ("2010", "rel", False),
    ],
)
def test_a_name_may_end_with_the_target(name: str, target: str, is_glued: bool) -> None:
    assert ends_with_target(name, target) == is_glued


def test_a_name_that_ends_with_the_target_is_noted(tmp_path: Path) -> None:
    event, other, noise = np.random.default_rng(0).normal(size=(3, 300))
    rows = pd.DataFrame({"edrel": event, "barrel": other, "rel": event + noise > 0})
    decisions = decide(tmp_path, rows, "rel")
    assert excluded(decisions) == set()
    (note,) = [note for note in decisions.notes if "ends with rel" in note]
    assert note.startswith("edrel has a name that ends with rel: pass --exclude edrel if")


def test_the_parts_of_a_sum_are_excluded(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {"casual": RANDOM.poisson(30, ROWS), "registered": RANDOM.poisson(90, ROWS)}
    )
    rows = rows.assign(temp=RANDOM.normal(15, 8, ROWS).round(1), rides=rows.sum(axis=1))
    decisions = decide(tmp_path, rows, "rides")
    assert excluded(decisions) == {"casual", "registered"}
    reasons = {each.name: each.reason for each in decisions.columns_used_as("excluded")}
    assert reasons["casual"] == "adds up to rides with registered, a possible leak"
    assert "too late: casual, registered." in " ".join(decisions.notes)
    assert excluded(decide(tmp_path, rows, "rides", include=("casual",))) == {"registered"}


def test_the_parts_of_a_rounded_difference_are_excluded(tmp_path: Path) -> None:
    rate, inflation = RANDOM.uniform(1, 12, ROWS).round(2), RANDOM.normal(4, 3, ROWS)
    rows = pd.DataFrame({"rate": rate, "real": (rate - inflation).round(2)})
    rows = rows.assign(x=RANDOM.normal(size=ROWS).round(2), inflation=inflation.round(2))
    rows.loc[0, "inflation"] = 0  # as a first row often is
    decisions = decide(tmp_path, rows, "inflation")
    assert excluded(decisions) == {"rate", "real"}
    reasons = {each.name: each.reason for each in decisions.columns_used_as("excluded")}
    assert "if it is added to or subtracted from real" in reasons["rate"]


def houses() -> pd.DataFrame:
    area = RANDOM.normal(120, 40, ROWS).clip(30).round()
    price = (area * RANDOM.lognormal(7.6, 0.35, ROWS)).round(-2)
    unit = (price / area).round(1)
    return pd.DataFrame({"area": area, "price_per_m2": unit, "unit": unit, "price": price})


def test_a_price_per_area_is_excluded_and_the_area_is_not(tmp_path: Path) -> None:
    rows = houses()
    assert excluded(decide(tmp_path, rows.drop(columns="unit"), "price")) == {"price_per_m2"}
    # No name says which of the two follows from the price.
    both = decide(tmp_path, rows.drop(columns="price_per_m2").assign(x=rows.index % 7), "price")
    assert excluded(both) == {"area", "unit"}


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("amount_paid", "feature"),
        ("talk_time", "feature"),
        ("days_active", "feature"),
        ("test_result", "feature"),
        ("duration", "excluded"),
        ("days_to_closing", "excluded"),
        ("churn_score", "excluded"),
    ],
)
def test_a_column_that_tells_of_the_target_is_excluded_if_its_name_is_clear(
    tmp_path: Path, name: str, use: str
) -> None:
    churned = RANDOM.random(ROWS) < 0.4
    values = np.where(churned, RANDOM.normal(300, 60, ROWS), RANDOM.normal(480, 60, ROWS)).round()
    rows = pd.DataFrame({name: values, "x": RANDOM.normal(size=ROWS), "churned": churned})
    (column,) = (each for each in decide(tmp_path, rows, "churned").columns if each.name == name)
    assert column.use == use


def test_row_numbers_that_are_excluded_are_no_possible_leak(tmp_path: Path) -> None:
    rows = pd.DataFrame({"y": np.arange(ROWS) * 0.5, "x": RANDOM.normal(size=ROWS)})
    decisions = decide(tmp_path, rows.reset_index(names="Unnamed: 0"), "y")
    assert "Unnamed: 0" in excluded(decisions)
    assert not any("Unnamed: 0" in note for note in decisions.notes)
