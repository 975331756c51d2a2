"""The maturity levels, from the same manifests that Copier reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import yaml

from ..errors import RefusedError
from .source import template_source

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True)
class Step:
    """A command of a project to try first, and its result."""

    command: str
    result: str


@dataclass(frozen=True)
class Capability:
    """A part of a project: its commands, its files and the clause that it fulfils."""

    name: str
    summary: str
    commands: tuple[str, ...]
    paths: tuple[str, ...]  # patterns, as in .gitignore
    clause: str

    @cached_property
    def files(self) -> "GitIgnoreSpec":
        """Matches the files that belong to it."""
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(self.paths)


@dataclass(frozen=True)
class Level:
    """What a project of this level has in addition to the level below."""

    number: int
    name: str
    summary: str
    when: str
    clauses: tuple[str, ...]  # of Microsoft's maturity model, in our words
    steps: tuple[Step, ...]
    capabilities: tuple[Capability, ...]


@cache
def load_levels() -> tuple[Level, ...]:
    """All levels, lowest first."""
    manifests = (template_source() / "maturity_levels").glob("level_*.yml")
    levels = [_parse_level(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in manifests]
    return tuple(sorted(levels, key=lambda level: level.number))


def find_level(number: object) -> Level:
    """The level with this number, which may be a string."""
    levels = load_levels()
    for level in levels:
        if str(level.number) == str(number):
            return level
    raise RefusedError(
        f"{number} is not a level: choose {levels[0].number} to {levels[-1].number}."
    )


def levels_between(low: int, high: int) -> Iterator[Level]:
    """The levels above `low`, up to and including `high`."""
    return (level for level in load_levels() if low < level.number <= high)


def find_capability(path: str) -> tuple[Level, Capability] | None:
    """The level and the capability that a file of a project belongs to, if any."""
    for level in load_levels():
        for capability in level.capabilities:
            if capability.files.match_file(path):
                return level, capability
    return None


def _parse_level(manifest: dict[str, Any]) -> Level:
    return Level(
        number=manifest["level"],
        name=manifest["name"],
        summary=manifest["summary"],
        when=manifest["when"],
        clauses=tuple(manifest["clauses"].values()),
        steps=tuple(Step(each["command"], each["result"]) for each in manifest["steps"]),
        capabilities=tuple(
            Capability(
                name=name,
                summary=each["summary"],
                commands=tuple(each["commands"]),
                paths=tuple(each["paths"]),
                clause=manifest["clauses"][each["clause"]],
            )
            for name, each in manifest["capabilities"].items()
        ),
    )
