"""Level 3 evaluates, releases and serves models; a server follows each release."""

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.support.generator import run_cli
from tests.support.projects import Install, InstalledProject, commands_up_to
from tests.support.servers import Server, ask, check_api, run_server


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    return install(3)


@pytest.fixture
def server(installed: InstalledProject) -> Iterator[Server]:
    with run_server(installed) as server:
        yield server


def flights(installed: InstalledProject, month: int, rows: int) -> list[dict[str, Any]]:
    """Flights as a client sends them, without labels."""
    frame = pd.read_parquet(installed.folder / "data/flights.parquet")
    frame = frame[frame["time"].dt.month == month].head(rows)
    frame = frame.drop(columns=["air_time", "arrival", "dep_delay"])
    return list(json.loads(frame.to_json(orient="records", date_format="iso")))


@pytest.mark.rubric("unit-tests", points=1, levels=[3])
@pytest.mark.rubric("integration-test", points=1, levels=[3])
@pytest.mark.rubric("reproducibility", points=4, levels=[3])
@pytest.mark.rubric("linter", points=1, levels=[3])
def test_the_project_passes_its_checks(installed: InstalledProject) -> None:
    assert installed.collect_tests() > 100  # levels 0 and 4 run the tests of other levels
    installed.run_checks(installed.tests_added_by(3))


def test_the_project_has_the_commands_of_its_level(installed: InstalledProject) -> None:
    assert installed.commands() == commands_up_to(3)


def test_before_the_first_release_there_is_nothing_to_serve_or_score(
    installed: InstalledProject,
) -> None:
    assert "nothing is registered yet" in installed.run("promote", status=2)
    assert "nothing is released yet" in installed.run("serve --smoke", status=2)
    assert "nothing is released yet" in installed.run("score data/flights.parquet", status=2)
    assert "there is no champion yet" in installed.run("release", status=2)
    assert "there is no earlier release to roll back to" in installed.run("rollback", status=2)


@pytest.mark.rubric("tracking", points=4, levels=[3])
@pytest.mark.rubric("deployment", points=2, levels=[3])
@pytest.mark.ml_test_score("infrastructure-4", "infrastructure-7", levels=[3])
def test_a_model_is_evaluated_released_served_replaced_and_rolled_back(
    installed: InstalledProject, server: Server
) -> None:
    assert ask(f"{server.url}/livez")[0] == 200
    assert ask(f"{server.url}/readyz")[0] == 503

    installed.run("pipeline run --period 2013-03")
    output = installed.run("promote")
    assert "✓ passed" in output
    assert "version 1 is the active release" in output
    server.wait_for_version(1)
    rows = flights(installed, month=5, rows=20)
    status, answer = ask(f"{server.url}/predict", {"rows": rows})
    assert (status, answer["version"]) == (200, 1)
    assert [each["flight_id"] for each in answer["predictions"]] == [r["flight_id"] for r in rows]

    installed.run("pipeline run --period 2013-05")
    assert "mae, gain" in installed.run("promote")
    server.wait_for_version(2)
    again = ask(f"{server.url}/predict", {"rows": flights(installed, month=6, rows=10)})[1]
    assert again["version"] == 2

    installed.run("pipeline run --period 2013-06")
    assert "✗ rejected" in installed.run("promote", status=1)
    server.wait_for_version(2)

    installed.run("rollback --reason 'a drill'")
    server.wait_for_version(1)
    assert "rejected: rolled back: a drill" in installed.run("models list")
    assert "version 1" in installed.run("release")


def test_a_running_server_leads_back_to_data_code_and_gate(
    installed: InstalledProject, server: Server
) -> None:
    server.wait_for_version(1)
    links = json.loads(installed.run(f"lineage --url {server.url} --json"))["links"]
    assert [link["problem"] for link in links if link["problem"]] == []
    known = {link["step"] for link in links if link["value"]}
    assert known >= {"endpoint", "release", "version", "run", "data", "gate", "lock file"}
    assert "serves version 1, not version 2" in installed.run(
        f"lineage 2 --url {server.url}", status=1
    )
    for bill in installed.folder.glob("var/releases/*/materials.cdx.json"):
        problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill.read_text())
        assert problem is None, problem


def test_a_project_is_not_upgraded_under_a_running_server(
    installed: InstalledProject, server: Server
) -> None:
    assert ask(f"{server.url}/livez")[0] == 200
    result = run_cli("upgrade", "--level", 4, cwd=installed.folder)
    assert result.status == 2
    assert "A process is running in " in result.err
    assert "holds var/serving-" in result.err


@pytest.mark.rubric("monitoring", points=2, levels=[3])
def test_late_labels_are_joined_with_logged_predictions_and_a_file_is_scored(
    installed: InstalledProject,
) -> None:
    lines = [line.split() for line in installed.run("labels").splitlines()]
    assert lines[0] == ["version", "predictions", "labelled", "mae"]
    assert [line[:3] for line in lines[1:3]] == [["1", "20", "20"], ["2", "10", "10"]]
    installed.run("score data/flights.parquet --output scored.parquet")
    scored = pd.read_parquet(installed.folder / "scored.parquet")
    assert len(scored) == 60_000
    assert set(scored["version"]) == {1}
    result = json.loads(installed.run("serve --smoke --json"))
    assert result["response"]["version"] == 1


def test_answers_are_as_the_description_of_the_api_says(server: Server) -> None:
    assert ask(f"{server.url}/readyz")[0] == 200
    check_api(server.url)
