"""How long profiling takes and how much memory, beside pandas: `python benchmarks/profiling.py`.

Each figure is a process of its own; both are measured in one run, so their ratio travels to other
machines and the seconds do not. Profiling does more: it decides, looks for leaks and draws.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (100_000, 1_000_000, 5_000_000)
FLAT = 1.5  # peak memory at the largest size, in times of that at the smallest


def make(file: Path, rows: int) -> None:
    """Customers: an id, dates, numbers with gaps, categories, a flag, a target."""
    import duckdb

    duckdb.sql("SELECT setseed(0.5)")
    duckdb.sql(f"""
        COPY (SELECT i AS id, DATE '2020-01-01' + INTERVAL (i % 1500) DAY AS signed,
            round(random() * 100, 2) AS fee, (random() * 60)::INT AS tenure,
            CASE WHEN random() < 0.1 THEN NULL ELSE round(random() * 9, 3) END AS score,
            'plan ' || (random() * 8)::INT AS plan, 'city ' || (random() * 900)::INT AS city,
            CASE WHEN random() < 0.5 THEN 'yes' ELSE 'no' END AS paperless,
            CASE WHEN random() < 0.3 THEN 'yes' ELSE 'no' END AS churned
        FROM range({rows}) t(i)) TO '{file}' (HEADER)""")


def ours(file: Path) -> None:
    from mlops_init.data.prepare import prepare
    from mlops_init.data.request import Wishes

    prepare(Wishes(file, "churned"), asking=False)


def pandas(file: Path) -> None:
    import pandas as pd

    pd.read_csv(file).describe(include="all")


WAYS = {"mlops-init": ours, "pandas": pandas}


def measure(way: str, file: Path) -> tuple[float, float]:
    """(seconds, peak megabytes) of a process that does nothing else."""
    words = [sys.executable, __file__, "--one", way, str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    seconds, peak = json.loads(done.stdout)
    return seconds, peak


def one(way: str, file: Path) -> None:
    """Measure in this process, and say it."""
    start = time.perf_counter()
    WAYS[way](file)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.perf_counter() - start, peak]))


def table(sizes: list[int]) -> list[tuple[int, float, float, float, float]]:
    """(rows, our seconds, our megabytes, pandas' seconds, pandas' megabytes), line by line."""
    print(
        f"{'rows':>10} {'s':>7} {'MB':>6}   {'pandas s':>8} {'MB':>6}   {'time':>5} {'memory':>6}"
    )
    found = []
    with tempfile.TemporaryDirectory(prefix="mlops-init-") as scratch:
        for rows in sizes:
            file = Path(scratch, f"{rows}.csv")
            make(file, rows)
            (mine, peak), (theirs, their_peak) = (measure(way, file) for way in WAYS)
            found.append((rows, mine, peak, theirs, their_peak))
            ratios = f"{mine / theirs:>5.2f} {peak / their_peak:>6.2f}"
            seconds = f"{rows:>10,} {mine:>7.1f} {peak:>6.0f}   {theirs:>8.1f} {their_peak:>6.0f}"
            print(f"{seconds}   {ratios}")
            file.unlink()
    return found


def main() -> None:
    """Print the table; status 1 if memory grows with the rows."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options.add_argument("--rows", nargs="+", type=int, default=list(SIZES))
    given = options.parse_args()
    if given.one:
        return one(given.one[0], Path(given.one[1]))
    found = table(given.rows)
    grown = found[-1][2] / found[0][2]
    flat = grown <= FLAT
    print(f"memory from {found[0][0]:,} to {found[-1][0]:,} rows: {grown:.2f} times", end=" ")
    print("(flat)" if flat else f"(more than {FLAT})")
    sys.exit(0 if flat else 1)


if __name__ == "__main__":
    main()
