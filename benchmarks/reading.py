"""Which CSV files are read correctly, compared with the sniffers of DuckDB and pandas.

`python benchmarks/reading.py` reads files that packages ship and those in tests/support/cases. What
is right stands in reading.yml: the rows, and the kind of each column. `--propose` prints how each
reader reads files, also those of more folders, so that a person can add what is right.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import yaml
from mlops_init.data.prepare import profile_file
from mlops_init.data.read.column import Column
from mlops_init.data.request import DataRequest

EXPECTED = Path(__file__).with_suffix(".yml")
CASES = Path(__file__).parents[1] / "tests/support/cases"
PACKAGES = ("statsmodels", "vega-datasets", "palmerpenguins", "scikit-learn")
MIN_FILES = 40
MAX_BYTES = 3_000_000
KINDS = {"number": "n", "date": "d", "text": "t", "boolean": "t", "empty": "e"}


@dataclass(frozen=True)
class Reading:
    """What a reader found in a file: its rows, and a letter for the kind of each column."""

    rows: int
    kinds: str

    def __str__(self) -> str:
        return f"{self.rows} {self.kinds}"


def read_with_mlops_init(file: Path) -> Reading:
    profile = profile_file(DataRequest(file))
    in_file = (each for each in profile.columns if not each.time_parts)  # a joined time is not
    return Reading(profile.rows, "".join(map(_name_kind, in_file)))


def _name_kind(column: Column) -> str:
    if column.number_as_date:  # a year, which becomes a date if it is the time of the rows
        return "d"
    is_zero_or_one = {value for value, _ in column.values} <= {"0", "1"}
    return "n" if column.kind == "boolean" and is_zero_or_one else KINDS[column.kind]


def read_with_duckdb(file: Path) -> Reading:
    import duckdb

    with duckdb.connect() as database:
        types = database.execute(f"DESCRIBE SELECT * FROM read_csv('{file}')").fetchall()
        (rows,) = database.execute(f"SELECT count(*) FROM read_csv('{file}')").fetchall()[0]
        return Reading(rows, "".join(_name_duckdb_kind(str(row[1])) for row in types))


def _name_duckdb_kind(type_: str) -> str:
    if type_.startswith(("DATE", "TIME")):
        return "d"
    return "t" if type_ in ("VARCHAR", "BOOLEAN") else "n"


def read_with_pandas(file: Path) -> Reading:
    import pandas as pd

    frame = pd.read_csv(file)
    is_number = [pd.api.types.is_numeric_dtype(kind) for kind in frame.dtypes]
    is_boolean = [pd.api.types.is_bool_dtype(kind) for kind in frame.dtypes]
    pairs = zip(is_number, is_boolean, strict=True)
    return Reading(len(frame), "".join("n" if n and not b else "t" for n, b in pairs))


READERS: dict[str, Callable[[Path], Reading]] = {
    "mlops-init": read_with_mlops_init,
    "DuckDB": read_with_duckdb,
    "pandas": read_with_pandas,
}


def list_files(folders: list[Path]) -> Iterator[tuple[str, Path]]:
    """(name, file) of each CSV file; a name begins with its package or folder."""
    for package in PACKAGES:
        for path in distribution(package).files or ():
            file = Path(str(path.locate()))
            is_table = path.name.endswith((".csv", ".tsv")) and "results" not in path.parts
            if is_table and file.stat().st_size < MAX_BYTES:
                yield f"{package}/{'/'.join(path.parts[-2:])}", file
    for folder in folders:
        yield from ((f"{folder.name}/{file.name}", file) for file in sorted(folder.glob("*.csv")))


def try_reader(read: Callable[[Path], Reading], file: Path) -> str:
    try:
        return str(read(file))
    except Exception as error:  # each reader raises its own
        return f"{type(error).__name__}: {str(error).replace(str(file), '')}".splitlines()[0][:150]


def fits(found: str, right: str, *, dates: bool = True) -> bool:
    """Whether a reading is right. Without `dates`, a date may be a text or a number."""
    free = "e" if dates else "ed"  # an empty column may be of any kind
    pairs = zip(found, right, strict=False)
    return len(found) == len(right) and all(one == two or two in free for one, two in pairs)


def compare(folders: list[Path]) -> int:
    expected: dict[str, str] = yaml.safe_load(EXPECTED.read_text())
    files = {name: file for name, file in list_files(folders) if name in expected}
    correct, but_dates, failures = dict.fromkeys(READERS, 0), dict.fromkeys(READERS, 0), []
    for name, file in files.items():
        for reader, read in READERS.items():
            found = try_reader(read, file)
            correct[reader] += fits(found, expected[name])
            but_dates[reader] += fits(found, expected[name], dates=False)
            if not fits(found, expected[name]):
                failures.append(f"{reader}: {name} is {expected[name]}, read as {found}")
    print("\n".join(sorted(failures)))
    print(f"\n| reader | of {len(files)} files | without dates |\n| --- | --- | --- |")
    for reader in READERS:
        print(f"| {reader} | {correct[reader]} | {but_dates[reader]} |")
    best = max(correct[reader] for reader in READERS)
    return 0 if len(files) >= MIN_FILES and correct["mlops-init"] == best else 1


def propose(folders: list[Path]) -> None:
    for name, file in list_files(folders):
        readings = {reader: try_reader(read, file) for reader, read in READERS.items()}
        mark = "" if len(set(readings.values())) == 1 else "  # DIFFERENT"
        print(f"{name}: {readings['mlops-init']}{mark}")
        if mark:
            print("\n".join(f"#   {reader}: {found}" for reader, found in readings.items()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--propose", action="store_true")
    arguments = parser.parse_args()
    if arguments.propose:
        propose([CASES, *arguments.folders])
    else:
        sys.exit(compare([CASES, *arguments.folders]))
