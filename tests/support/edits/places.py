"""Edits of where files are: moved, deleted, added."""

from pathlib import PurePosixPath
from random import Random

from .lines import line_of
from .trees import LINK
from .work import PACKAGE, SETTINGS, Work, pick

# Names that a shell, a pattern of git or a page of text would stumble over.
ODD = ('a "b" [c]*.md', ":(top)x.md", "-rf", " blank ", "tab\there", "Ünï cödé ☃", "line\nline")


def rename_file(rng: Random, work: Work) -> None:
    """A file by another name in its folder."""
    path = pick(rng, work.files())
    if path:
        place = PurePosixPath(path)
        work.move(path, str(place.with_name(f"{place.stem}_mine{place.suffix}")))


def odd_name(rng: Random, work: Work) -> None:
    """A file by a name that few expect."""
    path = pick(rng, (each for each in work.files() if not each.endswith(".py")))
    if path:
        work.move(path, str(PurePosixPath(path).with_name(rng.choice(ODD))))


def move_file(rng: Random, work: Work) -> None:
    """A file in another folder."""
    path = pick(rng, work.files())
    if path:
        folder = rng.choice([*work.folders(), "mine", "mine/deeper"])
        work.move(path, f"{folder}/{PurePosixPath(path).name}")


def swap_files(rng: Random, work: Work) -> None:
    """Two files, each by the name of the other."""
    path, other = pick(rng, work.files()), pick(rng, work.files())
    if path and other and path != other:
        work.tree[path], work.tree[other] = work.tree[other], work.tree[path]


def rename_folder(rng: Random, work: Work) -> None:
    """A folder by another name; what imports from it is mended."""
    folder = pick(rng, (each for each in work.folders() if not PACKAGE.startswith(each)))
    if folder:
        name = PurePosixPath(folder).name
        new = f"{name.lstrip('.')}_mine"
        work.move_folder(folder, str(PurePosixPath(folder).with_name(new)))
        if folder.startswith(PACKAGE):
            work.mend_imports(name, new)


def move_folder(rng: Random, work: Work) -> None:
    """A folder within another."""
    folder = pick(rng, (each for each in work.folders() if not each.startswith("src")))
    if folder:
        work.move_folder(folder, f"{rng.choice(('lib', 'work/deep'))}/{folder}")


def split_folder(rng: Random, work: Work) -> None:
    """The files of a folder, dealt out to two others."""
    folder = pick(rng, (each for each in work.folders() if not each.startswith("src")))
    if folder:
        for number, path in enumerate(work.below(folder)):
            work.move(path, path.replace(folder, f"{folder}-{'ab'[number % 2]}", 1))


def rename_package(rng: Random, work: Work) -> None:
    """The package by another name, in imports and settings too."""
    work.move_folder(PACKAGE, "src/flights")
    work.mend_imports("churn", "flights")
    if SETTINGS in work.files(text=True):
        data = work.tree[SETTINGS].data.replace(b"src/churn", b"src/flights")
        work.write(SETTINGS, data.replace(b'"churn.__main__', b'"flights.__main__'))


def delete_file(rng: Random, work: Work) -> None:
    """A file nobody needs, though the level may change it."""
    untouched = work.files(untouched=True)
    level = [path for path in untouched if path in work.level]
    path = pick(rng, level if rng.random() < 0.4 else untouched)
    if path:
        del work.tree[path]


def delete_folder(rng: Random, work: Work) -> None:
    """A folder nobody needs."""
    untouched = work.files(untouched=True)
    whole = (each for each in work.folders() if untouched.keys() >= {*work.below(each)})
    folder = pick(rng, (each for each in whole if not PACKAGE.startswith(each)))
    for path in work.below(folder) if folder else ():
        del work.tree[path]


def file_to_folder(rng: Random, work: Work) -> None:
    """A file that is a folder now, with the file in it."""
    path = pick(rng, (each for each in work.files() if not each.endswith(".py")))
    if path:
        file = work.tree.pop(path)
        work.tree[f"{path}/{PurePosixPath(path).name}"] = file


def in_the_way(rng: Random, work: Work) -> None:
    """A file where the level will write one; going down, one where it takes all others away."""
    path = pick(rng, work.new)
    if path and work.is_free(path):
        mine, theirs = line_of(rng, path), work.wanted[path]
        how = rng.choice(("other", "alike", "binary", "link"))
        if how == "link":
            work.write(path, b"elsewhere", LINK)
        else:
            texts = {"other": mine, "alike": theirs.data + mine, "binary": b"\0\1" + mine}
            work.write(path, texts[how] + b"\n")
    elif gone := pick(rng, work.made.keys() - work.wanted.keys()):
        place = PurePosixPath(gone).with_name("mine.txt")
        work.write(str(place), line_of(rng, "mine.txt") + b"\n")


def in_the_way_of_a_folder(rng: Random, work: Work) -> None:
    """A file where the level will have a folder, or a folder where it will have a file."""
    path = pick(rng, work.new)
    if path:
        folder = str(PurePosixPath(path).parent)
        place = folder if folder != "." and work.is_free(folder) else f"{path}/mine.txt"
        work.write(place, line_of(rng, place) + b"\n")


def same_as_the_level(rng: Random, work: Work) -> None:
    """What the level will do, done by the owner already."""
    ready = [
        path
        for path in sorted(work.level)
        if path in work.files(untouched=True) or (path in work.new and work.is_free(path))
    ]
    for path in rng.sample(ready, min(len(ready), rng.randint(1, 5))):
        if path in work.wanted:
            work.tree[path] = work.wanted[path]
        else:
            del work.tree[path]


def own_capability(rng: Random, work: Work) -> None:
    """A capability of one's own: found by its folder, like any other."""
    name = f"mine{rng.randrange(10)}"
    package = "src/flights" if work.below("src/flights") else PACKAGE
    code = b"import typer\n\nfrom ..errors import InputError\n\n__all__ = ['InputError']\n"
    work.write(f"{package}/{name}/__init__.py", b'"""Mine."""\n')
    work.write(f"{package}/{name}/commands.py", code + b"app = typer.Typer()\n")
    work.write(f"tests/{name}/test_mine.py", line_of(rng, ".py") + b"\n")
    work.write(f"docs/{name}.md", line_of(rng, ".md") + b"\n")
