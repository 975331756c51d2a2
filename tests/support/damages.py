"""The kinds of damage that `corruptions.yml` names."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def change(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    file.write_bytes(content)


def delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def replace_content(content: bytes) -> Callable[[Path], None]:
    def replace(file: Path) -> None:
        file.write_bytes(content)

    return replace


def leave(_: Path) -> None:
    """Damage nothing."""


def add_foreign_lines(file: Path) -> None:
    with file.open("ab") as lines:
        lines.write(b'\xff\xfe\n{"row": 1}\n[]\nGET / HTTP/1.1\n')


def replace_by(create: Callable[[Path], object]) -> Callable[[Path], None]:
    def replace(path: Path) -> None:
        delete(path)
        create(path)

    return replace


KINDS: dict[str, Callable[[Path], None]] = {
    "changed": change,  # one byte
    "cut": cut,  # the second half is missing
    "deleted": delete,
    "empty": replace_content(b""),
    "file": replace_by(lambda path: path.write_text("a file\n")),
    "folder": replace_by(Path.mkdir),
    "foreign": add_foreign_lines,
    "garbage": replace_content(b"\x00\xff garbage\n" * 300),
    "list": replace_content(b'[{"another": "shape"}]\n'),
    "locked": leave,  # by another process, while the command runs
    "pipe": replace_by(os.mkfifo),
    "unreadable": lambda file: file.chmod(0),
}
