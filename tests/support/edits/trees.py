"""Projects in memory, and git's objects made of them without a process for each."""

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


def named(kind: str, body: bytes) -> str:
    """The name that git gives an object."""
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(body)) + body).hexdigest()


@dataclass(frozen=True)
class File:
    """What lies at a path: its bytes, and how git keeps it."""

    data: bytes
    mode: str = FILE

    @cached_property
    def name(self) -> str:
        """The object that git keeps the bytes in."""
        return named("blob", self.data)

    @property
    def is_text(self) -> bool:
        """Whether it has lines that a merge can tell apart."""
        return self.mode != LINK and b"\0" not in self.data

    @cached_property
    def words(self) -> tuple[bytes, ...]:
        """Its lines; what has none is one."""
        return tuple(self.data.split(b"\n")) if self.is_text else (self.data,)


Tree = dict[str, File]


def on_disk(folder: Path) -> Tree:
    """The files below a folder, git's own aside."""
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


def lay_out(tree: Tree, folder: Path, before: Mapping[str, File]) -> None:
    """Make a folder that held one tree hold another."""
    for path in before.keys() - tree.keys():
        (folder / path).unlink()
    for path, file in tree.items():
        place = folder / path
        if before.get(path) == file:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)  # nothing but empty folders by now
        place.unlink(missing_ok=True)
        if file.mode == LINK:
            place.symlink_to(file.data.decode())
        else:
            place.write_bytes(file.data)
            place.chmod(int(file.mode, 8) & 0o777)


@dataclass
class Objects:
    """A folder of git's objects; `known` are those that need not be read from it."""

    folder: Path
    known: dict[str, bytes] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    def put(self, kind: str, body: bytes, name: str = "") -> str:
        """Write an object once."""
        name = name or named(kind, body)
        if name not in self.written:
            self.written.add(name)
            place = self.folder / name[:2] / name[2:]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(zlib.compress(b"%s %d\0" % (kind.encode(), len(body)) + body, 1))
        return name

    def tree(self, files: Mapping[str, File]) -> str:
        """Write a tree of files, and the files."""
        folders: dict[bytes, dict[bytes, File]] = {}
        entries = []
        for path, file in files.items():
            top, _, rest = os.fsencode(path).partition(b"/")
            if rest:
                folders.setdefault(top, {})[rest] = file
            else:
                self.known[file.name] = file.data
                entries.append((top, file.mode, self.put("blob", file.data, file.name)))
        for top, below in folders.items():
            name = self.tree({os.fsdecode(rest): file for rest, file in below.items()})
            entries.append((top + b"/", FOLDER, name))
        lines = (
            mode.encode() + b" " + place.rstrip(b"/") + b"\0" + bytes.fromhex(name)
            for place, mode, name in sorted(entries)
        )
        return self.put("tree", b"".join(lines))


def read(store: ObjectStore, tree: str, known: dict[str, bytes]) -> Tree:
    """The files of a tree that git made."""
    where = {"cwd": store.repository.top, "environment": store.environment}
    listed = attempt("ls-tree", "-r", "-z", tree, **where).raw  # type: ignore[arg-type]
    entries = [match.groups() for match in map(ENTRY.match, listed.split(b"\0")) if match]
    load(store, (name.decode() for _, name, _ in entries), known)
    return {
        os.fsdecode(path): File(known[name.decode()], mode.decode()) for mode, name, path in entries
    }


def load(store: ObjectStore, names: Iterable[str], known: dict[str, bytes]) -> None:
    """Have the bytes of objects at hand."""
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
