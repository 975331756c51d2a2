"""The accepted rows in one Parquet file, so that a part of them costs what the part costs.

The file holds what `load_rows` returns. It is written again when the data or the code change.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import time

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..data import data_files, digest_file, file_digest, load_rows
from ..predictions.database import column, connect, parquet, text, to_arrow, to_frame
from ..settings import var
from ..spec import DataSpec
from ..storage import atomic_file, sha256

LABEL = "log.label"  # No data set has a column with such a name.
GRACE = 3600  # seconds in which a process may still read a file that was replaced


def accepted_file(spec: DataSpec) -> Path:
    """The file. LABEL is the target of the first row with a label of each key."""
    target = var("labels", f"{inputs_digest(spec)}.parquet")
    if not is_readable(target):
        rows = load_rows(spec)
        is_labelled = rows[spec.target].notna()
        first = is_labelled & ~rows[spec.key].where(is_labelled).duplicated()
        rows = rows.assign(**{LABEL: rows[spec.target].where(first)})
        with atomic_file(target) as file:
            pq.write_table(to_arrow(rows), file, compression="zstd")
        for other in target.parent.glob("[!.]*.parquet"):
            if time() - other.stat().st_mtime > GRACE:
                other.unlink(missing_ok=True)
    return target


def is_readable(file: Path) -> bool:
    with suppress(OSError, pa.ArrowInvalid):
        return file.is_file() and pq.read_metadata(file).num_columns > 0
    return False


def inputs_digest(spec: DataSpec) -> str:
    """Changes with the accepted data, their declaration and the code that reads them."""
    code = sorted(Path(__file__).parents[1].glob("*.py"))
    facts = [spec.model_dump_json().encode(), *(file.read_bytes() for file in code)]
    for file in data_files(spec):  # it checks that each has its recorded digest
        recorded = digest_file(file)
        digest = recorded.read_text()[:64] if recorded.exists() else file_digest(file)
        facts.append(f"{file} {digest}".encode())
    return sha256(b"\0".join(facts))[:16]


def accepted_times(
    spec: DataSpec, start: str | None = None, before: str | None = None, labelled: bool = False
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The first and the last time of accepted rows of some days; NaT if there are none."""
    time = column(spec.time.column)  # type: ignore[union-attr]
    tests = [f"{time} >= TIMESTAMP {text(start)}"] if start else []
    tests += [f"{time} < TIMESTAMP {text(before)}"] if before else []
    tests += [f"{column(spec.target)} IS NOT NULL"] if labelled else []
    source, where = parquet([accepted_file(spec)]), " AND ".join(tests) or "true"
    with connect() as database:
        query = f"SELECT min({time}), max({time}) FROM {source} WHERE {where}"
        ((first, last),) = database.execute(query).fetchall()
    return pd.Timestamp(first), pd.Timestamp(last)


def accepted_rows(
    spec: DataSpec, columns: Sequence[str], before: str | None = None, rows: int | None = None
) -> pd.DataFrame:
    """Columns of the accepted rows before a day; of more than `rows` rows about so many.

    They are chosen by a hash of their key, so they are the same ones each time.
    """
    source = parquet([accepted_file(spec)])
    tests = []
    if spec.time and before:
        tests.append(f"{column(spec.time.column)} < TIMESTAMP {text(before)}")
    with connect() as database:
        if rows is not None:
            where = f"WHERE {tests[0]}" if tests else ""
            count = f"SELECT count(*) FROM {source} {where}"
            share = rows / max(1, database.execute(count).fetchall()[0][0])
            tests += [f"hash({column(spec.key)}) < {int(share * 2**64)}"] if share < 1 else []
        where = f"WHERE {' AND '.join(tests)}" if tests else ""
        names = ", ".join(map(column, columns)) or "1"
        return to_frame(database.sql(f"SELECT {names} FROM {source} {where}").to_arrow_table())
