"""The pictures of the architecture show exactly the imports in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from mlops_init.template.levels import load_levels

Arrows = set[tuple[str, str]]

PACKAGE = "template/src/{{ package_name }}"
CORE_PAGE = "template/docs/explanation/architecture.md"
CAPABILITIES_PAGE = "docs/explanation/architecture.md"
EXCLUDED = "errors"  # any module of the core may raise from it, as its page says


def picture(page: Path) -> str:
    """The block of a page that contains arrows between names."""
    blocks = re.findall(r"^```mermaid\n(.*?)^```", page.read_text(), re.M | re.S)
    (found,) = [block for block in blocks if arrows(block)]
    return str(found)


def arrows(block: str, kind: str = "-->") -> Arrows:
    """The arrows of a kind, each of which must occur once."""
    found = re.findall(rf"^ *(\w+) {re.escape(kind)} (\w+)$", block, re.M)
    assert len(found) == len({*found}), "an arrow is drawn twice"
    return {*found}


def imported_names(file: Path, package: Path) -> Iterator[str]:
    """The imports of a module from the top of its package, at any place in the file."""
    depth = len(file.relative_to(package).parts)
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            yield from [node.module.split(".")[0]] if node.module else (a.name for a in node.names)


def imports_of_the_core(package: Path) -> Arrows:
    found = {
        (file.stem, name) for file in package.glob("*.py") for name in imported_names(file, package)
    }
    return {(file, name) for file, name in found if name != EXCLUDED}


def imports_of_capabilities(package: Path) -> Arrows:
    folders = {file.parent.name for file in package.glob("*/__init__.py")}
    found = {
        (file.relative_to(package).parts[0], name)
        for file in package.glob("*/**/*.py")
        for name in imported_names(file, package)
    }
    return {(folder, name) for folder, name in found if name in folders and name != folder}


def difference(drawn: Arrows, real: Arrows) -> str:
    """The corrections of a picture, as lines; empty if it is correct."""
    lines = [f"draw   {a} --> {b}" for a, b in sorted(real - drawn)]
    return "\n".join(lines + [f"delete {a} --> {b}" for a, b in sorted(drawn - real)])


IMPORTS = {CORE_PAGE: imports_of_the_core, CAPABILITIES_PAGE: imports_of_capabilities}


@pytest.mark.parametrize("page", IMPORTS)
def test_a_picture_shows_the_imports(checkout: Path, page: str) -> None:
    wrong = difference(arrows(picture(checkout / page)), IMPORTS[page](checkout / PACKAGE))
    assert not wrong, f"{page}:\n{wrong}"


def test_the_picture_of_the_core_shows_every_module(checkout: Path) -> None:
    block = picture(checkout / CORE_PAGE)
    shown = {name for arrow in arrows(block) | arrows(block, "-.->") for name in arrow}
    modules = {file.name.split(".")[0] for file in (checkout / PACKAGE).glob("*.py*")}
    assert shown == modules - {EXCLUDED, "__init__"}
    assert arrows(block, "-.->") == {("__main__", "commands")}


def test_a_capability_is_shown_in_its_level_and_imports_none_of_a_higher_one(
    checkout: Path,
) -> None:
    block = picture(checkout / CAPABILITIES_PAGE)
    boxes = re.findall(r'^  subgraph level_(\d) \["(.*?)"\]\n(.*?)^  end$', block, re.M | re.S)
    shown = {(int(number), title): names.split() for number, title, names in boxes}
    with_code = {file.parent.name for file in (checkout / PACKAGE).glob("*/__init__.py")}
    owned = {
        (level.number, f"{level.number} {level.name}"): sorted(
            each.name for each in level.capabilities if each.name in with_code
        )
        for level in load_levels()
    }
    assert shown == {level: names for level, names in owned.items() if names}
    above = {name: number for (number, _), names in shown.items() for name in names}
    up = [f"{a} --> {b}" for a, b in arrows(block) if above[a] < above[b]]
    assert up == []


@pytest.mark.parametrize("page", IMPORTS)
def test_a_missing_and_a_superfluous_arrow_are_found(checkout: Path, page: str) -> None:
    real = IMPORTS[page](checkout / PACKAGE)
    block = picture(checkout / page)
    (a, b), *_ = sorted(real)
    missing = block.replace(f"  {a} --> {b}\n", "")
    assert difference(arrows(missing), real) == f"draw   {a} --> {b}"
    assert difference(arrows(f"{block}  {b} --> {a}\n"), real) == f"delete {b} --> {a}"
