"""`monitor` of one period of a long prediction log, and Evidently on the same rows.

    python benchmarks/monitoring.py
    python benchmarks/monitoring.py --rows 100000

`--rows` is the number of logged predictions of a month; ten months are logged. Their Parquet files
are written directly, and a day of JSON lines is compacted to measure that too. Prints the CPU time
and the memory of each process, imports included, unless the line says otherwise. The exit status is
1 if a target is missed.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mlops_init.project_commands import bundled_uv
from processes import Cost, cost, run

ROWS = 1_000_000
MONTHS = [f"2013-{month:02}" for month in range(2, 12)]
PERIOD = MONTHS[-1]
MAX_CPU, MAX_MEMORY = 6.0, 600.0  # of `monitor`
MAX_DRIFT_CPU = 1.5  # for a million rows, without imports
MAX_GROWTH = 1.25  # of what must be flat
# Months of rows that all differ, from the sample. The labels of a month that is alone are accepted.
FILL = """
import sys
from pathlib import Path
import duckdb
from churn.data import digest_file, file_digest, load_rows
from churn.deployment.pointer import read_active
from churn.deployment.release import open_release
from churn.periods import row_periods
from churn.predictions.database import to_arrow
from churn.predictions.lines import AT, RELEASE, VERSION, layout_digest
from churn.settings import load_spec, var

rows, months = int(sys.argv[1]), sys.argv[2:]
spec, active = load_spec(), read_active()
data = load_rows(spec)
data["prediction"] = open_release(active.release).predict_frame(data)["prediction"]
data = data.assign(**{AT: "", RELEASE: active.release, VERSION: active.version})
numbers = ", ".join(f'"{name}" + random() * 0.01 AS "{name}"' for name in spec.columns("number"))
key, time = spec.key, spec.time.column
var("predictions").mkdir(exist_ok=True)
for month in months:
    base = to_arrow(data[row_periods(spec, data) == month])
    copies = rows // len(base) + 1
    with duckdb.connect() as database:
        database.execute(
            f'CREATE TABLE month AS SELECT base.* REPLACE ({numbers}, "{key}" || \\'-\\' || range '
            f'AS "{key}", strftime("{time}", \\'%Y-%m-%dT%H:%M:%S.001\\') AS "{AT}") '
            f"FROM base, range({copies}) LIMIT {rows}"
        )
        days = f'SELECT DISTINCT strftime("{time}", \\'%Y-%m-%d\\') FROM month'
        for (day,) in database.sql(days).fetchall():
            file = var("predictions", f"{day}_1_{day}_{day}_{layout_digest(spec)}.parquet")
            database.execute(
                f'COPY (SELECT * EXCLUDE ("{spec.target}") FROM month WHERE '
                f"strftime(\\"{time}\\", '%Y-%m-%d') = '{day}') TO '{file}' (COMPRESSION zstd)"
            )
        if len(months) == 1:
            accepted = var("data", f"{month}.parquet")
            names = ", ".join(f'"{name}"' for name in spec.all_columns)
            database.execute(f"COPY (SELECT {names} FROM month) TO '{accepted}' (COMPRESSION zstd)")
            digest_file(accepted).write_text(file_digest(accepted))
"""
# What a script prints: its CPU time without imports, and its peak memory.
START = """
import json, resource, sys, time
from churn.deployment.pointer import read_active
from churn.deployment.release import read_metadata
from churn.monitoring.drift import drift_scores
from churn.monitoring.inputs import read_reference
from churn.monitoring.report import write_report
from churn.monitoring.thresholds import MonitoringSettings
from churn.predictions.reader import open_log
from churn.settings import load_spec, var

spec = load_spec()
start, end, names = *sys.argv[1:3], [*spec.features]
began = time.process_time()
reference = read_reference(spec, read_metadata(read_active().release).period)
with open_log(spec) as log:
    window = log.window(start, end)
"""
END = """
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([time.process_time() - began, peak]))
"""
DRIFT = START + "    drift_scores(spec, window.batches(names), reference)\n" + END
PAGE = f"""{START}
    sample = window.sample(MonitoringSettings().report_rows, names)
    import evidently.presets
    began = time.process_time()
    write_report(spec, sample, reference, MonitoringSettings().report_rows, var("page.html"))
{END}"""
WHOLE = f"""{START}
    rows = window.frame(names)
    import evidently.presets
    began = time.process_time()
    write_report(spec, rows, reference, len(rows), var("page.html"))
{END}"""
# A day of JSON lines, as a server that ended long ago has left them.
LINES = """
import os, sys
from churn.predictions.log import PredictionLog
from churn.predictions.reader import open_log
from churn.predictions.records import row_records
from churn.settings import load_spec, var
from churn.tables import to_records

spec = load_spec()
with open_log(spec) as log:
    rows = log.window().sample(int(sys.argv[1]))
log = PredictionLog()
log.append("release", 1, row_records(spec, rows), to_records(rows[["prediction"]]))
log.close()
(file,) = var("predictions").glob("*.jsonl")
file = file.rename(file.with_name(f"20130101T{file.name.split('T')[1]}"))
os.utime(file, (0, 0))
"""
COMPACT = """
from churn.predictions.compaction import compact
from churn.settings import load_spec
compact(load_spec())
"""


@dataclass
class Table:
    """Prints a line for each measurement, and remembers whether a target is missed."""

    missed: bool = False

    def add(self, name: str, used: Cost, limits: Cost | None = None) -> Cost:
        line = f"{name:<58}{used.cpu:>8.2f} s{used.peak:>8.0f} MB"
        if limits:
            is_missed = used.cpu > limits.cpu or used.peak > limits.peak
            self.missed |= is_missed
            line += "  missed" if is_missed else "  met"
            line += f": at most {limits.cpu:.1f} s, {limits.peak:.0f} MB"
        print(line, flush=True)
        return used

    def flat(self, name: str, ratio: float) -> None:
        is_missed = ratio > MAX_GROWTH
        self.missed |= is_missed
        result = "missed" if is_missed else "met"
        print(f"{name:<58}{ratio:>8.2f} times  {result}: at most {MAX_GROWTH}", flush=True)


def create_project(place: Path) -> Path:
    """Create a project of level 4 with a release."""
    own = Path(sys.executable).parent
    run(own / "mlops-init", place, "--level", 4, "--defaults", "--no-git", cwd=place.parent)
    run(bundled_uv(), "sync", "--quiet", cwd=place, VIRTUAL_ENV="")
    for command in ("pipeline run --period 2013-03", "promote", "ingest", "validate"):
        run(place / ".venv/bin/churn", *command.split(), cwd=place)
    return place


def measured(place: Path, script: str, first: str, after: str) -> Cost:
    """What a script prints: the cost of its work without imports."""
    python = place / ".venv/bin/python"
    return Cost(*json.loads(run(python, "-c", script, first, after, cwd=place).splitlines()[-1]))


def monitor(place: Path) -> Cost:
    """The cost of the command, which evaluates the period although it did so before."""
    run("rm", "-rf", "var/monitoring", cwd=place)
    return cost(place / ".venv/bin/churn", "monitor", "--period", PERIOD, cwd=place)


def measure_monitor(table: Table, place: Path, rows: int) -> None:
    """With a log of one month, and with one of ten months."""
    python, limits = place / ".venv/bin/python", Cost(MAX_CPU, MAX_MEMORY)
    run(python, "-c", FILL, rows, PERIOD, cwd=place)
    table.add(f"monitor, the first time after {rows:,} new labels", monitor(place))
    one = table.add(f"monitor, {rows:,} rows of {rows:,} logged", monitor(place), limits)
    run(python, "-c", FILL, rows, *MONTHS[:-1], cwd=place)
    logged = rows * len(MONTHS)
    ten = table.add(f"monitor, {rows:,} rows of {logged:,} logged", monitor(place), limits)
    table.flat("CPU time with ten times the log", ten.cpu / one.cpu)
    table.flat("memory with ten times the log", ten.peak / one.peak)


def measure_drift(table: Table, place: Path, rows: int) -> None:
    """The drift scores alone, and Evidently's page."""
    last, every = ("2013-11-01", "2013-12-01"), ("2013-02-01", "2013-12-01")
    many, costs = rows * len(MONTHS), []
    for size, days in ((rows, last), (many, every)):
        limits = Cost(MAX_DRIFT_CPU * max(1, size / 1_000_000), MAX_MEMORY)
        name = f"drift scores of {size:,} rows, without imports"
        costs.append(table.add(name, measured(place, DRIFT, *days), limits))
    table.flat("memory with ten times the rows", costs[1].peak / costs[0].peak)
    pages = [
        table.add(f"Evidently, a sample of {size:,} rows, alone", measured(place, PAGE, *days))
        for size, days in ((rows, last), (many, every))
    ]
    table.flat("CPU time of the page with ten times the rows", pages[1].cpu / pages[0].cpu)
    table.add(f"Evidently, all {rows:,} rows, alone", measured(place, WHOLE, *last))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    rows, table = parser.parse_args().rows, Table()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        place = create_project(Path(scratch, "churn"))
        measure_monitor(table, place, rows)
        measure_drift(table, place, rows)
        python, lines = place / ".venv/bin/python", rows // 10
        run(python, "-c", LINES, lines, cwd=place)
        used = cost(python, "-c", COMPACT, cwd=place)
        table.add(f"compacting a day of {lines:,} lines, once", used)
    sys.exit(table.missed)


if __name__ == "__main__":
    main()
