"""Numbers are written for people."""

import pytest
from mlops_init.data.numbers import format_count, format_number, format_share
from mlops_init.data.write.yaml_text import format_mapping


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (10_003, "10,003"),
        (11_409.6, "11,410"),
        (1_000_000_000_000, "1,000,000,000,000"),
        (2013, "2013"),
        (-4, "-4"),
        (0, "0"),
        (36.5, "36.5"),
        (0.123456, "0.1235"),
        (-0.00012, "-0.00012"),
        (0.0000001, "1e-07"),
    ],
)
def test_a_number_has_no_exponent_unless_it_is_tiny(number: float, text: str) -> None:
    assert format_number(number) == text


def test_one_is_singular() -> None:
    assert format_count(1, "word") == "1 word"
    assert format_count(10_003, "word") == "10,003 words"
    assert format_count(2, "category", "categories") == "2 categories"


def test_a_share_above_zero_is_not_zero() -> None:
    assert [format_share(share) for share in (0.0, 0.0001, 0.038)] == ["0.0%", "under 0.1%", "3.8%"]


def test_a_range_has_no_exponent() -> None:
    bounds = {"min": 0.00001, "max": 12_000_000.0}
    assert format_mapping(bounds) == "{min: 0.00001, max: 12000000}"
