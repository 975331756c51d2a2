"""Numbers, booleans and codes are recognised by how they are written, and read strictly."""

from typing import Any

import pandas as pd
import pytest
from mlops_init.data.prepare import prepare
from mlops_init.data.request import DataRequest
from mlops_init.errors import RefusedError

from tests.support.data_files import Write, profile_column, read_profile


@pytest.mark.parametrize(
    ("cells", "delimiter", "expected"),
    [
        (["12,345", "987"], ";", (".", ",", ())),
        (["1,5", "2,25"], ";", (",", None, ())),
        (["1.234,5", "7,25"], "\t", (",", ".", ())),
        (["0,123", "0,456"], ";", (",", None, ())),
        (["1,234.5", "7.25"], ";", (".", ",", ())),
        (['"$1,234.50"', "$7.25"], ",", (".", ",", ("$",))),
        (["12%", "7.5%"], ",", (".", None, ("%",))),
        (["12 €", "7 €"], ";", (".", None, ("€",))),
        (["USD 5", "USD 1,234"], ";", (".", ",", ("USD",))),
        (["1 234,5", "7,25"], ";", (",", " ", ())),
        (["1\u00a0234", "7"], ",", (".", " ", ())),
        (["1\u202f234,5", "7"], ";", (",", " ", ())),
        (["1'234.5", "7"], ",", (".", "'", ())),
        (["1\u2019234", "7"], ",", (".", "'", ())),
        (["1.234.567", "7"], ",", (",", ".", ())),
        (["1,5e3", "2,5E-1"], ";", (",", None, ())),
        (["0,5", "1.234", "17"], ";", (",", ".", ())),
        (["1_000", "7"], ",", (".", None, ())),
    ],
)
def test_separators_and_symbols_of_numbers_are_found(
    write: Write, cells: list[str], delimiter: str, expected: tuple[Any, ...]
) -> None:
    rows = "\n".join(f"{cell}{delimiter}a{number}" for number, cell in enumerate(cells * 50))
    profile = read_profile(write(f"amount{delimiter}name\n{rows}\n"))
    numbers = profile.numbers
    assert (numbers.decimal, numbers.thousands, numbers.symbols) == expected
    assert profile.column("amount").kind == "number"


@pytest.mark.parametrize(
    ("cells", "negative", "lowest"),
    [
        (["(1,234)", "5"], "(5)", -1234),
        (["(€ 7.5)", "€ 5"], "(5)", -7.5),
        (["$-7", "$5"], None, -7),
        (["7.5-", "5"], "5-", -7.5),
        (["\u22127", "5"], "\u22125", -7),
        (["1e-5", "-5"], None, -5),
    ],
)
def test_negative_numbers_have_several_writings(
    write: Write, cells: list[str], negative: str | None, lowest: float
) -> None:
    rows = "\n".join(f"{cell};a{number}" for number, cell in enumerate(cells * 50))
    profile = read_profile(write(f"amount;name\n{rows}\n"))
    assert profile.numbers.negative == ((negative,) if negative else ())
    assert (profile.column("amount").kind, profile.column("amount").min) == ("number", lowest)


@pytest.mark.parametrize(
    ("usual", "cell"),
    [
        ("1.234,5", "12.5"),
        ("1.234,5", "1.23"),
        ("1.234,5", "12.34,5"),
        ("7,25", "7.25"),
        ("7,25", "1.234"),
        ("1,234.5", "12,34"),
        ("1,234.5", "1,2345"),
        ("1 234,5", "12.5"),
        ("$7.25", "7,25"),
        ("12%", "0.5"),
        ("7.25", "7,25"),
        ("7.25", "12 kg"),
    ],
)
def test_a_number_in_another_writing_is_refused_with_its_line(
    write: Write, usual: str, cell: str
) -> None:
    cells = [usual] * 60 + [cell] + [usual.replace("5", "6")] * 39
    rows = "".join(f"{each};{n * 7 % 61};{'uv'[n % 2]}\n" for n, each in enumerate(cells))
    with pytest.raises(RefusedError) as error:
        prepare(DataRequest(write(f"amount;x;y\n{rows}"), target="y"))
    assert f'in 1 row ("{cell}", the first in line 62): correct them' in str(error.value)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("yes no", "boolean"),
        ("Y N y", "boolean"),
        ("Yes yes NO", "boolean"),
        ("t f", "boolean"),
        ("ja nein", "boolean"),
        ("oui non", "boolean"),
        ("true false 1 0", "boolean"),
        ("TRUE False yes no 0", "boolean"),
        ("f n", "text"),
        ("j f", "text"),
        ("yes no maybe", "text"),
        ("true 2", "text"),
    ],
)
@pytest.mark.parametrize("kind_of_file", ["csv", "jsonl"])
def test_words_for_true_and_false_are_one_boolean(
    write: Write, words: str, kind: str, kind_of_file: str
) -> None:
    frame = pd.DataFrame({"flag": words.split() * 30}).assign(x=1.5)
    orient: dict[str, Any] = {"orient": "records", "lines": True}
    text = frame.to_csv(index=False) if kind_of_file == "csv" else frame.to_json(**orient)
    assert read_profile(write(text, f"x.{kind_of_file}")).column("flag").kind == kind


def test_a_target_has_one_writing_of_true_and_of_false(write: Write) -> None:
    rows = "".join(f"{n};{word}\n" for n in range(50) for word in ("true", "1", "no", "false"))
    with pytest.raises(RefusedError, match="y writes true and false in several ways"):
        prepare(DataRequest(write(f"x;y\n{rows}"), target="y"))


def test_a_target_of_few_numbers_in_two_writings_is_no_class(write: Write) -> None:
    rows = "".join(f"{n * 7 % 61};{'2.5' if n == 50 else f'{n % 4},5'}\n" for n in range(100))
    with pytest.raises(RefusedError, match="y holds numbers with a decimal comma"):
        prepare(DataRequest(write(f"x;y\n{rows}"), target="y"))


def test_columns_in_two_writings_are_refused(write: Write) -> None:
    rows = "".join(f"{n},5;{n}.25;{'uv'[n % 2]}\n" for n in range(1, 100))
    file = write(f"a;b;y\n{rows}")
    with pytest.raises(RefusedError, match=r"b holds numbers with a decimal comma \(1234,5\), but"):
        prepare(DataRequest(file, target="y"))
    assert prepare(DataRequest(file, target="y", exclude=("b",))).decisions


def test_whole_thousands_with_points_are_no_fractions(write: Write) -> None:
    rows = "".join(f"{n},5;{n}.000\n" for n in range(1, 100))
    assert read_profile(write(f"a;b\n{rows}")).column("b").max == 99000


def test_a_point_that_the_file_does_not_explain_is_asked_and_noted(write: Write) -> None:
    rows = "".join(f"{n}.{n};a\n{n};b\n" for n in range(100, 250))
    file = write(f"amount;name\n{rows}")
    thousands = read_profile(file)
    assert thousands.column("amount").max == 249249
    assert "The point in numbers such as those of amount" in thousands.numbers.notes[0]
    assert read_profile(file, decimal=".").column("amount").max == 249.249


@pytest.mark.parametrize(
    "cell", ["{} kg", "{}kg", "approx {}", ">{}", "<0.{}", "R$ {}", "{} °C", "~{}", "{}k"]
)
def test_numbers_that_cannot_be_read_are_named_and_no_identifiers(write: Write, cell: str) -> None:
    rows = "".join(f"{cell.format(n)};{n * 7 % 61};{'uv'[n % 2]}\n" for n in range(10, 100))
    decisions = prepare(DataRequest(write(f"size;x;y\n{rows}"), target="y")).decisions
    note = f'size holds numbers that cannot be read ("{cell.format(10)}", '
    assert any(each.startswith(note) for each in decisions.notes)
    (excluded,) = decisions.columns_used_as("excluded")
    assert "numbers that cannot be read" in excluded.reason
    with pytest.raises(RefusedError, match="size holds numbers that cannot be read"):
        prepare(DataRequest(write(f"size;x;y\n{rows}"), target="size"))


@pytest.mark.parametrize("cell", ["A{}", "Store {}", "555 123 {}", "1.2.{}"])
def test_codes_are_no_numbers_that_cannot_be_read(write: Write, cell: str) -> None:
    codes = [cell.format(number) for number in range(100, 250)]
    assert profile_column(write, codes).number_like == ()


def test_a_comma_that_the_file_does_not_explain_is_asked_and_noted(write: Write) -> None:
    rows = "\n".join(f"{number},{number};a" for number in range(100, 250))
    file = write(f"amount;name\n{rows}\n")
    thousands = read_profile(file)
    assert thousands.column("amount").max == 249249
    assert "is read as a thousands separator: pass --decimal" in thousands.numbers.notes[0]
    assert read_profile(file, decimal=",").column("amount").max == 249.249


def test_amounts_of_different_currencies_are_no_numbers(write: Write) -> None:
    assert profile_column(write, ["$5", "€6", "$7", "€8"] * 20).kind == "text"
