"""The maturity levels, from the same manifests that Copier reads."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
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
    optional: bool  # a project has it only if its user wants it

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


def list_optional() -> dict[str, Level]:
    """The optional capabilities, each with its level."""
    return {
        capability.name: level
        for level in load_levels()
        for capability in level.capabilities
        if capability.optional
    }


def check_optional(names: Iterable[str]) -> list[str]:
    """The names, sorted and each once; each must be an optional capability."""
    optional, chosen = list_optional(), sorted({*names})
    for name in chosen:
        if name not in optional:
            choices = ", ".join(optional)
            raise RefusedError(f'"{name}" is not an optional capability: choose {choices}.')
    return chosen


def check_level_of_optional(names: Iterable[str], level: int) -> None:
    """Refuse an optional capability that only comes with a higher level."""
    for name in names:
        needed = list_optional()[name].number
        if needed > level:
            raise RefusedError(f"{name} needs level {needed}: use --level {needed} or higher.")


def list_capabilities(answers: Mapping[str, Any]) -> list[Capability]:
    """The capabilities of a project with these answers."""
    chosen = answers.get("optional", [])
    return [
        capability
        for level in load_levels()
        for capability in level.capabilities
        if level.number <= answers["level"]
        and (not capability.optional or capability.name in chosen)
    ]


def group_by_level(capabilities: Collection[Capability]) -> list[Level]:
    """The levels that these capabilities belong to, with only these."""
    levels = []
    for level in load_levels():
        if part := tuple(each for each in level.capabilities if each in capabilities):
            levels.append(replace(level, capabilities=part))
    return levels


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
                optional=each.get("optional", False),
            )
            for name, each in manifest["capabilities"].items()
        ),
    )
