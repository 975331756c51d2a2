"""Shares the bytecode of installed libraries with the environments that uv makes later.

Compiling what the commands import takes up to 14 s of CPU in each new environment. uv links the
files of a package from its cache, and with them the bytecode that lies beside them.
"""

import os
from contextlib import suppress
from pathlib import Path


def share_bytecode(environment: Path, cache: Path) -> int:
    """Link the bytecode of an environment into the cache of uv; the number of files."""
    compiled_files: dict[int, list[Path]] = {}
    for compiled in environment.rglob("__pycache__/*.pyc"):
        source = compiled.parents[1] / f"{compiled.name.partition('.')[0]}.py"
        if compiled.stat().st_nlink == 1 and source.exists():
            compiled_files.setdefault(source.stat().st_ino, []).append(compiled)
    return sum(
        link_file(compiled, Path(at, "__pycache__"))
        for at, _, names in (os.walk(cache / "archive-v0") if compiled_files else ())
        for name in names
        if name.endswith(".py")
        for compiled in compiled_files.get(Path(at, name).stat().st_ino, ())
    )


def link_file(compiled: Path, folder: Path) -> bool:
    folder.mkdir(exist_ok=True)
    with suppress(FileExistsError):  # another worker was first
        os.link(compiled, folder / compiled.name)
        return True
    return False
