"""The API of a project with own data keeps what its description says."""

import json
import random

import pytest

from tests.support.generator import run_cli
from tests.support.projects import InstalledProject
from tests.support.servers import ask, check_api, golden_rows, run_server

ROWS = 400


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> InstalledProject:
    """A level 3 project with a released model, and one column of every type."""
    draw, folder = random.Random(0), tmp_path_factory.mktemp("own")
    lines = ["id,opened,seen,plan,active,amount,comment,left"]
    for number in range(ROWS):
        amount = draw.uniform(0, 100)
        day = f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
        words = " ".join(draw.choices(["good", "slow", "late", "kind", "dear", "new"], k=8))
        row = [number, day, f"{day}T10:00:00", draw.choice("abc"), draw.choice(["true", "false"])]
        left = "yes" if amount + draw.uniform(-10, 10) > 50 else "no"
        lines.append(",".join(map(str, [*row, f"{amount:.2f}", f"{words} {number}", left])))
    (folder / "own.csv").write_text("\n".join(lines) + "\n")
    result = run_cli(
        folder / "churn",
        "--level",
        3,
        "--data",
        folder / "own.csv",
        "--target",
        "left",
        "--defaults",
    )
    assert result.status == 0, result.err
    installed = InstalledProject(folder / "churn")
    installed.sync()
    for command in ("ingest", "validate", "pipeline run", "promote"):
        installed.run(command)
    return installed


def test_answers_are_as_the_description_of_the_api_says(released: InstalledProject) -> None:
    with run_server(released) as server:
        status, answer = ask(f"{server.url}/predict", {"rows": golden_rows(released)})
        assert (status, len(answer["predictions"])) == (200, 20)
        api = ask(f"{server.url}/openapi.json")[1]
        kinds = json.dumps(api["paths"]["/predict"])
        assert all(f'"{kind}"' in kinds for kind in ("number", "boolean", "string", "date-time"))
        check_api(server.url, cases=300)
        assert ask(f"{server.url}/readyz")[0] == 200
