"""What the terminal shows: the table of columns, notes, and questions only where unsure."""

from pathlib import Path
from typing import Any

import yaml

from tests.support.generator import run_cli
from tests.unit.test_terminal import DOWN, ENTER, run_in_terminal

ROWS = "id,grade,size,secret,mail,wanted\n" + "".join(
    f"{n},{n % 5},{n % 37}.5,{n % 5 * 10},a{n}@b.org,{n % 5}\n" for n in range(200)
)


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
    assert any(line.startswith("! Excluded, because they predict the") for line in lines)
    assert "target: wanted task: multiclass metric: log_loss" in lines
    assert "time: none key: id" in lines
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
    status, screen = run_in_terminal([*words, *options], [], tmp_path)
    assert status == 0, screen
    assert "?" not in screen.split("rows.csv: 200 rows")[1].split("created")[0]


def test_a_person_who_names_no_target_chooses_one(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS)
    words = ["p", "--level", "0", "--name", "p", "--package", "p", "--data", "rows.csv"]
    keys = [
        ("Which column do you want to predict?", DOWN + DOWN + ENTER),
    ]
    status, screen = run_in_terminal(words, keys, tmp_path)
    assert status == 0, screen
    assert read_spec(tmp_path / "p")["target"] == "size"
