"""The options that describe the user's data, the same for `new` and for `data`."""

import inspect
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from ..errors import RefusedError
from .read.download import derive_file_name, parse_url, report_url_instead_of
from .request import DATE_WORDS, METRICS, PERIODS, TASKS, TYPES, DataRequest, parse_pairs

PANEL = "Your own data"
METRICS_HELP = (
    f"For a regression: {', '.join(METRICS['regression'])}; "
    f"for classes: {', '.join(METRICS['binary'])}."
)
TAB_NAMES = {"\\t": "\t", "tab": "\t"}


def _option(type_: Any, default: Any, help_: str, *flags: str, **more: Any) -> tuple[Any, Any]:
    option = typer.Option(*flags, help=help_, rich_help_panel=PANEL, **more)
    return Annotated[type_, option], default


def _text_option(help_: str) -> tuple[Any, Any]:
    return _option(str | None, None, help_)


def _repeated_option(help_: str, metavar: str, *flags: str) -> tuple[Any, Any]:
    return _option(list[str] | None, None, help_, *flags, metavar=metavar)


# parameter -> (its type and option, its default)
OPTIONS: dict[str, tuple[Any, Any]] = {
    "data": _option(
        str | None, None, "Your file, a folder of files of one kind, or a URL.", metavar="FILE"
    ),
    "target": _text_option("The column to predict."),
    "task": _text_option(f"{', '.join(TASKS)}."),
    "time": _text_option("The column that says when a row happened, or none."),
    "period": _text_option(f"How time is divided: {', '.join(PERIODS)}."),
    "key": _text_option("The column that identifies a row, or none."),
    "entity": _text_option(
        "The column that says which customer, device, … a row is about, or none."
    ),
    "metric": _text_option(METRICS_HELP),
    "label_delay": _option(float, 0.0, "Hours until the label of a row is known."),
    "exclude": _repeated_option(
        "A column that no model may use, for example because it is known too late.", "COLUMN"
    ),
    "include": _repeated_option(
        "A column to use as a feature although the rules exclude it.", "COLUMN"
    ),
    "types": _repeated_option(f"A column's type: {', '.join(TYPES)}.", "COLUMN=TYPE", "--type"),
    "date_formats": _repeated_option(
        f"The format of a column's dates: codes such as %d.%m.%Y, or {', '.join(DATE_WORDS)}.",
        "COLUMN=FORMAT",
        "--date-format",
    ),
    "missing": _repeated_option("A word that means a missing value.", "WORD"),
    "delimiter": _text_option("The character between the columns of a CSV file."),
    "decimal": _text_option("The decimal separator of a CSV file: a point or a comma."),
    "encoding": _text_option("The encoding of a CSV file."),
    "quote": _text_option("The quote character of a CSV file."),
    "header": _option(
        bool | None,
        None,
        "Whether the first line of a CSV file holds the names of the columns.",
        "--header/--no-header",
    ),
    "copy": _option(bool, False, "Copy the data into the project's var/.", "--copy"),
}
RENAMED = {"types": "--type", "date_formats": "--date-format"}
# The request has a field of the same name.
SAME_NAME = (
    *("task", "time", "period", "key", "entity", "metric"),
    *("decimal", "encoding", "quote", "header"),
)


def _build_request(options: dict[str, Any]) -> DataRequest | None:
    """The request that these options make; None without --data."""
    if options["data"] is None:
        _check_no_option(options)
        return None
    url = parse_url(options["data"])
    return DataRequest(
        path=_resolve(options["data"], url),
        url=url,
        copy=options["copy"] or url is not None,
        target=options["target"] or "",
        label_delay_hours=options["label_delay"],
        exclude=tuple(name.strip() for name in options["exclude"] or ()),
        include=tuple(name.strip() for name in options["include"] or ()),
        types=parse_pairs("--type", "type", options["types"] or []),
        date_formats=parse_pairs("--date-format", "format", options["date_formats"] or []),
        missing=tuple(options["missing"] or ()),
        delimiter=TAB_NAMES.get(options["delimiter"] or "", options["delimiter"]),
        **{name: options[name] for name in SAME_NAME},
    )


def _check_no_option(options: dict[str, Any]) -> None:
    """RefusedError for an option that describes data which are not named."""
    for name, (_, default) in OPTIONS.items():
        if options[name] not in (None, [], default):
            flag = RENAMED.get(name, f"--{name.replace('_', '-')}")
            raise RefusedError(f"{flag} needs --data FILE.")


def _resolve(text: str, url: str | None) -> Path:
    return Path(text) if url else Path(text).expanduser().resolve()


@contextmanager
def request_data(text: str) -> Iterator[DataRequest]:
    """A request for a path or an address, from the answer to a question."""
    url = parse_url(text)
    with _download_folder(DataRequest(_resolve(text, url), url=url, copy=url is not None)) as each:
        assert each
        yield each


@contextmanager
def _download_folder(request: DataRequest | None) -> Iterator[DataRequest | None]:
    """Let a request for a URL read a file in a temporary folder."""
    if request is None or request.url is None:
        yield request
        return
    with tempfile.TemporaryDirectory(prefix="mlops-init-") as folder:
        file = Path(folder).resolve() / derive_file_name(request.url)
        with report_url_instead_of(file, request.url):
            yield replace(request, path=file)


def with_data_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add these options to a command, which receives them as `data_request`."""

    @wraps(command)
    def run(**arguments: Any) -> None:
        options = {name: arguments.pop(name) for name in OPTIONS}
        with _download_folder(_build_request(options)) as request:
            command(**arguments, data_request=request)

    signature = inspect.signature(command)
    hints = get_type_hints(command, include_extras=True)
    parameters = [each for name, each in signature.parameters.items() if name != "data_request"]
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hint)
        for name, (hint, default) in OPTIONS.items()
    ]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {name: hint for name, hint in hints.items() if name != "data_request"}
    run.__annotations__ |= {name: hint for name, (hint, _) in OPTIONS.items()}
    return run
