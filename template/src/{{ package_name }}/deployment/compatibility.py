"""What clients of one declaration would trip over in another. Pure."""

from collections.abc import Iterator

from ..errors import InputError
from ..schema import row_columns
from ..settings import NAME
from ..spec import DataSpec


class IncompatibleError(InputError):
    """A release would break what clients send now."""


def check_compatible(old: DataSpec, new: DataSpec, version: int) -> None:
    """ClientsError if a request that was right is wrong now, or its answer of another thing."""
    if found := list(breaking_changes(old, new)):
        raise IncompatibleError(
            f"version {version} breaks what clients send now ({'; '.join(found)}): tell them, "
            f"then run `{NAME} release --new-contract` and restart the servers"
        )


def breaking_changes(old: DataSpec, new: DataSpec) -> Iterator[str]:
    """Each broken thing in words."""
    if (old.target, old.task) != (new.target, new.task):
        yield f"it answers `{new.target}` ({new.task}), not `{old.target}` ({old.task})"
    was, now = row_columns(old), row_columns(new)
    for name in was.keys() - now.keys():
        yield f"`{name}` is gone"
    for name, (kind, needed) in now.items():
        kind_before, needed_before = was.get(name, (kind, False))
        if kind != kind_before:
            yield f"`{name}` is a {kind}, not a {kind_before}"
        elif needed and not needed_before:
            yield f"`{name}` must be sent"
