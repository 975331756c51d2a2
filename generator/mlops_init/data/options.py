"""The options that say something about the owner's data; the same for `new` and for `data`."""

import inspect
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from ..errors import RefusedError
from .read.web import address, file_name, spoken_of
from .request import METRICS, PERIODS, TASKS, TYPES, Wishes, types

PANEL = "Your own data"


def _option(kind: Any, default: Any, text: str, *names: str, **more: Any) -> tuple[Any, Any]:
    option = typer.Option(*names, help=text, rich_help_panel=PANEL, **more)
    return Annotated[kind, option], default


def _word(text: str) -> tuple[Any, Any]:
    return _option(str | None, None, text)


def _words(text: str, metavar: str, *names: str) -> tuple[Any, Any]:
    return _option(list[str] | None, None, text, *names, metavar=metavar)


# name -> (type with its option, default)
OPTIONS: dict[str, tuple[Any, Any]] = {
    "data": _option(
        str | None, None, "Your file, a folder of files of one kind, or a URL.", metavar="FILE"
    ),
    "target": _word("The column to predict."),
    "task": _word(f"{', '.join(TASKS)}."),
    "time": _word("When a row happened: a column, or none."),
    "period": _word(f"{', '.join(PERIODS)}."),
    "key": _word("What names a row: a column, or none."),
    "entity": _word("Whom a row is about: a column, or none."),
    "metric": _word("; ".join(", ".join(METRICS[task]) for task in TASKS[:2])),
    "label_delay": _option(float, 0.0, "Hours until a label is known."),
    "leave_out": _words("A column no model reads: not known in time, say.", "COLUMN"),
    "keep": _words("A column not to be left out.", "COLUMN"),
    "as_": _words(f"What a column is: {', '.join(TYPES)}.", "COLUMN=TYPE", "--as"),
    "missing": _words("A word for a missing value.", "WORD"),
    "delimiter": _word("What cuts the columns of a CSV file."),
    "encoding": _word("Of a CSV file."),
    "quote": _word("What encloses the texts of a CSV file."),
    "copy": _option(bool, False, "Copy the data into the project's var/.", "--copy"),
}
TABS = {"\\t": "\t", "tab": "\t"}


def _wishes(said: dict[str, Any]) -> Wishes | None:
    """What was said of data, if any are named."""
    if said["data"] is None:
        if said["target"] is not None:
            raise RefusedError("--target says nothing without --data FILE.")
        return None
    same = ("task", "time", "period", "key", "entity", "metric", "encoding", "quote")
    url = address(said["data"])
    return Wishes(
        data=Path(said["data"]) if url else Path(said["data"]).expanduser().resolve(),
        url=url,
        copy=said["copy"] or url is not None,
        target=said["target"] or "",
        label_delay_hours=said["label_delay"],
        leave_out=tuple(said["leave_out"] or ()),
        keep=tuple(said["keep"] or ()),
        types=types(said["as_"] or []),
        missing=tuple(said["missing"] or ()),
        delimiter=TABS.get(said["delimiter"] or "", said["delimiter"]),
        **{name: said[name] for name in same},
    ).checked()


def about_data(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command all these options; it gets what was said as `wishes`."""

    @wraps(command)
    def run(**given: Any) -> None:
        said = {name: given.pop(name) for name in OPTIONS}
        wishes = _wishes(said)
        with ExitStack() as stack:
            if wishes and wishes.url:
                scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="mlops-init-"))
                file = Path(scratch).resolve() / file_name(wishes.url)
                stack.enter_context(spoken_of(wishes.url, file))
                wishes = replace(wishes, data=file)
            command(**given, wishes=wishes)

    own = inspect.signature(command)
    hints = get_type_hints(command, include_extras=True)
    named = inspect.Parameter.KEYWORD_ONLY
    kept = [each for name, each in own.parameters.items() if name != "wishes"]
    kept += [
        inspect.Parameter(name, named, default=default, annotation=hint)
        for name, (hint, default) in OPTIONS.items()
    ]
    run.__signature__ = own.replace(parameters=kept)  # type: ignore[attr-defined]
    run.__annotations__ = {name: hint for name, hint in hints.items() if name != "wishes"}
    run.__annotations__ |= {name: hint for name, (hint, _) in OPTIONS.items()}
    return run
