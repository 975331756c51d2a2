"""YAML on one line, since each line of conf/data.yml ends in a comment."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml


def format_mapping(mapping: Mapping[str, Any]) -> str:
    """`{type: number, min: 0}`."""
    items = (f"{name}: {_format_value(value)}" for name, value in mapping.items())
    return "{" + ", ".join(items) + "}"


def _format_value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_quote(word) for word in value) + "]"
    if isinstance(value, int | float):
        is_extreme = value and not 1e-9 < abs(value) < 1e18
        # Decimal writes no exponent, as people do.
        return repr(value) if is_extreme else format(Decimal(repr(value)), "f").removesuffix(".0")
    return format_text(str(value))


def format_text(text: str) -> str:
    """A text that YAML reads back unchanged, in quotes only where it needs them."""
    is_harmless = re.fullmatch(r"[\w./][\w ./-]*", text) and text == text.rstrip()
    return text if is_harmless and yaml.safe_load(text) == text else _quote(text)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def format_comment(text: str) -> str:
    """A comment on one line: names of columns may hold line breaks."""
    return "# " + " ".join(text.split())
