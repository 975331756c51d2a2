"""Edits that move, delete and add files."""

from pathlib import PurePosixPath
from random import Random

from .lines import line_of
from .trees import LINK
from .work import PACKAGE, SETTINGS, Work, pick

# Names that are special in a shell, in a git pattern or on a screen.
ODD = ('a "b" [c]*.md', ":(top)x.md", "-rf", " blank ", "tab\there", "Ünï cödé ☃", "line\nline")


def rename_file(rng: Random, work: Work) -> None:
    """Rename a file."""
    path = pick(rng, work.files())
    if path:
        place = PurePosixPath(path)
        work.move(path, str(place.with_name(f"{place.stem}_mine{place.suffix}")))


def odd_name(rng: Random, work: Work) -> None:
    """Give a file an unusual name."""
    path = pick(rng, (each for each in work.files() if not each.endswith(".py")))
    if path:
        work.move(path, str(PurePosixPath(path).with_name(rng.choice(ODD))))


def move_file(rng: Random, work: Work) -> None:
    """Move a file to another folder."""
    path = pick(rng, work.files())
    if path:
        folder = rng.choice([*work.folders(), "mine", "mine/deeper"])
        work.move(path, f"{folder}/{PurePosixPath(path).name}")


def swap_files(rng: Random, work: Work) -> None:
    """Swap the names of two files."""
    path, other = pick(rng, work.files()), pick(rng, work.files())
    if path and other and path != other:
        work.tree[path], work.tree[other] = work.tree[other], work.tree[path]


def rename_folder(rng: Random, work: Work) -> None:
    """Rename a folder, and update imports."""
    folder = pick(rng, (each for each in work.folders() if not PACKAGE.startswith(each)))
    if folder:
        name = PurePosixPath(folder).name
        new = f"{name.lstrip('.')}_mine"
        work.move_folder(folder, str(PurePosixPath(folder).with_name(new)))
        if folder.startswith(PACKAGE):
            work.update_imports(name, new)


def move_folder(rng: Random, work: Work) -> None:
    """Move a folder into another."""
    folder = pick(rng, (each for each in work.folders() if not each.startswith("src")))
    if folder:
        work.move_folder(folder, f"{rng.choice(('lib', 'work/deep'))}/{folder}")


def split_folder(rng: Random, work: Work) -> None:
    """Distribute the files of a folder to two others."""
    folder = pick(rng, (each for each in work.folders() if not each.startswith("src")))
    if folder:
        for number, path in enumerate(work.below(folder)):
            work.move(path, path.replace(folder, f"{folder}-{'ab'[number % 2]}", 1))


def rename_package(rng: Random, work: Work) -> None:
    """Rename the package, also in imports and settings."""
    work.move_folder(PACKAGE, "src/flights")
    work.update_imports("churn", "flights")
    if SETTINGS in work.files(text=True):
        data = work.tree[SETTINGS].data.replace(b"src/churn", b"src/flights")
        work.write(SETTINGS, data.replace(b'"churn.__main__', b'"flights.__main__'))


def delete_file(rng: Random, work: Work) -> None:
    """Delete a file, which the level may change."""
    untouched = work.files(untouched=True)
    level = [path for path in untouched if path in work.level_paths]
    path = pick(rng, level if rng.random() < 0.4 else untouched)
    if path:
        del work.tree[path]


def delete_folder(rng: Random, work: Work) -> None:
    """Delete a folder."""
    untouched = work.files(untouched=True)
    whole = (each for each in work.folders() if untouched.keys() >= {*work.below(each)})
    folder = pick(rng, (each for each in whole if not PACKAGE.startswith(each)))
    for path in work.below(folder) if folder else ():
        del work.tree[path]


def file_to_folder(rng: Random, work: Work) -> None:
    """Replace a file by a folder that contains it."""
    path = pick(rng, (each for each in work.files() if not each.endswith(".py")))
    if path:
        file = work.tree.pop(path)
        work.tree[f"{path}/{PurePosixPath(path).name}"] = file


def in_the_way(rng: Random, work: Work) -> None:
    """Add a file at a path that the level adds; when lowering, one in a folder that it removes."""
    path = pick(rng, work.new_paths)
    if path and work.is_free(path):
        mine, theirs = line_of(rng, path), work.target[path]
        how = rng.choice(("other", "alike", "binary", "link"))
        if how == "link":
            work.write(path, b"elsewhere", LINK)
        else:
            texts = {"other": mine, "alike": theirs.data + mine, "binary": b"\0\1" + mine}
            work.write(path, texts[how] + b"\n")
    elif gone := pick(rng, work.generated.keys() - work.target.keys()):
        place = PurePosixPath(gone).with_name("mine.txt")
        work.write(str(place), line_of(rng, "mine.txt") + b"\n")


def in_the_way_of_a_folder(rng: Random, work: Work) -> None:
    """Add a file at the path of a new folder, or a folder at the path of a new file."""
    path = pick(rng, work.new_paths)
    if path:
        folder = str(PurePosixPath(path).parent)
        place = folder if folder != "." and work.is_free(folder) else f"{path}/mine.txt"
        work.write(place, line_of(rng, place) + b"\n")


def same_as_the_level(rng: Random, work: Work) -> None:
    """Make the same change as the level."""
    ready = [
        path
        for path in sorted(work.level_paths)
        if path in work.files(untouched=True) or (path in work.new_paths and work.is_free(path))
    ]
    for path in rng.sample(ready, min(len(ready), rng.randint(1, 5))):
        if path in work.target:
            work.tree[path] = work.target[path]
        else:
            del work.tree[path]


def own_capability(rng: Random, work: Work) -> None:
    """Add a capability."""
    name = f"mine{rng.randrange(10)}"
    package = "src/flights" if work.below("src/flights") else PACKAGE
    code = b"import typer\n\nfrom ..errors import InputError\n\n__all__ = ['InputError']\n"
    work.write(f"{package}/{name}/__init__.py", b'"""Mine."""\n')
    work.write(f"{package}/{name}/commands.py", code + b"app = typer.Typer()\n")
    work.write(f"tests/{name}/test_mine.py", line_of(rng, ".py") + b"\n")
    work.write(f"docs/{name}.md", line_of(rng, ".md") + b"\n")
