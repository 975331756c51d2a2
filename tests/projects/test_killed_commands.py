"""A verb may be killed at any moment: each file is as before or as after, and again is enough."""

import json

import pytest

from tests.support.generator import ROOT
from tests.support.projects import NIGHTLY, Install, InstalledProject

SCRIPT = ROOT / "tests/support/killed_commands.py"
MOST = 1000 if NIGHTLY else 6  # moments of each verb


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    installed = install(1)
    for step in ("ingest --period 2013-02", "validate --period 2013-01", "train"):
        installed.run(step)
    (installed.folder / "mine.csv").write_text("mine\n")
    return installed


@pytest.mark.parametrize(
    "words",
    [
        "ingest --period 2013-04",
        "validate --period 2013-02",
        "train",
        "predict data/flights.parquet --output mine.csv",
    ],
)
def test_a_killed_command_loses_nothing_and_can_be_repeated(
    installed: InstalledProject, words: str
) -> None:
    if words == "train":  # there is something new to train on
        installed.run("validate --period 2013-02")
    said = installed.shell_output(
        f".venv/bin/python {SCRIPT} churn {installed.folder} {MOST} {words}"
    )
    unharmed, *killed = map(json.loads, said.splitlines())
    assert unharmed["status"] == 0
    assert len(killed) >= min(MOST, unharmed["moments"]) > 1
    for each in killed:
        assert each["killed"] == -9
        for name in each["before"].keys() | each["left"].keys():
            kept = {each["before"].get(name), each["unharmed"].get(name)}
            assert each["left"].get(name) in kept, f"{name}, moment {each['moment']}"
        assert each["again"] == 0
        assert each["after"] == each["unharmed"]
    print(f"{words}: killed at {len(killed)} of {unharmed['moments']} moments")
