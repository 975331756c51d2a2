"""Find keys that occur twice, by a hash of each: eight bytes per row."""

from pathlib import Path

import numpy as np
import pandas as pd

from ..data import is_unchanged
from ..settings import var
from ..spec import DataSpec
from ..values import as_text

TABLE_BITS = np.uint64(24)


def hash_keys(keys: pd.Series) -> np.ndarray:
    text = as_text(keys.dropna())
    return pd.util.hash_pandas_object(text, index=False, categorize=False).to_numpy()


class AcceptedKeys:
    """The keys of the accepted periods, `var/data/<period>.parquet`."""

    def __init__(self, spec: DataSpec) -> None:
        self._hashes: dict[Path, np.ndarray] = {}  # sorted
        # Which first bits occur: most new keys need no search in each of the periods.
        self._table = np.zeros(2 ** int(TABLE_BITS), dtype=bool)
        for file in () if spec.has_hash_key else sorted(var("data").glob("*.parquet")):
            if is_unchanged(file):
                self.add(file, hash_keys(pd.read_parquet(file, columns=[spec.key])[spec.key]))

    def add(self, file: Path, hashes: np.ndarray) -> None:
        self._hashes[file] = hashes = np.sort(hashes)
        self._table[first_bits(hashes)] = True

    def count(self, hashes: np.ndarray, target: Path) -> int:
        """How many rows have a key of another period than the one of `target`."""
        hashes = np.sort(hashes)  # which makes the searches faster
        found = hashes[self._table[first_bits(hashes)]]
        others = [known for file, known in self._hashes.items() if file != target and len(known)]
        nearest = [known.take(known.searchsorted(found), mode="clip") for known in others]
        return int(sum((each == found).sum() for each in nearest))


def first_bits(hashes: np.ndarray) -> np.ndarray:
    return (hashes >> (64 - TABLE_BITS)).astype("intp")
