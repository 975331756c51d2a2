"""Level 0 trains and evaluates a model on declared data, and predicts."""

import json
import shutil

import pytest

from tests.support.projects import SAME_FILES, Install, InstalledProject, commands_up_to


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    return install(0)


@pytest.mark.rubric("unit-tests", points=1, levels=[0])
@pytest.mark.rubric("linter", points=1, levels=[0])
def test_the_project_passes_its_checks(installed: InstalledProject) -> None:
    for check in installed.checks():
        installed.shell_output(check)


@pytest.mark.rubric("makefile", points=1, levels=[0, *SAME_FILES])
@pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")
def test_make_check_runs_the_same_checks(installed: InstalledProject) -> None:
    installed.shell_output("make lint types")
    asked = [line for line in installed.shell_output("make --dry-run check").splitlines() if line]
    assert asked == installed.checks()


def test_the_project_has_the_commands_of_its_level(installed: InstalledProject) -> None:
    assert installed.commands() == commands_up_to(0)


@pytest.mark.rubric("integration-test", points=1, levels=[0])
@pytest.mark.rubric("reproducibility", points=4, levels=[0])
def test_training_on_flights_beats_the_baseline_and_saves_a_run(
    installed: InstalledProject,
) -> None:
    printed = installed.run("train")
    (file,) = installed.folder.glob("var/runs/2013-12-*/run.json")
    run = json.loads(file.read_text())
    assert run["rows"] == 60_000
    assert run["metrics"]["mae"] < run["metrics"]["mae_baseline"]
    assert run["metrics"]["r2"] > 0.95
    assert f"{run['metrics']['mae']:.4g}" in printed
    assert f"{run['metrics']['mae_baseline']:.4g}" in printed
    assert (file.parent / "model.skops").stat().st_size > 10_000
    pictures = ("backtest", "calibration", "errors", "importance", "learning-curve")
    tables = ("backtest", "importance", "learning-curve", "slices")
    assert {each.name for each in file.parent.iterdir()} == {
        *(f"{name}.png" for name in pictures),
        *(f"{name}.csv" for name in tables),
        *("evaluated.skops", "model.skops", "report.html", "report.md", "run.json"),
        *("examples.jsonl", "requirements.txt", "spec.json"),
    }
    slices = (file.parent / "slices.csv").read_text().splitlines()[1:]
    worst = next(line for line in slices if line.endswith("True")).split(",")
    assert f"{worst[0]} = {worst[1]}" in printed

    installed.run("predict data/flights.parquet --output answers.csv")
    lines = (installed.folder / "answers.csv").read_text().splitlines()
    assert lines[0] == "flight_id,prediction"
    assert len(lines) == 60_001
    installed.shell_output(
        "cat data/flights.parquet | uv run churn predict - --format parquet > piped"
    )
    assert (installed.folder / "piped").read_bytes().startswith(b"PAR1")
    assert "1 passed" in installed.shell_output(
        "uv run pytest tests/test_behaviour.py"
    )  # distance: up


def test_the_notebook_runs_in_jupyter(installed: InstalledProject) -> None:
    execute = "jupyter nbconvert --to notebook --execute --output-dir executed"
    installed.shell_output(f"uv run --group notebooks {execute} notebooks/explore.ipynb")
    cells = json.loads((installed.folder / "executed/explore.ipynb").read_text())["cells"]
    kinds = {kind for c in cells for out in c.get("outputs", []) for kind in out.get("data", {})}
    assert "image/png" in kinds


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("train --period 2015-01", "there are no data of 2015-01: they run from 2013-01"),
        ("predict nowhere.csv", "nowhere.csv is not a file"),
    ],
)
def test_a_wrong_argument_is_one_sentence(
    installed: InstalledProject, line: str, sentence: str
) -> None:
    assert sentence in installed.run(line, status=2)


def test_a_broken_declaration_and_missing_data_are_one_sentence(
    installed: InstalledProject,
) -> None:
    declared = installed.folder / "conf/data.yml"
    before = declared.read_text()
    for wrong, sentence in [
        (before.replace("air_time", "air_tme"), "did you mean air_time?"),
        (before.replace("flights.parquet", "nowhere.parquet"), "no data at "),
        (before.replace("task: ", "task: ["), "this is not YAML"),
    ]:
        declared.write_text(wrong)
        runs = sorted(installed.folder.glob("var/runs/*"))
        assert sentence in installed.run("train", status=2)
        assert sorted(installed.folder.glob("var/runs/*")) == runs
    declared.write_text(before)
