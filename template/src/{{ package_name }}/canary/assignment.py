"""Who is answered by the challenger: a hash decides, so every worker and replica agrees. Pure."""

import hashlib
from typing import Any

from pydantic_core import to_json

from ..spec import DataSpec

HASHES = 2**64


def is_chosen(spec: DataSpec, row: dict[str, Any], release: str, share: float) -> bool:
    """Whether the challenger predicts this row. A larger share only adds entities.

    The release is the salt, so that another challenger is tried on other entities.
    """
    text = f"{release}\n{unit_of(spec, row)}".encode()
    number = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())
    return number < share / 100 * HASHES


def unit_of(spec: DataSpec, row: dict[str, Any]) -> str:
    """The entity of a row; without one its key, and without a key the values of the row."""
    for name in (spec.entity, None if spec.has_hash_key else spec.key):
        if name and row.get(name) is not None:
            return f"{row[name]}"
    return to_json(row).decode()
