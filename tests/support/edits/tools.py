"""Runs a formatter and uv on new projects, as a user does."""

import subprocess
import sys
from pathlib import Path

from uv import find_uv_bin

from .trees import Tree, read_folder, write_folder
from .work import SETTINGS, Tools

STYLE = ("--isolated", "--no-cache", "--line-length=60", "--config=format.quote-style='single'")
# `--frozen` writes the line and asks no package index.
ADDED = (
    ("attrs>=25",),
    ("--group", "dev", "hypothesis>=6"),
    ("--group", "mine", "rich>=14"),
    ("--optional", "mine", "humanize>=4"),
)


def run_tools(tree: Tree, folder: Path) -> Tools:
    """Run a formatter and uv on a project."""
    style, added = folder / "style", folder / "added"
    style.mkdir(parents=True)
    added.mkdir()
    write_folder({path: file for path, file in tree.items() if path.endswith(".py")}, style, {})
    _run(str(Path(sys.executable).with_name("ruff")), "format", *STYLE, cwd=style)
    formatted = {path: file.data for path, file in read_folder(style).items() if file != tree[path]}
    settings = []
    for words in ADDED:
        (added / SETTINGS).write_bytes(tree[SETTINGS].data)
        _run(find_uv_bin(), "add", "--frozen", *words, cwd=added)
        settings.append((added / SETTINGS).read_bytes())
    return Tools(formatted, tuple(settings))


def _run(*words: str, cwd: Path) -> None:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
