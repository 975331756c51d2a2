"""Records the wizard, as a person sees it, into the moving picture that README.md shows.

    python generator/scripts/recording.py

A shell in a terminal of 80 columns, keys pressed one after the other, and what came of them.
"""

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import pyte
from mlops_init.project_commands import bundled_uv

PICTURE = Path(__file__).resolve().parents[2] / "docs/wizard.svg"
COLUMNS, ROWS = 80, 40
QUIET, PATIENCE = 0.4, 60  # seconds without output until a frame is taken, or given up
DOWN, ENTER = "\x1b[B", "\r"
# What is waited for, what is typed then, and how long the screen is shown before, in seconds.
KEYS = (
    ("$", "mlops-init", 1.0),
    ("mlops-init", ENTER, 1.0),
    ("Folder of the project", "churn", 2.5),
    ("churn", ENTER, 1.0),
    ("Which MLOps maturity level", DOWN, 3.0),
    ("2  Automated training", ENTER, 2.0),
    ("What is the project called", ENTER, 1.5),
    ("What is the name of its Python package", ENTER, 1.5),
    ("Which data should it start with", ENTER, 3.0),
    ("Create churn?", ENTER, 6.0),
    ("the list of all commands\n$", "", 8.0),
)
CELL, LINE, MARGIN = 8.4, 18, 12  # of a picture, in pixels
KEPT = "\xa0"  # a blank that no viewer takes away
PAPER, INK = "#1c1f26", "#d8dee9"
COLOURS = {
    "black": "#4c566a",
    "red": "#e06c75",
    "green": "#98c379",
    "brown": "#e5c07b",  # yellow, as pyte calls it
    "blue": "#61afef",
    "magenta": "#c678dd",
    "cyan": "#56b6c2",
    "white": INK,
}
Run = tuple[str, int, str, bool]  # text, how many cells it takes, colour, bold


@dataclass(frozen=True)
class Frame:
    """A screen, and how long it is shown."""

    lines: tuple[tuple[Run, ...], ...]
    seconds: float


def recorded(folder: Path) -> Iterator[Frame]:
    """Type into a shell in an empty folder; the screen before each key, and at the end."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve("/bin/bash", ["bash", "--norc", "--noprofile"], environment(folder))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    try:
        for words, keys, seconds in KEYS:
            settle(terminal, screen, stream, words)
            yield Frame(tuple(runs(screen, row) for row in range(ROWS)), seconds)
            os.write(terminal, keys.encode())
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)


def environment(folder: Path) -> dict[str, str]:
    """A shell with a short prompt, where mlops-init and uv are installed."""
    programs = folder.parent / "bin"
    programs.mkdir()
    (programs / "uv").symlink_to(bundled_uv())
    (programs / "mlops-init").symlink_to(Path(sys.executable).with_name("mlops-init"))
    kept = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    path = f"{programs}{os.pathsep}{kept['PATH']}"
    return kept | {"PATH": path, "PS1": "$ ", "TERM": "xterm-256color", "PROMPT_COMMAND": ""}


def settle(terminal: int, screen: Any, stream: Any, words: str) -> None:
    """Read until these words stand on the screen and nothing more comes."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if select.select([terminal], [], [], QUIET)[0]:
            read = os.read(terminal, 65536)
            stream.feed(read)
            if b"\x1b[6n" in read:  # prompt_toolkit asks where the cursor is
                os.write(terminal, f"\x1b[{screen.cursor.y + 1};{screen.cursor.x + 1}R".encode())
        elif words in "\n".join(line.rstrip() for line in screen.display):
            return
    raise SystemExit(f"`{words}` never came; the screen:\n" + "\n".join(screen.display))


def runs(screen: Any, row: int) -> tuple[Run, ...]:
    """A line of the screen as pieces that look alike."""
    cells = [screen.buffer[row][column] for column in range(COLUMNS)]
    while cells and cells[-1].data == " ":
        cells.pop()
    alike = groupby(cells, key=lambda cell: (colour(cell), cell.bold))
    found = [(look, [cell.data for cell in some]) for look, some in alike]
    return tuple(("".join(text), len(text), *look) for look, text in found)


def colour(cell: Any) -> str:
    if cell.fg in COLOURS:
        return COLOURS[cell.fg]
    return INK if cell.fg == "default" else f"#{cell.fg}"


def drawn(frames: list[Frame]) -> str:
    """A picture whose frames follow one another; the last one where nothing moves."""
    height = max(n for f in frames for n, line in enumerate(f.lines, 1) if line)
    width = round(COLUMNS * CELL + 2 * MARGIN)
    groups = "".join(group(number, frame) for number, frame in enumerate(frames))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} '
        f'{height * LINE + 2 * MARGIN}" font-family="ui-monospace, Menlo, Consolas, monospace" '
        f'font-size="14">\n<style>\n{style(frames)}</style>\n'
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>\n{groups}</svg>\n'
    )


def style(frames: list[Frame]) -> str:
    """When each frame is seen."""
    total, start, rules = sum(frame.seconds for frame in frames), 0.0, ""
    for number, frame in enumerate(frames):
        shown = [f"{100 * at / total:.2f}%" for at in (start, start + frame.seconds)]
        start += frame.seconds
        moments = f"0% {{opacity: 0}} {shown[0]} {{opacity: 1}} {shown[1]} {{opacity: 0}}"
        if number == len(frames) - 1:
            moments = f"0% {{opacity: 0}} {shown[0]} {{opacity: 1}} 100% {{opacity: 1}}"
        if number == 0:
            moments = moments.removeprefix("0% {opacity: 0} ")
        rules += f"@keyframes f{number} {{{moments}}}\n"
        rules += f"#f{number} {{animation: f{number} {total:g}s step-end infinite}}\n"
    still = f"g {{opacity: 0}}\n#f{len(frames) - 1} {{opacity: 1}}\n"
    return f"{still}{rules}@media (prefers-reduced-motion) {{g {{animation: none !important}}}}\n"


def group(number: int, frame: Frame) -> str:
    lines = "".join(line(row, pieces) for row, pieces in enumerate(frame.lines) if pieces)
    return f'<g id="f{number}">\n{lines}</g>\n'


def line(row: int, pieces: tuple[Run, ...]) -> str:
    """Each piece at its own column, so that any fixed font keeps them in line."""
    spans, column = "", 0
    for text, cells, fill, bold in pieces:
        if text.strip():
            weight = ' font-weight="bold"' if bold else ""
            x, length = MARGIN + column * CELL, cells * CELL
            look = f'x="{x:.1f}" textLength="{length:.1f}" fill="{fill}"{weight}'
            spans += f"<tspan {look}>{escape(text).replace(' ', KEPT)}</tspan>"
        column += cells
    return f'<text y="{MARGIN + (row + 1) * LINE - 5}">{spans}</text>\n'


def main() -> None:
    """Record, and keep the picture."""
    scratch = Path(tempfile.mkdtemp())
    (scratch / "work").mkdir()
    try:
        PICTURE.write_text(drawn(list(recorded(scratch / "work"))), encoding="utf-8")
    finally:
        shutil.rmtree(scratch)
    print(PICTURE)


if __name__ == "__main__":
    main()
