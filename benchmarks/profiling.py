"""Time and memory of profiling, compared with pandas: `python benchmarks/profiling.py`.

Each measurement is a process of its own. Both are measured in one run, so their ratio holds on
other machines, while the seconds do not. Profiling does more: it decides, finds leaks and draws.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

SIZES = (100_000, 1_000_000, 5_000_000)
MAX_GROWTH = 1.5  # of peak memory from the smallest to the largest size


@dataclass(frozen=True)
class Measurement:
    """What one process took."""

    seconds: float
    peak_mb: float


def write_customers(file: Path, rows: int) -> None:
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


def profile_with_mlops_init(file: Path) -> None:
    from mlops_init.data.prepare import prepare
    from mlops_init.data.request import DataRequest

    prepare(DataRequest(file, "churned"))


def profile_with_pandas(file: Path) -> None:
    import pandas as pd

    pd.read_csv(file).describe(include="all")


TOOLS = {"mlops-init": profile_with_mlops_init, "pandas": profile_with_pandas}


def measure(tool: str, file: Path) -> Measurement:
    """Measure a process that does nothing else."""
    command = [sys.executable, __file__, "--measure", tool, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Measurement(**json.loads(done.stdout))


def measure_this_process(tool: str, file: Path) -> None:
    """Profile here, and print the measurement as JSON."""
    start = time.perf_counter()
    TOOLS[tool](file)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": time.perf_counter() - start, "peak_mb": peak_mb}))


def compare(sizes: list[int]) -> list[Measurement]:
    """Print a line for each size; what mlops-init took."""
    print(
        f"{'rows':>10} {'s':>7} {'MB':>6}   {'pandas s':>8} {'MB':>6}   {'time':>5} {'memory':>6}"
    )
    measurements = []
    with tempfile.TemporaryDirectory(prefix="mlops-init-") as folder:
        for rows in sizes:
            file = Path(folder, f"{rows}.csv")
            write_customers(file, rows)
            ours, pandas = (measure(tool, file) for tool in TOOLS)
            measurements.append(ours)
            print(
                f"{rows:>10,} {ours.seconds:>7.1f} {ours.peak_mb:>6.0f}   "
                f"{pandas.seconds:>8.1f} {pandas.peak_mb:>6.0f}   "
                f"{ours.seconds / pandas.seconds:>5.2f} {ours.peak_mb / pandas.peak_mb:>6.2f}"
            )
            file.unlink()
    return measurements


def main() -> None:
    """Print the table; exit with status 1 if memory grows with the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--rows", nargs="+", type=int, default=list(SIZES))
    options = parser.parse_args()
    if options.measure:
        tool, file = options.measure
        return measure_this_process(tool, Path(file))
    measurements = compare(options.rows)
    growth = measurements[-1].peak_mb / measurements[0].peak_mb
    verdict = "flat" if growth <= MAX_GROWTH else f"more than {MAX_GROWTH}"
    smallest, largest = options.rows[0], options.rows[-1]
    print(f"memory from {smallest:,} to {largest:,} rows: {growth:.2f} times ({verdict})")
    sys.exit(0 if growth <= MAX_GROWTH else 1)


if __name__ == "__main__":
    main()
