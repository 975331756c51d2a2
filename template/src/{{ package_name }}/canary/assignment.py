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
    return position(unit_of(spec, row), release) < share


def position(unit: str, release: str) -> float:
    """A number from 0 to 100 that looks random: the share from which the challenger predicts."""
    digest = hashlib.blake2b(f"{release}\n{unit}".encode(), digest_size=8).digest()
    return 100 * int.from_bytes(digest) / HASHES


def unit_of(spec: DataSpec, row: dict[str, Any]) -> str:
    """The entity of a row; without one its key, and without a key the values of the row."""
    for name in (spec.entity, None if spec.has_hash_key else spec.key):
        if name and row.get(name) is not None:
            return f"{row[name]}"
    return to_json(row).decode()
