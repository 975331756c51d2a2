"""`score` of a generated project, compared with pandas and the pipeline on the whole file.

    python benchmarks/scoring.py
    python benchmarks/scoring.py --rows 250000 2000000

Prints rows per CPU second and peak memory of each process, for CSV and for Parquet. The exit status
is 1 if the memory of the project grows with the rows, or if it scores fewer than 1.2 times the rows
of the plain code per CPU second. Only the smallest size is compared with the plain code.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from processes import Cost, cost, run

SIZES = (1_000_000, 8_000_000)
MAX_GROWTH = 1.25  # of peak memory, from the smallest to the largest size
MIN_RATIO = 1.2  # of rows per CPU second, to those of the plain code
ROUNDS = 3  # of each comparison, in turns; the best of each counts
PLAIN_CODE = """
import sys
import pandas as pd
from churn.deployment.pointer import read_active
from churn.deployment.release import open_release

active = read_active()
release = open_release(active.release)
source, target = sys.argv[1:]
rows = pd.read_csv(source) if source.endswith(".csv") else pd.read_parquet(source)
dates = release.spec.columns("date")
rows[dates] = rows[dates].apply(pd.to_datetime)
predictions = pd.DataFrame({
    release.spec.key: rows[release.spec.key], "version": active.version,
    "release": active.release, "prediction": release.model.predict(rows[release.spec.inputs])})
if target.endswith(".csv"):
    predictions.to_csv(target, index=False)
else:
    predictions.to_parquet(target, index=False)
"""
MORE_ROWS = """
import sys
import pyarrow as pa, pyarrow.csv, pyarrow.parquet
rows, target = int(sys.argv[1]), sys.argv[2]
sample, written = pa.parquet.read_table("data/flights.parquet"), 0
at = sample.schema.get_field_index("flight_id")
writer = pa.csv.CSVWriter if target.endswith(".csv") else pa.parquet.ParquetWriter
schema = sample.schema.set(at, pa.field("flight_id", pa.string()))
with writer(target, schema) as output:
    while written < rows:
        part = sample.slice(0, rows - written)
        keys = pa.array([f"flight {written + number}" for number in range(len(part))])
        output.write_table(part.set_column(at, "flight_id", keys).cast(schema))
        written += len(part)
"""


def create_project(place: Path) -> Path:
    """Create a project of level 3 with a release."""
    own = Path(sys.executable).parent
    run(own / "mlops-init", place, "--level", 3, "--defaults", "--no-git", cwd=place.parent)
    run(own / "uv", "sync", "--quiet", cwd=place, VIRTUAL_ENV="")
    for command in ("ingest", "validate", "pipeline run", "promote"):
        run(place / ".venv/bin/churn", *command.split(), cwd=place)
    return place


def measure(place: Path, rows: int, suffix: str, rounds: int) -> tuple[Cost, Cost | None]:
    """The cost of the project, and of the plain code unless `rounds` is 0."""
    python, source = place / ".venv/bin/python", f"rows{suffix}"
    run(python, "-c", MORE_ROWS, rows, source, cwd=place)
    ours, plain = [], []
    for _ in range(max(1, rounds)):
        words = ("-m", place.name, "score", source, "--output", f"ours{suffix}")
        ours.append(cost(python, *words, cwd=place))
        if rounds:
            plain.append(cost(python, "-c", PLAIN_CODE, source, f"plain{suffix}", cwd=place))
    run("rm", "-f", source, f"ours{suffix}", f"plain{suffix}", cwd=place)
    return cheapest(ours), cheapest(plain) if plain else None


def cheapest(costs: list[Cost]) -> Cost:
    return min(costs, key=lambda each: each.cpu)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="score, compared with pandas and the pipeline on the whole file."
    )
    parser.add_argument("--rows", nargs="+", type=int, default=list(SIZES))
    sizes = parser.parse_args().rows
    print(f"{'':10}{'rows':>10} {'rows per CPU s':>15} {'plain':>10} {'ratio':>6}", end="")
    print(f" {'MB':>6} {'plain':>8}")
    failed = False
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        place = create_project(Path(scratch, "churn"))
        for suffix in (".csv", ".parquet"):
            peaks = []
            for rows in sizes:
                ours, plain = measure(place, rows, suffix, ROUNDS if rows == sizes[0] else 0)
                print(f"{suffix:10}{rows:>10,} {rows / ours.cpu:>15,.0f}", end="")
                if plain:
                    ratio = plain.cpu / ours.cpu
                    failed |= ratio < MIN_RATIO
                    print(f" {rows / plain.cpu:>10,.0f} {ratio:>6.2f}", end="")
                print(f" {ours.peak:>{6 if plain else 24}.0f}", end="")
                print(f" {plain.peak:>8.0f}" if plain else "")
                peaks.append(ours.peak)
            growth = peaks[-1] / peaks[0]
            failed |= growth > MAX_GROWTH
            print(f"memory of {suffix}: {growth:.2f} times")
    sys.exit(failed)


if __name__ == "__main__":
    main()
