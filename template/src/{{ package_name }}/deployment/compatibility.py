"""Finds what a new declaration would break for clients of the old one. Pure."""

from collections.abc import Iterator

from ..errors import InputError
from ..schema import row_columns
from ..settings import NAME
from ..spec import DataSpec


class IncompatibleError(InputError):
    """A release would break requests that clients send now."""


def check_compatible(old: DataSpec, new: DataSpec, version: int) -> None:
    """IncompatibleError if a valid request becomes invalid, or gets another kind of prediction."""
    if changes := "; ".join(breaking_changes(old, new)):
        raise IncompatibleError(
            f"version {version} breaks the requests that clients send now ({changes}): tell the "
            f"clients, then run `{NAME} release --allow-breaking` and restart the servers"
        )


def breaking_changes(old: DataSpec, new: DataSpec) -> Iterator[str]:
    """A description of each breaking change."""
    if (old.target, old.task) != (new.target, new.task):
        yield f"it predicts `{new.target}` ({new.task}), not `{old.target}` ({old.task})"
    before, after = row_columns(old), row_columns(new)
    for name in before:
        if name not in after:
            yield f"`{name}` is removed"
    for name, (kind, required) in after.items():
        old_kind, old_required = before.get(name, (kind, False))
        if kind != old_kind:
            yield f"`{name}` changes from {old_kind} to {kind}"
        elif required and not old_required:
            yield f"`{name}` becomes required"
