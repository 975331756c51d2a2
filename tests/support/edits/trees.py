"""Projects in memory, and git objects of them that are written without starting git."""

import hashlib
import os
import re
import shutil
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from mlops_init.git.run import attempt
from mlops_init.upgrade.objects import ObjectStore

FILE, PROGRAM, LINK, FOLDER = "100644", "100755", "120000", "40000"
ENTRY = re.compile(rb"(\d+) \w+ (\w+)\t(.*)", re.DOTALL)


def object_name(kind: str, body: bytes) -> str:
    """The hash by which git names an object."""
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(body)) + body).hexdigest()


@dataclass(frozen=True)
class File:
    """A file: its bytes and its mode in git."""

    data: bytes
    mode: str = FILE

    @cached_property
    def name(self) -> str:
        """The name of its git object."""
        return object_name("blob", self.data)

    @property
    def is_text(self) -> bool:
        """Whether git can merge it line by line."""
        return self.mode != LINK and b"\0" not in self.data

    @cached_property
    def lines(self) -> tuple[bytes, ...]:
        """Its lines; a binary file or a link is one line."""
        return tuple(self.data.split(b"\n")) if self.is_text else (self.data,)


Tree = dict[str, File]


def read_folder(folder: Path) -> Tree:
    """The files below a folder, except those of git."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if name.parts[0] == ".git":
            continue
        if path.is_symlink():
            found[name.as_posix()] = File(os.fsencode(path.readlink()), LINK)
        elif path.is_file():
            mode = PROGRAM if os.access(path, os.X_OK) else FILE
            found[name.as_posix()] = File(path.read_bytes(), mode)
    return found


def write_folder(tree: Tree, folder: Path, before: Mapping[str, File]) -> None:
    """Change a folder from the tree `before` to another tree."""
    for path in before.keys() - tree.keys():
        (folder / path).unlink()
    for path, file in tree.items():
        place = folder / path
        if before.get(path) == file:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)  # it contains empty folders only
        place.unlink(missing_ok=True)
        if file.mode == LINK:
            place.symlink_to(file.data.decode())
        else:
            place.write_bytes(file.data)
            place.chmod(int(file.mode, 8) & 0o777)


@dataclass
class Objects:
    """A folder of git objects; `known` holds those that need not be read from it."""

    folder: Path
    known: dict[str, bytes] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    def write_object(self, kind: str, body: bytes, name: str = "") -> str:
        """Write an object once."""
        name = name or object_name(kind, body)
        if name not in self.written:
            self.written.add(name)
            place = self.folder / name[:2] / name[2:]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(zlib.compress(b"%s %d\0" % (kind.encode(), len(body)) + body, 1))
        return name

    def write_tree(self, files: Mapping[str, File]) -> str:
        """Write a tree object, and its files."""
        folders: dict[bytes, dict[bytes, File]] = {}
        entries = []
        for path, file in files.items():
            top, _, rest = os.fsencode(path).partition(b"/")
            if rest:
                folders.setdefault(top, {})[rest] = file
            else:
                self.known[file.name] = file.data
                entries.append((top, file.mode, self.write_object("blob", file.data, file.name)))
        for top, below in folders.items():
            name = self.write_tree({os.fsdecode(rest): file for rest, file in below.items()})
            entries.append((top + b"/", FOLDER, name))
        lines = (
            mode.encode() + b" " + place.rstrip(b"/") + b"\0" + bytes.fromhex(name)
            for place, mode, name in sorted(entries)
        )
        return self.write_object("tree", b"".join(lines))


def read_tree(store: ObjectStore, tree: str, known: dict[str, bytes]) -> Tree:
    """The files of a tree object."""
    where = {"cwd": store.repository.top, "environment": store.environment}
    listed = attempt("ls-tree", "-r", "-z", tree, **where).raw  # type: ignore[arg-type]
    entries = [match.groups() for match in map(ENTRY.match, listed.split(b"\0")) if match]
    load_objects(store, (name.decode() for _, name, _ in entries), known)
    return {
        os.fsdecode(path): File(known[name.decode()], mode.decode()) for mode, name, path in entries
    }


def load_objects(store: ObjectStore, names: Iterable[str], known: dict[str, bytes]) -> None:
    """Read the bytes of objects into `known`."""
    missing = [name for name in dict.fromkeys(names) if name not in known]
    if not missing:
        return
    words = {"cwd": store.repository.top, "environment": store.environment}
    given = "\n".join(missing).encode() + b"\n"
    rest = attempt("cat-file", "--batch", stdin=given, **words).raw  # type: ignore[arg-type]
    for name in missing:
        head, _, rest = rest.partition(b"\n")
        size = int(head.split()[2])
        known[name], rest = rest[:size], rest[size + 1 :]
