"""`--json` prints the documented keys, and nothing else, on standard output."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.generator import commit, run_cli, run_git

Project = Callable[[int], Path]


def read_documented_keys(checkout: Path, command: str) -> set[str]:
    page = (checkout / "docs/reference/json.md").read_text()
    (section,) = re.findall(rf"^## {command}\n(.*?)(?=^## |\Z)", page, re.M | re.S)
    return {*re.findall(r"^\| `([^`]+)` \|", section, re.M)}


def list_keys(value: Any, prefix: str = "") -> Iterator[str]:
    """Every key as the page writes it, as in `levels[].name`."""
    if isinstance(value, dict):
        for name, each in value.items():
            key = f"{prefix}.{name}".lstrip(".")
            yield key
            yield from list_keys(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from list_keys(each, f"{prefix}[]")


def read_json(*words: object, cwd: Path, status: int = 0) -> dict[str, Any]:
    result = run_cli(*words, "--json", cwd=cwd)
    assert (result.status, result.err) == (status, ""), result
    return dict(json.loads(result.out))


@pytest.fixture
def edited(own: Project) -> Path:
    """A level 0 project with a change, a deleted file, a file of mine, and one in the way."""
    place = own(0)
    (place / "Makefile").write_text("# mine\n")
    (place / "docs/reference/data-card.md").unlink()
    (place / "mine.py").write_text("MINE = True\n")
    (place / "docs/how-to/checks.md").write_text("mine\n")
    commit(place)
    return place


def check_keys(checkout: Path, command: str, value: dict[str, Any]) -> None:
    keys = {*list_keys(value)}
    documented = read_documented_keys(checkout, command)
    parents = {key.removesuffix("[]") for each in documented for key in list_parents(each)}
    assert keys - parents == documented - parents


def list_parents(key: str) -> Iterator[str]:
    """`levels[]` for `levels[].name`."""
    while "." in key:
        key = key.rpartition(".")[0]
        yield key


def test_levels(checkout: Path, tmp_path: Path) -> None:
    value = read_json("levels", cwd=tmp_path)
    check_keys(checkout, "levels", value)
    assert [level["level"] for level in value["levels"]] == [0, 1, 2, 3, 4]
    assert read_json("levels", 3, cwd=tmp_path) == {"levels": [value["levels"][3]]}
    serving = next(each for each in value["levels"][3]["capabilities"] if each["name"] == "serving")
    assert serving["commands"] == ["serve"]


def test_explain(checkout: Path, edited: Path) -> None:
    value = read_json("explain", ".", cwd=edited)
    check_keys(checkout, "explain", value)
    assert (value["project"], value["level"], value["path"]) == ("churn", 0, ".")
    states = {each["path"]: each["state"] for each in value["files"]}
    assert states["README.md"] == "generated"
    assert states["Makefile"] == "changed"
    assert states["docs/reference/data-card.md"] == "deleted"
    assert states["mine.py"] == states["docs/how-to/checks.md"] == "yours"
    assert states["docs/how-to/serving.md"] == "higher_level"
    owners = {each["path"]: (each["level"], each["capability"]) for each in value["files"]}
    assert owners["docs/how-to/serving.md"] == (3, "serving")
    assert owners["mine.py"] == (None, None)


def test_doctor(checkout: Path, own: Project) -> None:
    place = own(1)
    run_git("branch", "--move", "master", cwd=place)  # so that workflows watch another branch
    result = run_cli("doctor", "--json", cwd=place)
    value = json.loads(result.out)
    check_keys(checkout, "doctor", value)
    tools = {each["name"]: each for each in value["tools"]}
    assert tools["git"]["ok"] is True
    assert tools["package index"]["ok"] is None
    assert result.status == (0 if value["usable_levels"] == [0, 1, 2, 3, 4] else 1)


def test_upgrade(checkout: Path, edited: Path) -> None:
    value = read_json("upgrade", "--level", 1, "--dry-run", cwd=edited, status=1)
    check_keys(checkout, "upgrade", value)
    assert (value["old_level"], value["new_level"], value["newer_template"]) == (0, 1, False)
    assert {"name": "checks", "level": 1} in value["capabilities"]
    assert "docs/how-to/validation.md" in value["files"]["added"]
    assert "pyproject.toml" in value["files"]["changed"]
    assert [each["path"] for each in value["conflicts"]] == ["docs/how-to/checks.md"]


def test_json_of_a_refused_upgrade_is_empty(own: Project) -> None:
    result = run_cli("upgrade", "--level", 1, "--dry-run", "--json", cwd=own(1))
    assert (result.status, result.out) == (2, "")
    assert result.err.count("\n") == 1


def test_upgrade_prints_json_only_for_a_dry_run(own: Project) -> None:
    result = run_cli("upgrade", "--level", 2, "--json", cwd=own(1))
    assert (result.status, result.out) == (2, "")
    assert result.err == "--json only works with --dry-run.\n"
