"""Checks the columns that the user names: each exists, and has one use."""

from collections import defaultdict
from dataclasses import replace

from ...errors import RefusedError
from ..decision import Decision
from ..read.column import Profile
from ..read.source import CSV
from ..request import NONE, DataRequest

ROLES = ("target", "time", "key", "entity")
OF_CSV = ("delimiter", "decimal", "encoding", "quote")


def resolve_columns(profile: Profile, request: DataRequest) -> DataRequest:
    """The request with the names as the files have them; RefusedError if it contradicts itself."""

    def resolve(flag: str, name: str) -> str:
        return profile.requested_column(flag, name).name

    roles = {
        role: resolve(f"--{role}", name)
        for role in ROLES
        if (name := getattr(request, role)) and (role == "target" or name != NONE)
    }
    resolved = replace(
        request,
        exclude=tuple(resolve("--exclude", name) for name in request.exclude),
        include=tuple(resolve("--include", name) for name in request.include),
        types={resolve("--type", name): each for name, each in request.types.items()},
        date_formats={
            resolve("--date-format", name): each for name, each in request.date_formats.items()
        },
        **roles,  # type: ignore[arg-type]
    )
    _check_one_use(resolved, roles)
    _check_format_options(profile, request)
    return resolved


def _check_one_use(request: DataRequest, roles: dict[str, str]) -> None:
    flags: dict[str, list[str]] = defaultdict(list)
    for role, name in roles.items():
        flags[name].append(f"--{role}")
    for name in dict.fromkeys(request.exclude):
        flags[name].append("--exclude")
    for name in dict.fromkeys((*request.include, *request.types)):
        flags[name].append("--include" if name in request.include else "--type")
    for name, options in flags.items():
        if len(options) > 1:
            raise RefusedError(
                f"{name} is named by {' and '.join(options)}, but a column has one use: "
                "keep one of these options."
            )
    for name, date_format in request.date_formats.items():
        if request.types.get(name, "date") != "date":
            raise RefusedError(
                f"--date-format {name}={date_format} and --type {name}={request.types[name]} "
                "exclude each other: keep one of them."
            )


def _check_format_options(profile: Profile, request: DataRequest) -> None:
    given = [f"--{option}" for option in OF_CSV if getattr(request, option) is not None]
    if given and profile.source.kind not in CSV:
        raise RefusedError(
            f"{given[0]} describes a CSV file, but {profile.source.path} is none: leave it out."
        )


def check_time_options(time: Decision, request: DataRequest) -> None:
    """RefusedError if a period or a delay is requested of rows without a time."""
    given = {"--period": request.period, "--label-delay": request.label_delay_hours}
    flag = next((flag for flag, value in given.items() if value), None)
    if flag and not time.value:
        raise RefusedError(
            f"{flag} needs a time, and rows have none ({time.reason}): pass --time COLUMN, or "
            f"leave out {flag}."
        )


def without_other_columns(profile: Profile, request: DataRequest) -> Profile:
    """The profile of the columns that are neither excluded nor requested as features."""
    hidden = _list_other_uses(request)
    columns = (
        each
        for each in profile.columns
        if each.name not in hidden and not hidden.intersection(each.time_parts)
    )
    return replace(profile, columns=tuple(columns))


def note_other_use(
    request: DataRequest, usual: dict[str, Decision], roles: dict[str, Decision]
) -> list[str]:
    """What it means that a column which would be the time, key or entity has another use."""
    together = "in training and in the holdout" if not roles["time"].value else "resampled alone"
    effects = {
        "time": "rows that happened later may be in training",
        "key": "predictions and labels are joined by another column or by a hash of the row",
        "entity": f"rows with the same value may be {together}, so the error may be larger. Pass "
        "--entity to keep them together",
    }
    notes = []
    for role, effect in effects.items():
        name = usual[role].value
        if name and name != roles[role].value and name in _list_other_uses(request):
            use = "excluded" if name in request.exclude else "a feature"
            notes.append(f"{name} is {use}, so it is not the {role}: {effect}.")
    return notes


def without_other_uses(request: DataRequest) -> DataRequest:
    """The request as if no column were excluded, and none were a feature by request."""
    return replace(request, exclude=(), include=(), types={})


def _list_other_uses(request: DataRequest) -> set[str]:
    features = [name for name in request.types if request.types[name] != "date"]
    return {*request.exclude, *request.include, *features}
