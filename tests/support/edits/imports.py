"""Whether what a project imports of itself is there: read from its code, and for some really."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

from .moves import Moves
from .trees import File, Tree, lay_out
from .work import Work

SOURCE = "src"


@dataclass(frozen=True)
class Import:
    """A module that a file imports from, as a path without suffix, and the names it takes."""

    line: int
    module: str
    names: tuple[str, ...]

    @property
    def places(self) -> set[str]:
        """Every file that could answer it."""
        modules = [self.module, *(f"{self.module}/{name}" for name in self.names)]
        return {f"{each}{end}" for each in modules for end in (".py", "/__init__.py")}


def broken(work: Work, moves: Moves, result: Tree) -> Iterator[str]:
    """Modules that no longer compile, and imports within the project that lead nowhere.

    Not those that the owner broke alone, or whose target one side took away from the other: a
    merge cannot know what files mean.
    """
    gone = _gone(work, moves)
    for path, file in result.items():
        if not path.endswith(".py"):
            continue
        if not _compiles(file):
            if path not in work.tree or _compiles(work.tree[path]):
                yield f"{path}: does not compile"
            continue
        for each in _imports(path, file):
            if not _answered(each, result) and not each.places & gone:
                own = path in work.tree and each in _imports(path, work.tree[path])
                if not own or _answered(each, work.tree):
                    yield f"{path}:{each.line}: imports {each.module} {', '.join(each.names)}"


def whole(tree: Tree) -> bool:
    """Whether every module compiles and every import within the project is answered."""
    modules = [(path, file) for path, file in tree.items() if path.endswith(".py")]
    return all(
        _compiles(file) and all(_answered(each, tree) for each in _imports(path, file))
        for path, file in modules
    )


def _gone(work: Work, moves: Moves) -> set[str]:
    """The modules that one side took away, moved or emptied, by where they would be now."""
    gone = {path for path in work.made if path not in work.wanted} | moves.new.keys()
    for path, file in work.made.items():
        for place in (path, *moves.places(path)):
            if not _names(file) <= _names(work.tree.get(place, File(b""))):
                gone.add(place)
    return gone


def _answered(each: Import, tree: Tree) -> bool:
    for module in (f"{each.module}.py", f"{each.module}/__init__.py"):
        if module in tree:
            defined = _names(tree[module])
            break
    else:
        defined = frozenset()
        if not each.names:
            return False
    rest = (name for name in each.names if name not in defined)
    return all(_is_module(f"{each.module}/{name}", tree) for name in rest)


def _is_module(path: str, tree: Tree) -> bool:
    return f"{path}.py" in tree or f"{path}/__init__.py" in tree


@lru_cache(maxsize=500)  # trees are large, and owners write what nobody else does
def _parsed(file: File) -> ast.Module | None:
    try:
        return ast.parse(file.data) if file.is_text else None
    except SyntaxError:
        return None


def _compiles(file: File) -> bool:
    return _parsed(file) is not None


@cache
def _names(file: File) -> frozenset[str]:
    tree = _parsed(file) or ast.Module([], [])
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {each.asname or each.name for each in node.names}
    return frozenset(found)


@cache
def _imports(path: str, file: File) -> tuple[Import, ...]:
    return tuple(_found(path, _parsed(file) or ast.Module([], [])))


def _found(path: str, tree: ast.Module) -> Iterator[Import]:
    folder = PurePosixPath(path).parent
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        names = tuple(each.name for each in node.names if each.name != "*")
        parts = (node.module or "").split(".") if node.module else []
        if node.level:
            base = folder.parents[node.level - 2] if node.level > 1 else folder
            yield Import(node.lineno, str(base.joinpath(*parts)), names)
        elif parts[0] in ("churn", "flights"):
            yield Import(node.lineno, "/".join((SOURCE, *parts)), names)


PROGRAM = """
import importlib, json, sys
failed = {}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name.split(".")[0] == name.split(".")[0]:
            failed[name] = str(error)
    except Exception as error:
        failed[name] = repr(error)
print(json.dumps(failed))
"""


def really(tree: Tree, folder: Path) -> dict[str, str]:
    """Import every module in a process; what failed, a library that is not here aside."""
    source = {path: file for path, file in tree.items() if path.startswith(f"{SOURCE}/")}
    lay_out(source, folder, {})
    modules = [
        PurePosixPath(path).relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".")
        for path in source
        if path.endswith(".py") and not path.endswith("__main__.py")
    ]
    words = [sys.executable, "-c", PROGRAM, *sorted(modules)]
    done = subprocess.run(words, cwd=folder / SOURCE, capture_output=True, check=True)
    failed: dict[str, str] = json.loads(done.stdout)
    return failed
