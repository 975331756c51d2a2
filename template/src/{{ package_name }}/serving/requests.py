"""Reads a request: rows as the declaration says, with limits on their number, size and time."""

import asyncio
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, NoReturn

from fastapi import HTTPException, Request
from pydantic import ValidationError
from pydantic_core import from_json
from starlette.requests import ClientDisconnect

from ..predictions.records import Records, row_model
from ..schema import declared_range
from ..spec import DataSpec
from .settings import ServingSettings

MAX_ERRORS = 10  # in one answer
MAX_NAME = 100  # characters of a name in an error
CHUNK = 12  # rows that are handled before another request gets a turn
CLIENT_LEFT = 499  # as nginx counts it; nobody gets this response
AFTER_NAME, OTHER_ENDS = b'":', (b" :", b"\t:", b"\n:", b"\r:")  # of a name in an object
Error = dict[str, Any]  # as FastAPI writes it: type, loc, msg


async def read_body(request: Request, settings: ServingSettings) -> bytes:
    """The body. HTTPException if it is no JSON, too large or too slow."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "send the header `Content-Type: application/json`")
    body = bytearray()
    try:
        async with asyncio.timeout(settings.read_seconds):
            async for part in request.stream():
                body += part
                if len(body) > settings.max_request_bytes:
                    limit = f"{settings.max_request_bytes:,} bytes"
                    raise HTTPException(413, f"the request is larger than {limit}: send less")
    except TimeoutError:
        message = f"the body did not arrive within {settings.read_seconds:g} seconds"
        raise HTTPException(408, message, {"Connection": "close"}) from None
    except ClientDisconnect:
        raise HTTPException(CLIENT_LEFT, "the client left before it had sent the body") from None
    return bytes(body)


class RowReader:
    """Reads the rows of a body, `{"rows": [...]}`."""

    def __init__(self, spec: DataSpec, settings: ServingSettings) -> None:
        self._max_rows = settings.max_request_rows
        self._model = row_model(spec, ranges=settings.on_out_of_range == "reject")
        fields = self._model.model_fields.values()
        self._names = {str(field.alias) for field in fields}
        numbers = {name: declared_range(spec.features[name]) for name in spec.columns("number")}
        self._ranges = numbers if settings.on_out_of_range == "flag" else {}

    def schema(self) -> dict[str, Any]:
        """The JSON schema of a body."""
        limits = {"minItems": 1, "maxItems": self._max_rows}
        rows = {"type": "array", "items": self._model.model_json_schema(), **limits}
        return {
            "type": "object",
            "properties": {"rows": rows},
            "required": ["rows"],
            "additionalProperties": False,
        }

    async def read(self, body: bytes) -> Records:
        """The rows of a body. HTTPException with the first errors if they are not as declared."""
        rows: Records = []
        errors: list[Error] = []
        for start, chunk in chunks(self._split(body)):
            if start:
                await asyncio.sleep(0)  # lets other requests run
            for number, row in enumerate(chunk, start):
                errors += self._add_row(rows, number, row)
            if len(errors) >= MAX_ERRORS:
                break
        if errors:
            reject(errors)
        return rows

    def out_of_range(self, row: dict[str, Any]) -> list[str]:
        """The columns with a number outside its range. Empty if such rows are rejected."""
        numbers = ((name, row[name], limits) for name, limits in self._ranges.items())
        return [name for name, number, limits in numbers if not is_within(number, limits)]

    def _split(self, body: bytes) -> list[Any]:
        try:
            content = from_json(body, allow_inf_nan=False)
        except ValueError as error:
            reject([describe("json_invalid", ["body"], f"this is not JSON: {error}")])
        if not isinstance(content, dict) or content.keys() != {"rows"}:
            reject([describe("missing", ["body"], 'send {"rows": [...]} and nothing else')])
        rows = content["rows"]
        if not isinstance(rows, list) or not 1 <= len(rows) <= self._max_rows:
            message = f"send a list of 1 to {self._max_rows:,} rows"
            reject([describe("list_length", ["body", "rows"], message)])
        if has_repeated_name(body, rows):
            reject([describe("repeated_name", ["body"], "an object has the same name twice")])
        return rows

    def _add_row(self, rows: Records, number: int, row: Any) -> Iterator[Error]:
        """Add a row as declared, or return what is wrong with it."""
        place = ["body", "rows", number]
        unknown = (name for name in row if name not in self._names) if isinstance(row, dict) else ()
        if names := list(islice(unknown, MAX_ERRORS)):
            message = "conf/data.yml declares no such column"
            yield from (describe("extra_forbidden", [*place, name], message) for name in names)
            return
        try:
            rows.append(self._model.model_validate(row).model_dump(by_alias=True))
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False, include_input=False)
            for each in details[:MAX_ERRORS]:
                yield describe(each["type"], [*place, *each["loc"]], each["msg"])


def has_repeated_name(body: bytes, rows: list[Any]) -> bool:
    """Whether an object has a name twice, of which a parser keeps the last value alone."""
    names = 1 + sum(len(row) for row in rows if isinstance(row, dict))
    others = (end in body for end in OTHER_ENDS if end[:1] in body)  # one byte is found faster
    if body.count(AFTER_NAME) == names and not any(others):
        return False  # the usual body: so many names were sent, and so many are kept
    repeated = []

    def compare(pairs: list[tuple[str, Any]]) -> None:
        if len(pairs) != len(dict(pairs)):
            repeated.append(pairs)

    json.loads(body, object_pairs_hook=compare)
    return bool(repeated)


def is_within(number: float | None, limits: tuple[float, float]) -> bool:
    return number is None or limits[0] <= number <= limits[1]


def chunks(rows: list[Any]) -> Iterator[tuple[int, list[Any]]]:
    """(number of the first row, rows) of each chunk."""
    return ((start, rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK))


def describe(kind: str, place: list[Any], message: str) -> Error:
    """An error without the value that was sent."""
    names = [name[:MAX_NAME] if isinstance(name, str) else name for name in place]
    return {"type": kind, "loc": names, "msg": message.removeprefix("Value error, ")}


def reject(errors: list[Error]) -> NoReturn:
    raise HTTPException(422, errors[:MAX_ERRORS])
