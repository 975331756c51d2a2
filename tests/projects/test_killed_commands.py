"""A command may be killed at any moment: no file is damaged, and the command can be repeated."""

import json

import pytest

from tests.support.generator import ROOT
from tests.support.projects import NIGHTLY, Install, InstalledProject

SCRIPT = ROOT / "tests/support/killed_commands.py"
MAX_MOMENTS = 1000 if NIGHTLY else 2  # of each command


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
    if words == "train":  # so that there is something new to train on
        installed.run("validate --period 2013-02")
    output = installed.shell_output(
        f".venv/bin/python {SCRIPT} churn {installed.folder} {MAX_MOMENTS} {words}"
    )
    unharmed, *killed = map(json.loads, output.splitlines())
    assert unharmed["status"] == 0
    assert len(killed) >= min(MAX_MOMENTS, unharmed["moments"]) > 1
    for each in killed:
        assert each["killed"] == -9
        for name in each["before"].keys() | each["after_kill"].keys():
            expected = {each["before"].get(name), each["unharmed"].get(name)}
            assert each["after_kill"].get(name) in expected, f"{name}, moment {each['moment']}"
        assert each["repeated"] == 0
        assert each["after_repeat"] == each["unharmed"]
    print(f"{words}: killed at {len(killed)} of {unharmed['moments']} moments")
