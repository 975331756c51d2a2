"""What a person sees of their data: the table, what to look at, a question only where unsure."""

from pathlib import Path
from typing import Any

import yaml

from tests.conftest import run_cli
from tests.unit.test_terminal import DOWN, ENTER, typed

ROWS = "id,grade,size,secret,mail,wanted\n" + "".join(
    f"{n},{n % 5},{n % 37}.5,{n % 5 * 10},a{n}@b.org,{n % 5}\n" for n in range(200)
)


def declared(project: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((project / "conf/data.yml").read_text()))


def test_the_screen_shows_each_column_and_what_is_made_of_it(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS)
    said = run_cli("p", "--level", 0, "--data", "rows.csv", "--target", "wanted", cwd=tmp_path)
    assert said.status == 0, said.err
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "rows.csv: 200 rows, 6 columns" in lines
    assert "size 0.5 … 36.5 feature 0.5 to 36.5, widened by half" in lines
    assert "id 0 … 199 key 200 different values in as many rows" in lines
    assert any(
        line.startswith("secret 0 … 40 left out tells the target by itself") for line in lines
    )
    assert "! mail seems to hold an e-mail address" in lines
    assert "! left out, perhaps known too late: grade, secret (--keep COLUMN)" in lines
    assert "multiclass of wanted, judged by log_loss; without time; key id" in lines
    assert [line for line in said.out.splitlines() if line != line.rstrip()] == []
    assert "\x1b" not in said.out


def test_a_person_is_asked_only_where_the_rules_are_unsure(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS)
    words = ["p", "--level", "0", "--name", "p", "--package", "p"]
    keys = [
        ("classes, or an amount?", DOWN + ENTER),
        ("grade tells the target by itself", DOWN + ENTER),
        ("secret tells the target by itself", ENTER),
    ]
    data = ["--data", "rows.csv", "--target", "wanted"]
    status, seen = typed([*words, *data], keys, tmp_path)
    assert status == 0, seen
    found = declared(tmp_path / "p")
    assert found["task"] == "regression"
    assert set(found["features"]) == {"grade", "size"}
    assert "secret" in found["excluded"]
    assert "When a row happened" not in seen

    said = [*data, "--task", "multiclass", "--keep", "grade", "--leave-out", "secret"]
    words[0] = words[4] = words[6] = "q"
    status, seen = typed([*words, *said], [], tmp_path)
    assert status == 0, seen
    assert "?" not in seen.split("rows.csv: 200 rows")[1].split("created")[0]


def test_a_person_who_names_no_target_chooses_one(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS)
    words = ["p", "--level", "0", "--name", "p", "--package", "p", "--data", "rows.csv"]
    keys = [
        ("Which column is to be predicted?", DOWN + DOWN + ENTER),
    ]
    status, seen = typed(words, keys, tmp_path)
    assert status == 0, seen
    assert declared(tmp_path / "p")["target"] == "size"
