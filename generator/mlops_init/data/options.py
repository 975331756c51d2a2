"""The options that say something about the owner's data; the same for `new` and for `data`."""

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from ..errors import RefusedError
from .wishes import METRICS, PERIODS, TASKS, TYPES, Wishes, types

PANEL = "Your own data"
Many = list[str] | None


def _option(text: str, *names: str, **more: Any) -> Any:
    return typer.Option(*names, help=text, rich_help_panel=PANEL, **more)


def _said(
    data: Annotated[Path | None, _option("Your file, or a folder of files of one kind.")] = None,
    target: Annotated[str | None, _option("The column to predict.")] = None,
    task: Annotated[str | None, _option(f"{', '.join(TASKS)}.")] = None,
    time: Annotated[str | None, _option("When a row happened: a column, or none.")] = None,
    period: Annotated[str | None, _option(f"{', '.join(PERIODS)}.")] = None,
    key: Annotated[str | None, _option("What names a row: a column, or none.")] = None,
    entity: Annotated[str | None, _option("Whom a row is about: a column, or none.")] = None,
    metric: Annotated[
        str | None, _option("; ".join(", ".join(METRICS[task]) for task in TASKS[:2]))
    ] = None,
    label_delay: Annotated[float, _option("Hours until a label is known.")] = 0,
    leave_out: Annotated[
        Many, _option("A column no model reads: not known in time, say.", metavar="COLUMN")
    ] = None,
    keep: Annotated[Many, _option("A column not to be left out.", metavar="COLUMN")] = None,
    as_: Annotated[
        Many, _option(f"What a column is: {', '.join(TYPES)}.", "--as", metavar="COLUMN=TYPE")
    ] = None,
    missing: Annotated[Many, _option("A word for a missing value.", metavar="WORD")] = None,
    delimiter: Annotated[str | None, _option("What cuts the columns of a CSV file.")] = None,
    encoding: Annotated[str | None, _option("Of a CSV file.")] = None,
    copy: Annotated[bool, _option("Copy the data into the project's var/.", "--copy")] = False,
) -> Wishes | None:
    if data is None:
        if target is not None:
            raise RefusedError("--target says nothing without --data FILE.")
        return None
    return Wishes(
        data=data.expanduser().resolve(),
        target=target or "",
        task=task,
        time=time,
        period=period,
        key=key,
        entity=entity,
        metric=metric,
        label_delay_hours=label_delay,
        leave_out=tuple(leave_out or ()),
        keep=tuple(keep or ()),
        types=types(as_ or []),
        missing=tuple(missing or ()),
        delimiter={"\\t": "\t", "tab": "\t"}.get(delimiter or "", delimiter),
        encoding=encoding,
        copy=copy,
    ).checked()


def about_data(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command all these options; it gets what was said as `wishes`."""
    own, asked = inspect.signature(command), inspect.signature(_said)

    @wraps(command)
    def run(**given: Any) -> None:
        said = {name: given.pop(name) for name in asked.parameters}
        command(**given, wishes=_said(**said))

    kept = [each for name, each in own.parameters.items() if name != "wishes"]
    run.__signature__ = own.replace(parameters=[*kept, *asked.parameters.values()])  # type: ignore[attr-defined]
    hints = get_type_hints(command, include_extras=True) | get_type_hints(
        _said, include_extras=True
    )
    run.__annotations__ = {name: hint for name, hint in hints.items() if name != "wishes"}
    return run
