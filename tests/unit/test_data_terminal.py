"""What the terminal shows: the table of columns, notes, and questions only where unsure."""

from pathlib import Path
from typing import Any

import yaml

from tests.support.generator import run_cli, run_git
from tests.unit.test_terminal import DOWN, ENTER, UP, run_in_terminal

ROWS = "id,grade,size,secret,mail,wanted\n" + "".join(
    f"{n},{n % 5},{n % 37}.5,{n % 5 * 10},a{n}@b.org,{n % 5}\n" for n in range(200)
)
PROJECT = ["p", "--level", "0", "--name", "p", "--package", "p"]
OWN_DATA = ["--data", "rows.csv", "--target", "wanted", "--task", "regression"]
WITH_DATA = [*PROJECT, *OWN_DATA, "--include", "grade", "--exclude", "secret"]


def read_spec(project: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((project / "conf/data.yml").read_text()))


def test_the_screen_shows_each_column_and_its_use(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS)
    result = run_cli("p", "--level", 0, "--data", "rows.csv", "--target", "wanted", cwd=tmp_path)
    assert result.status == 0, result.err
    lines = [" ".join(line.split()) for line in result.out.splitlines()]
    assert "rows.csv: 200 rows, 6 columns" in lines
    assert "column values use reason" in lines
    assert "size 0.5 to 36.5 feature accepts 0 to 55" in lines
    assert "id 0 to 199 key a different value in each of 200 rows" in lines
    assert any(
        line.startswith("secret 0 to 40 excluded predicts the target almost alone")
        for line in lines
    )
    assert "! mail looks like an e-mail address and is excluded." in lines
    assert "! Excluded, because they may be known too late: grade, secret." in result.out
    assert "target: wanted task: multiclass metric: log_loss" in lines
    assert "time: none key: id entity: none" in lines
    assert result.out.count("rows.csv: 200 rows") == 1
    assert [line for line in result.out.splitlines() if line != line.rstrip()] == []
    assert "\x1b" not in result.out


def test_a_person_is_asked_only_where_the_rules_are_unsure(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS)
    words = ["p", "--level", "0", "--name", "p", "--package", "p"]
    keys = [
        ("Are they classes or a quantity?", DOWN + ENTER),
        ("grade predicts the target almost alone", DOWN + ENTER),
        ("secret predicts the target almost alone", ENTER),
        ("Are these decisions right?", ENTER),
        ("Create p?", ENTER),
    ]
    data = ["--data", "rows.csv", "--target", "wanted"]
    status, screen = run_in_terminal([*words, *data], keys, tmp_path)
    assert status == 0, screen
    spec = read_spec(tmp_path / "p")
    assert spec["task"] == "regression"
    assert set(spec["features"]) == {"grade", "size"}
    assert "secret" in spec["excluded"]
    assert "when a row happened" not in screen
    assert screen.count("rows.csv: 200 rows") == 1

    options = [*data, "--task", "multiclass", "--include", "grade", "--exclude", "secret"]
    words[0] = words[4] = words[6] = "q"
    keys = [("Are these decisions right?", ENTER), ("Create q?", ENTER)]
    status, screen = run_in_terminal([*words, *options], keys, tmp_path)
    assert status == 0, screen
    assert "almost alone" not in screen


def test_a_person_who_names_no_target_chooses_one(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS)
    words = ["p", "--level", "0", "--name", "p", "--package", "p", "--data", "rows.csv"]
    keys = [
        ("Which column do you want to predict?", DOWN + DOWN + ENTER),
        ("Are these decisions right?", ENTER),
        ("Create p?", ENTER),
    ]
    status, screen = run_in_terminal(words, keys, tmp_path)
    assert status == 0, screen
    assert read_spec(tmp_path / "p")["target"] == "size"
    assert "size: 0.5 to 36.5" in screen  # the profile of each column


def test_a_file_of_mine_is_the_first_choice_of_the_wizard(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS)
    words = ["p", "--level", "0", "--name", "p", "--package", "p"]
    keys = [
        ("a file of mine", UP + ENTER),  # the example is proposed
        ("Which file, folder or URL?", "none.csv" + ENTER),
        ("none.csv does not exist", "rows.csv" + ENTER),
        ("Which column do you want to predict?", DOWN + DOWN + ENTER),
        ("Are these decisions right?", ENTER),
        ("Create p?", ENTER),
    ]
    status, screen = run_in_terminal(words, keys, tmp_path)
    assert status == 0, screen
    assert screen.index("a file of mine") < screen.index("air-time")
    assert "predict size (regression, mae)" in " ".join(screen.split())
    assert read_spec(tmp_path / "p")["target"] == "size"
    assert read_spec(tmp_path / "p")["source"] == "../rows.csv"
    assert run_git("status", "--porcelain", cwd=tmp_path / "p") == ""


def test_a_file_can_be_declared_later(tmp_path: Path) -> None:
    words = ["p", "--level", "0", "--name", "p", "--package", "p"]
    keys = [("a file of mine", UP + ENTER), ("Which file", ENTER), ("Create p?", ENTER)]
    status, screen = run_in_terminal(words, keys, tmp_path)
    assert status == 0, screen
    assert "data none yet: declare it in conf/data.yml" in " ".join(screen.split())


def test_decisions_are_changed_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS)
    keys = [
        ("Are these decisions right?", DOWN + ENTER),
        ("Which column?", DOWN + ENTER),  # the key
        ("What is id used for?", UP + ENTER),
        ("key: none", DOWN + ENTER),
        ("grade: feature, a number", DOWN + ENTER),
        ("What is grade used for?", DOWN + ENTER),
        ("your choice", ENTER),
        ("Create p?", ENTER),
    ]
    status, screen = run_in_terminal(WITH_DATA, keys, tmp_path)
    assert status == 0, screen
    spec = read_spec(tmp_path / "p")
    assert spec["features"]["grade"]["type"] == "category"
    assert spec.get("key") is None
    assert "id" in spec["excluded"]


def test_a_change_that_is_not_possible_is_explained(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS)
    keys = [
        ("Are these decisions right?", DOWN + ENTER),
        ("Which column?", DOWN + DOWN + ENTER),
        ("What is grade used for?", UP + UP + UP + ENTER),
        ("grade holds no dates", ENTER),
        ("Create p?", ENTER),
    ]
    status, screen = run_in_terminal(WITH_DATA, keys, tmp_path)
    assert status == 0, screen
    assert "grade" in read_spec(tmp_path / "p")["features"]
