"""The packages of the generator import each other in one direction, and declare all libraries."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
IMPORTED_AS = {"pyyaml": "yaml"}
OURS = {"mlops_init"}


def lint_imports(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache", "--no-logo"],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout / "generator")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_keep_the_contracts(checkout: Path) -> None:
    result = lint_imports(checkout)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "statement"),
    [
        ("git/run.py", "from ..template import levels"),
        ("upgrade/merge.py", "from . import plan"),
        ("new/create.py", "from . import view"),
        ("data/decide/rules.py", "from ...ui import console"),
        ("data/decide/task.py", "import questionary"),
        ("git/run.py", "from rich.text import Text"),
        ("upgrade/recovery.py", "from .view import conflicts"),
        ("upgrade/recovery.py", "from . import command"),
        ("inspect/diff.py", "import copier"),
    ],
)
def test_a_forbidden_import_is_found(
    checkout: Path, tmp_path: Path, file: str, statement: str
) -> None:
    shutil.copytree(checkout / "generator", tmp_path / "generator")
    shutil.copy(checkout / "pyproject.toml", tmp_path)
    with (tmp_path / "generator/mlops_init" / file).open("a") as module:
        module.write(f"\n{statement}\n")
    result = lint_imports(tmp_path)
    assert result.returncode == 1, result.stdout
    assert "BROKEN" in result.stdout


def find_imports(package: Path) -> Iterator[str]:
    """The top-level name of each absolute import."""
    for file in package.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                yield from (each.name.split(".")[0] for each in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.split(".")[0]


def test_every_imported_library_is_declared(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text())["project"]
    names = [re.split(r"[\[<>=~!; ]", line.lower())[0] for line in project["dependencies"]]
    declared = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in names}
    imported = {*find_imports(checkout / "generator/mlops_init")} - sys.stdlib_module_names - OURS
    assert imported == declared


def test_the_package_is_typed(checkout: Path) -> None:
    assert (checkout / "generator/mlops_init/py.typed").exists()
