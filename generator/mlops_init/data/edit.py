"""Changes a request so that a column gets the use that the user chooses."""

from dataclasses import replace

from .decision import DataDecisions
from .read.column import Column
from .request import NONE, TYPES, DataRequest

ROLES = {  # use -> what it means
    "target": "the value to predict",
    "key": "identifies a row",
    "time": "says when a row happened",
    "entity": "says which customer, device, … a row is about",
    "excluded": "no model may use it",
}


def list_uses(column: Column) -> dict[str, str]:
    """The uses that a column can have, with their meanings."""
    types = [each for each in TYPES if each not in ("boolean", "date") or each == column.kind]
    return {each: f"feature: a {each}" for each in types} | {
        use: f"{use}: {meaning}" for use, meaning in ROLES.items()
    }


def change_use(decisions: DataDecisions, column: str, use: str) -> DataRequest:
    """The request with another use of a column: a role, or the type of a feature."""
    request = _without(decisions, column)
    if use == "target":
        return replace(request, target=column, task=None, metric=None)
    if use in ("key", "time", "entity"):
        return replace(request, **{use: column})  # type: ignore[arg-type]
    if use == "excluded":
        return replace(request, exclude=(*request.exclude, column))
    types = request.types | {column: use}
    return replace(request, include=(*request.include, column), types=types)


def _without(decisions: DataDecisions, column: str) -> DataRequest:
    """The request without anything that it says about a column."""
    request = decisions.request
    roles = {
        role: NONE for role in ("key", "time", "entity") if getattr(decisions, role).value == column
    }
    return replace(
        request,
        exclude=tuple(each for each in request.exclude if each != column),
        include=tuple(each for each in request.include if each != column),
        types={name: each for name, each in request.types.items() if name != column},
        **roles,  # type: ignore[arg-type]
    )
