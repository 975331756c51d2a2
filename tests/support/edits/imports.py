"""Checks the imports within a project: in its code, and by importing its modules."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

from .moves import Moves
from .trees import File, Tree, write_folder
from .work import Work

SOURCE = "src"


@dataclass(frozen=True)
class Import:
    """The module of an import statement, as a path without suffix, and the imported names."""

    line: int
    module: str
    names: tuple[str, ...]

    @property
    def places(self) -> set[str]:
        """Every file that could be the imported module."""
        modules = [self.module, *(f"{self.module}/{name}" for name in self.names)]
        return {f"{each}{end}" for each in modules for end in (".py", "/__init__.py")}


def find_broken_imports(work: Work, moves: Moves, result: Tree) -> Iterator[str]:
    """Modules that no longer compile, and imports within the project that find no module.

    Exceptions are imports that the user broke, and modules that one side removed while the other
    uses them: a merge does not understand Python.
    """
    gone = _removed_modules(work, moves)
    for path, file in result.items():
        if not path.endswith(".py"):
            continue
        if not _compiles(file):
            if path not in work.tree or _compiles(work.tree[path]):
                yield f"{path}: does not compile"
            continue
        for each in _imports(path, file):
            if not _is_resolved(each, result) and not each.places & gone:
                is_of_user = path in work.tree and each in _imports(path, work.tree[path])
                if not is_of_user or _is_resolved(each, work.tree):
                    yield f"{path}:{each.line}: imports {each.module} {', '.join(each.names)}"


def are_complete(tree: Tree) -> bool:
    """Whether every module compiles and every import within the project finds its module."""
    modules = [(path, file) for path, file in tree.items() if path.endswith(".py")]
    return all(
        _compiles(file) and all(_is_resolved(each, tree) for each in _imports(path, file))
        for path, file in modules
    )


def _removed_modules(work: Work, moves: Moves) -> set[str]:
    """The modules that one side removed, moved or emptied, by their present path."""
    gone = {path for path in work.generated if path not in work.target} | moves.new.keys()
    for path, file in work.generated.items():
        for place in (path, *moves.possible_paths(path)):
            if not _names(file) <= _names(work.tree.get(place, File(b""))):
                gone.add(place)
    return gone


def _is_resolved(each: Import, tree: Tree) -> bool:
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


@lru_cache(maxsize=500)  # trees are large, and most files of users are unique
def _parse(file: File) -> ast.Module | None:
    try:
        return ast.parse(file.data) if file.is_text else None
    except SyntaxError:
        return None


def _compiles(file: File) -> bool:
    return _parse(file) is not None


@cache
def _names(file: File) -> frozenset[str]:
    tree = _parse(file) or ast.Module([], [])
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {each.asname or each.name for each in node.names}
    return frozenset(found)


@cache
def _imports(path: str, file: File) -> tuple[Import, ...]:
    return tuple(_parse_imports(path, _parse(file) or ast.Module([], [])))


def _parse_imports(path: str, tree: ast.Module) -> Iterator[Import]:
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


def import_all(tree: Tree, folder: Path) -> dict[str, str]:
    """Import every module in a process; the failures, except those of libraries not installed."""
    source = {path: file for path, file in tree.items() if path.startswith(f"{SOURCE}/")}
    write_folder(source, folder, {})
    modules = [
        PurePosixPath(path).relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".")
        for path in source
        if path.endswith(".py") and not path.endswith("__main__.py")
    ]
    words = [sys.executable, "-c", PROGRAM, *sorted(modules)]
    done = subprocess.run(words, cwd=folder / SOURCE, capture_output=True, check=True)
    failed: dict[str, str] = json.loads(done.stdout)
    return failed
