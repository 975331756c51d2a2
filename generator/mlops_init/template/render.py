"""Renders projects with Copier, and knows which template a project was made from."""

import hashlib
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from ..errors import RefusedError
from .levels import bundle

ANSWERS = ".copier-answers.yml"
ORIGIN = ("_src_path", "_commit", "_template")
FLAGS = {"project_name": " (--name)", "package_name": " (--package)"}
SCRATCH = "mlops-init-"  # and the number of the process, so that what it left can be told
PARTS = ("copier.yml", "maturity_levels", "template")
# What tools leave in a checkout or pip in a wheel; hatchling and git leave it out too.
CACHES = ("__pycache__", "*.py[co]", ".*_cache", ".venv", ".DS_Store", "uv.lock")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that goes with the block."""
    clear_scratch()
    with tempfile.TemporaryDirectory(prefix=f"{SCRATCH}{os.getpid()}-") as folder:
        yield Path(folder)


def clear_scratch() -> None:
    """Take away what processes that were killed have left."""
    for left in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*-*"):
        owner = left.name.removeprefix(SCRATCH).split("-")[0]
        if owner.isdigit() and not _lives(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    if os.name == "nt":  # where a signal of 0 would be Ctrl-C
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


@contextmanager
def template() -> Iterator[Path]:
    """The template of this package, in a folder that is no repository."""
    with scratch() as folder:
        # Copier would clone a checkout and take its newest tag instead of what lies there.
        yield copy(bundle(), folder / "template")


def copy(source: Path, target: Path, parts: tuple[str, ...] = PARTS) -> Path:
    """Copy the parts of a template that projects are made from."""
    for part in parts:
        origin, place = source / part, target / part
        place.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, place, ignore=shutil.ignore_patterns(*CACHES))
        else:
            shutil.copy2(origin, place)
    return target


def digest(folder: Path) -> str:
    """One name for all that a template holds: paths, executable bits and bytes."""
    found = hashlib.sha256()
    files = {
        path.relative_to(folder).as_posix(): path
        for part in PARTS
        for path in (folder / part, *(folder / part).rglob("*"))
        if path.is_file()
    }
    for name, path in sorted(files.items()):
        content = path.read_bytes()
        executable = bool(path.stat().st_mode & 0o100)
        found.update(f"{name}\0{executable:d}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def version() -> str:
    """The version of this package."""
    return metadata.version("mlops-init")


def origin(folder: Path) -> dict[str, str]:
    """What the answers file says about the template: never a path of this machine."""
    urls = metadata.metadata("mlops-init").get_all("Project-URL") or []
    address = dict(url.split(", ", 1) for url in urls)["Repository"]
    found = {"_src_path": address, "_template": digest(folder)}
    # A build between releases has no tag that anybody else could fetch.
    if "dev" not in version() and "+" not in version():
        found["_commit"] = f"v{version()}"
    return found


def ask(folder: Path, given: Mapping[str, Any], name: str, defaults: bool) -> dict[str, Any]:
    """Every answer: Copier asks for those not given, or takes its defaults."""
    answers_file = "template/{{ _copier_conf.answers_file }}.jinja"
    with scratch() as place:
        # Questions alone, so that asking and rendering are two steps for the person.
        questions = copy(folder, place / "template", (*PARTS[:2], answers_file))
        place = place / "project" / name
        _copy(str(questions), place, data=dict(given), defaults=defaults)
        return read_answers(place)


def render(
    source: Path | str,
    answers: Mapping[str, Any],
    origin: Mapping[str, str],
    at: Path,
    commit: str | None = None,
) -> None:
    """Render a project whose answers file records this origin."""
    data = {name: answer for name, answer in answers.items() if not name.startswith("_")}
    _copy(str(source), at, data=data | {"_origin": dict(origin)}, defaults=True, vcs_ref=commit)


def read_answers(project: Path) -> dict[str, Any]:
    """The answers a project was made with."""
    file = project / ANSWERS
    if not file.is_file():
        raise RefusedError(
            f"{project} is no project, it has no {ANSWERS}: name the top folder of one."
        )
    try:
        answers = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RefusedError(f"{file} is not YAML: restore it from git.") from error
    if not is_ours(answers):
        raise RefusedError(f"{file} holds no level and names: restore it from git.")
    return dict(answers)


def enclosing(folder: Path) -> Path | None:
    """The project that a folder lies in, if any."""
    found = (each for each in (folder, *folder.parents) if (each / ANSWERS).is_file())
    return next((each for each in found if not _foreign(each / ANSWERS)), None)


def _foreign(file: Path) -> bool:
    """Whether another template of Copier's left these answers."""
    try:
        answers = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        return False
    return isinstance(answers, dict) and "level" not in answers


def is_ours(answers: object) -> bool:
    """Whether these can be the answers of a project of this template."""
    names = {"level": int, "project_name": str, "package_name": str}
    return isinstance(answers, dict) and all(
        type(answers.get(name)) is kind  # `true` is an int to Python
        for name, kind in names.items()
    )


def raising(project: Path, number: int) -> str:
    """The command that raises a project, as it is typed here."""
    folder = os.path.relpath(project)
    words = ["mlops-init", "upgrade", *([] if folder == "." else [folder])]
    return shlex.join([*words, "--level", str(number)])


def _copy(source: str, at: Path, **options: Any) -> None:
    # Here and not at the top: half of a second that `--help` and `levels` need not wait for.
    import copier
    from copier.errors import CopierError
    from plumbum import local

    # Copier asks git about every file it writes; about a plain folder it has nothing to say.
    path = local.env["PATH"] if not Path(source).is_dir() or Path(source, ".git").exists() else ""
    try:
        with local.env(PATH=path), compiled_once():
            copier.run_copy(source, at, quiet=True, **options)
    except KeyboardInterrupt:
        raise
    except (CopierError, ValueError) as error:
        raise RefusedError(_sentence(str(error))) from error


@contextmanager
def compiled_once() -> Iterator[None]:
    """Keep what Jinja compiles: Copier has each part of a path compiled anew for every file."""
    from jinja2 import Environment, Template

    compiled = Environment.from_string

    def once(self: Environment, source: Any, *rest: Any, **more: Any) -> Template:
        known: dict[Any, Template] = self.__dict__.setdefault("_mlops_init_compiled", {})
        if rest or more or not isinstance(source, str):
            return compiled(self, source, *rest, **more)
        if source not in known:
            known[source] = compiled(self, source)
        return known[source]

    Environment.from_string = once  # type: ignore[method-assign]
    try:
        yield
    finally:
        Environment.from_string = compiled  # type: ignore[method-assign]


def _sentence(message: str) -> str:
    """What Copier says, as a sentence of ours."""
    message = message.removeprefix("Invalid answer: ").strip()
    invalid = re.match(r"Validation error for question '(\w+)': ", message)
    if invalid:
        message = message[invalid.end() :] + FLAGS.get(invalid[1], "")
    choice = re.fullmatch(r"Invalid choice for '(\w+)': (.+) is not in \[(.+)\]", message)
    if choice:
        name, wrong, right = (part.replace("'", "") for part in choice.groups())
        message = f'"{wrong}" is no {name}: choose {right}.'
    return " ".join(message.split())
