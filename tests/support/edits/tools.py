"""What the real tools of an owner make of fresh projects, in folders of their own."""

import subprocess
import sys
from pathlib import Path

from uv import find_uv_bin

from .trees import Tree, lay_out, on_disk
from .work import SETTINGS, Tools

STYLE = ("--isolated", "--no-cache", "--line-length=60", "--config=format.quote-style='single'")
# Frozen: the line is uv's, and no index has to be asked for it.
ADDED = (
    ("attrs>=25",),
    ("--group", "dev", "hypothesis>=6"),
    ("--group", "mine", "rich>=14"),
    ("--optional", "mine", "humanize>=4"),
)


def used(tree: Tree, folder: Path) -> Tools:
    """Let a formatter and uv work on a project of some level."""
    style, added = folder / "style", folder / "added"
    style.mkdir(parents=True)
    added.mkdir()
    lay_out({path: file for path, file in tree.items() if path.endswith(".py")}, style, {})
    _run(str(Path(sys.executable).with_name("ruff")), "format", *STYLE, cwd=style)
    formatted = {path: file.data for path, file in on_disk(style).items() if file != tree[path]}
    settings = []
    for words in ADDED:
        (added / SETTINGS).write_bytes(tree[SETTINGS].data)
        _run(find_uv_bin(), "add", "--frozen", *words, cwd=added)
        settings.append((added / SETTINGS).read_bytes())
    return Tools(formatted, tuple(settings))


def _run(*words: str, cwd: Path) -> None:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
