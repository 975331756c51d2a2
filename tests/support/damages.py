"""The kinds of damage that `corruptions.yml` names."""

import json
import math
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd


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


def change_database(statement: str) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        with closing(sqlite3.connect(file)) as database:
            database.execute(statement)
            database.commit()

    return change


def change_record(**values: Any) -> Callable[[Path], None]:
    """A JSON object with other values."""

    def change(file: Path) -> None:
        file.write_text(json.dumps(json.loads(file.read_text()) | values))

    return change


def add_foreign_file(name: str, content: bytes) -> Callable[[Path], None]:
    """A file next to the one that is named, which nobody accepted."""

    def add(file: Path) -> None:
        file.with_name(name).write_bytes(content)

    return add


def add_foreign_table(name: str) -> Callable[[Path], None]:
    def add(file: Path) -> None:
        pd.DataFrame({"x": [1, 2]}).to_parquet(file.with_name(name))

    return add


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
    "foreign_csv": add_foreign_file("notes.csv", b"a,b\n1,2\n"),
    "foreign_folder": lambda file: file.with_name("old").mkdir(),
    "foreign_other": add_foreign_table("2013-04.parquet"),
    "foreign_broken": add_foreign_file("2013-05.parquet", b"PAR1 broken"),
    "foreign_unnamed": add_foreign_table("copy of march.parquet"),
    "changed": change,  # one byte
    "cut": cut,  # the second half is missing
    "deleted": delete,
    "empty": replace_content(b""),
    "file": replace_by(lambda path: path.write_text("a file\n")),
    "folder": replace_by(Path.mkdir),
    "foreign": add_foreign_lines,
    "full": leave,  # while the command runs
    "garbage": replace_content(b"\x00\xff garbage\n" * 300),
    "list": replace_content(b'[{"another": "shape"}]\n'),
    "locked": leave,  # by another process, while the command runs
    "no_metrics": change_record(metrics={}),
    "nan_metrics": change_record(metrics={"mae": math.nan}),
    "list_metrics": change_record(metrics=[1.0]),
    "text_metrics": change_record(metrics={"mae": "7.5"}),
    "no_text": change_database("UPDATE runs SET name = CAST(x'ff' AS TEXT)"),  # no UTF-8
    "no_time": change_record(finished="yesterday"),
    "half_interval": change_record(intervals={"mae": [1.0]}),
    "other_schema": change_database("UPDATE alembic_version SET version_num = 'newer'"),
    "pipe": replace_by(os.mkfifo),
    "unreadable": lambda file: file.chmod(0),
}
