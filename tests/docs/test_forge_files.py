"""The files that GitHub reads besides workflows are valid."""

import subprocess
from pathlib import Path

import pytest

from tests.support.generator import ROOT
from tests.support.local_runner import SCRIPTS

FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*_*.yml"))
FILES = {
    "vendor.dependabot": [ROOT / ".github/dependabot.yml"],
    "vendor.github-issue-config": [ROOT / ".github/ISSUE_TEMPLATE/config.yml"],
    "vendor.github-issue-forms": FORMS,
}


def check(schema: str, files: list[Path]) -> int:
    command = [str(SCRIPTS / "check-jsonschema"), "--builtin-schema", schema, *map(str, files)]
    return subprocess.run(command, capture_output=True, check=False).returncode


@pytest.mark.parametrize("schema", FILES)
def test_a_file_matches_its_schema(schema: str) -> None:
    assert FILES[schema]
    assert check(schema, FILES[schema]) == 0


def test_an_invalid_form_is_found(tmp_path: Path) -> None:
    form = tmp_path / "form.yml"
    form.write_text(FORMS[0].read_text().replace("type: textarea", "type: text"))
    assert check("vendor.github-issue-forms", [form]) != 0
