"""Edits within files."""

from pathlib import PurePosixPath
from random import Random

from .trees import LINK, PROGRAM, File
from .work import SETTINGS, Work, pick

PROSE = (".md", ".ipynb")


def line_of(rng: Random, path: str) -> bytes:
    """A unique line that no parser rejects."""
    word = f"mine {rng.randrange(10**9)}"
    return (word if path.endswith(PROSE) else f"# {word}").encode()


def change(rng: Random, work: Work, path: str, at: int) -> None:
    """Insert lines, change a line, or delete one that is not code."""
    lines = [*work.tree[path].lines]
    at = max(0, min(at, len(lines) - 1))
    how = rng.choice(("insert", "insert", "change", "drop"))
    if how == "drop" and (path.endswith(PROSE) or lines[at].lstrip().startswith(b"#")):
        del lines[at]
    elif how == "change" and not lines[at].endswith((b"\\", b"\r")):
        lines[at] += b"  " + line_of(rng, path)
    else:
        lines[at:at] = [line_of(rng, path) for _ in range(rng.randint(1, 3))]
    work.set_lines(path, lines)


def in_lines_of_the_level(rng: Random, work: Work) -> None:
    """Change lines that the level changes too."""
    path = pick(rng, work.files(text=True, level=True))
    if path and (hunks := work.hunks(path)):
        start, end = rng.choice(hunks)
        change(rng, work, path, rng.randint(start, end))


def near_lines_of_the_level(rng: Random, work: Work) -> None:
    """Change lines within three of those that the level changes."""
    path = pick(rng, work.files(text=True, level=True))
    if path and (hunks := work.hunks(path)):
        start, end = rng.choice(hunks)
        change(rng, work, path, rng.choice((start - rng.randint(1, 3), end + rng.randint(1, 3))))


def anywhere(rng: Random, work: Work) -> None:
    """Change lines of any file."""
    path = pick(rng, work.files(text=True))
    if path:
        change(rng, work, path, rng.randrange(len(work.tree[path].lines)))


def blanks(rng: Random, work: Work) -> None:
    """Change blank lines and the line ending at the end of a file."""
    path = pick(rng, (path for path in work.files(text=True) if path.endswith((".md", ".py"))))
    if path:
        data = work.tree[path].data.rstrip(b"\n")
        work.write(path, data + rng.choice((b"", b"\n\n\n", b"\n\t \n")))


def reformat(rng: Random, work: Work) -> None:
    """Reformat files with other settings."""
    untouched = work.files(untouched=True)
    mine = sorted(path for path in work.tools.reformatted if path in untouched)
    for path in rng.sample(mine, min(len(mine), rng.randint(1, 4))):
        work.write(path, work.tools.reformatted[path])


def dependency(rng: Random, work: Work) -> None:
    """Add a dependency with uv."""
    if work.tools.with_dependency and SETTINGS in work.files(untouched=True):
        work.write(SETTINGS, rng.choice(work.tools.with_dependency))


def readme(rng: Random, work: Work) -> None:
    """Replace the whole README."""
    if "README.md" in work.tree:
        work.set_lines("README.md", (line_of(rng, "README.md") for _ in range(30)))


def workflow(rng: Random, work: Work) -> None:
    """Add a step to a workflow, or a workflow if there is none."""
    mine = pick(rng, (path for path in work.tree if path.startswith(".github/workflows/")))
    step = b"      - run: uv run mine " + str(rng.randrange(10**9)).encode()
    if mine and work.tree[mine].is_text:
        lines = [*work.tree[mine].lines]
        steps = [at for at, line in enumerate(lines) if line.startswith(b"      - ")]
        lines.insert(rng.choice(steps or [0]), step)
        work.set_lines(mine, lines)
    else:
        work.write(".github/workflows/mine.yml", b"name: mine\njobs:\n" + step + b"\n")


def binary(rng: Random, work: Work) -> None:
    """Change a binary file, or replace a page by one."""
    pages = [path for path in work.files(untouched=True, text=True) if path.endswith(".md")]
    data = [path for path in work.files() if path.endswith((".parquet", ".skops"))]
    path = pick(rng, [*pages, *data])
    if path:
        old = work.tree[path].data if path in data else b""
        work.write(path, old + b"\0\1mine" + rng.randbytes(20))


def link(rng: Random, work: Work) -> None:
    """Move a file and leave a symbolic link to it."""
    path = pick(rng, (each for each in work.files() if not each.endswith(".py")))
    shared = f"shared/{PurePosixPath(path or '').name}"
    if path and work.is_free(shared):
        work.move(path, shared)
        work.write(path, ("../" * path.count("/") + shared).encode(), LINK)


def mode(rng: Random, work: Work) -> None:
    """Make a file executable."""
    path = pick(rng, (each for each, file in work.files().items() if file.mode != LINK))
    if path:
        work.tree[path] = File(work.tree[path].data, PROGRAM)


def crlf(rng: Random, work: Work) -> None:
    """Change all line endings of a file."""
    path = pick(rng, work.files(text=True))
    if path:
        data = work.tree[path].data.replace(b"\r\n", b"\n")
        work.write(path, data.replace(b"\n", b"\r\n"))


def several(rng: Random, work: Work) -> None:
    """Change a file in two places, move it and make it executable."""
    path = pick(rng, work.files(text=True))
    if path:
        for _ in range(2):
            change(rng, work, path, rng.randrange(len(work.tree[path].lines)))
        work.tree[path] = File(work.tree[path].data, PROGRAM)
        work.move(path, f"tools/{PurePosixPath(path).name}")
