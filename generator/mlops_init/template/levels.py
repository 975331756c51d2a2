"""The maturity levels, read from the manifests that also steer Copier."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..errors import RefusedError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True)
class Step:
    """A command to type as `uv run <command> <run>`, and what comes of it."""

    run: str
    gives: str


@dataclass(frozen=True)
class Capability:
    """Something a project can do: what it is, its verbs, its files and the clause it answers."""

    name: str
    summary: str
    verbs: tuple[str, ...]
    paths: tuple[str, ...]  # patterns, as in .gitignore
    clause: str

    @cached_property
    def files(self) -> "GitIgnoreSpec":
        """The files of a project that are its own."""
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(self.paths)


@dataclass(frozen=True)
class Level:
    """What a project of this level has that the level below has not."""

    number: int
    name: str
    summary: str
    when: str
    clauses: tuple[str, ...]  # of Microsoft's maturity model, in our words
    steps: tuple[Step, ...]
    capabilities: tuple[Capability, ...]


def bundle() -> Path:
    """The folder that holds copier.yml: in the wheel, or the checkout."""
    carried = Path(__file__).resolve().parents[1] / "bundle"
    return carried if carried.is_dir() else Path(__file__).resolve().parents[3]


@cache
def levels() -> tuple[Level, ...]:
    """All levels, lowest first."""
    manifests = (bundle() / "maturity_levels").glob("level_*.yml")
    found = [_level(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in manifests]
    return tuple(sorted(found, key=lambda each: each.number))


def level(number: object) -> Level:
    """The level of this number, however it was typed."""
    for each in levels():
        if str(each.number) == str(number):
            return each
    raise RefusedError(
        f"{number} is no level: choose {levels()[0].number} to {levels()[-1].number}."
    )


def between(low: int, high: int) -> Iterable[Level]:
    """The levels above `low`, up to and including `high`."""
    return (each for each in levels() if low < each.number <= high)


def owner(path: str) -> tuple[Level, Capability] | None:
    """The level and the capability that a file of a project belongs to, if any."""
    for each in levels():
        for capability in each.capabilities:
            if capability.files.match_file(path):
                return each, capability
    return None


def _level(manifest: dict[str, Any]) -> Level:
    return Level(
        number=manifest["level"],
        name=manifest["name"],
        summary=manifest["summary"],
        when=manifest["when"],
        clauses=tuple(manifest["clauses"].values()),
        steps=tuple(Step(each["run"], each["gives"]) for each in manifest["steps"]),
        capabilities=tuple(
            Capability(
                name=name,
                summary=each["summary"],
                verbs=tuple(each["verbs"]),
                paths=tuple(each["paths"]),
                clause=manifest["clauses"][each["clause"]],
            )
            for name, each in manifest["capabilities"].items()
        ),
    )
