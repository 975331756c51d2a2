"""A name of a column means an entity, an identifier, a code or a feature, in several languages."""

import csv
from pathlib import Path

import pytest
from mlops_init.data.decide.names import is_called_code, is_called_entity, is_called_identifier

FILE = Path(__file__).parents[1] / "support/cases/names.csv"
CASES = [(each["name"], each["use"]) for each in csv.DictReader(FILE.open(encoding="utf-8"))]


def classify(name: str) -> str:
    if is_called_entity(name):
        return "entity"
    if is_called_code(name):
        return "code"
    return "identifier" if is_called_identifier(name) else "feature"


@pytest.mark.parametrize(("name", "use"), CASES)
def test_a_name_means_an_entity_an_identifier_a_code_or_a_feature(name: str, use: str) -> None:
    assert classify(name) == use
