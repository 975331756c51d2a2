"""`ingest` and `validate` of a generated project, compared with plain pandas and pandera.

    python benchmarks/ingestion.py
    python benchmarks/ingestion.py --rows 100000 5000000

Prints rows per CPU second and peak memory of each process. The exit status is 1 if the memory of
the project grows with the rows, or if `validate` of the largest size reaches less than 0.8 of the
rows per CPU second of the plain code. With fewer rows imports take half of the time.
The plain code reads everything at once, and writes no report.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from processes import Cost, cost, run

SIZES = (1_000_000, 5_000_000)  # with fewer rows no buffer is full
MIN_RATIO = 0.8  # of the rows per CPU second of the plain code
MAX_GROWTH = 1.5  # of peak memory, from the smallest to the largest size
DECLARED = """\
source: customers.csv
task: binary
target: churned
key: id
time: {column: signed, period: month, label_delay_hours: 0}
metric: log_loss
features:
  fee: {type: number, min: 0, max: 200}
  tenure: {type: number, min: 0, max: 100}
  score: {type: number, min: -10, max: 10, nullable: true}
  plan: {type: category}
  city: {type: category}
"""
PLAIN_CODE = {
    "ingest": """
import pandas as pd, pathlib
pathlib.Path("plain").mkdir(exist_ok=True)
rows = pd.read_csv("customers.csv", dtype="str")
month = pd.to_datetime(rows["signed"]).dt.strftime("%Y-%m")
for name, some in rows.groupby(month):
    some.to_parquet(f"plain/{name}.parquet", index=False)
""",
    "validate": """
import pandas as pd, pandera.pandas as pa, pathlib
number = lambda low, high, null=False: pa.Column(
    float, pa.Check.in_range(low, high), nullable=null, coerce=True)
schema = pa.DataFrameSchema({
    "fee": number(0, 200), "tenure": number(0, 100), "score": number(-10, 10, True),
    "plan": pa.Column("str"), "city": pa.Column("str"), "id": pa.Column("str", unique=True)})
schema.validate(pd.read_parquet("plain"), lazy=True)
""",
}


def write_customers(file: Path, rows: int) -> None:
    """Write customers of two years: an id, a date, numbers with gaps, categories, a target."""
    import duckdb

    duckdb.sql("SELECT setseed(0.5)")
    duckdb.sql(f"""
        COPY (SELECT i AS id, DATE '2024-01-01' + INTERVAL (i * 730 // {rows}) DAY AS signed,
            round(random() * 100, 2) AS fee, (random() * 60)::INT AS tenure,
            CASE WHEN random() < 0.1 THEN NULL ELSE round(random() * 9, 3) END AS score,
            'plan ' || (random() * 8)::INT AS plan, 'city ' || (random() * 900)::INT AS city,
            CASE WHEN random() < 0.3 THEN 'yes' ELSE 'no' END AS churned
        FROM range({rows}) t(i)) TO '{file}' (HEADER)""")


def create_project(place: Path) -> Path:
    """Create a project of level 1 that declares the customers, with its environment."""
    own = Path(sys.executable).parent
    run(own / "mlops-init", place, "--level", 1, "--defaults", "--no-git", cwd=place.parent)
    (place / "conf/data.yml").write_text(DECLARED, encoding="utf-8")
    run(own / "uv", "sync", "--quiet", cwd=place, VIRTUAL_ENV="")
    return place


def measure(place: Path, rows: int) -> dict[str, tuple[Cost, Cost]]:
    """command -> the cost of the project, and of the plain code."""
    write_customers(place / "customers.csv", rows)
    python = place / ".venv/bin/python"
    costs = {}
    for command, code in PLAIN_CODE.items():
        ours = cost(python, "-m", place.name, command, cwd=place)
        costs[command] = ours, cost(python, "-c", code, cwd=place)
    run("rm", "-rf", "var", "plain", "customers.csv", cwd=place)
    return costs


def main() -> None:
    parser = argparse.ArgumentParser(
        description="ingest and validate, compared with plain pandas and pandera."
    )
    parser.add_argument("--rows", nargs="+", type=int, default=list(SIZES))
    sizes = parser.parse_args().rows
    sizes.sort()
    print(f"{'':10}{'rows':>10} {'rows per CPU s':>15} {'plain':>10} {'ratio':>6}", end="")
    print(f" {'MB':>6} {'plain':>8}")
    ratios: dict[str, float] = {}  # of the largest size
    peaks: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        place = create_project(Path(scratch, "churn"))
        for rows in sizes:
            for command, (ours, plain) in measure(place, rows).items():
                print(
                    f"{command:10}{rows:>10,} {rows / ours.cpu:>15,.0f} {rows / plain.cpu:>10,.0f}",
                    end="",
                )
                print(f" {plain.cpu / ours.cpu:>6.2f} {ours.peak:>6.0f} {plain.peak:>8.0f}")
                ratios[command] = plain.cpu / ours.cpu
                peaks.setdefault(command, []).append(ours.peak)
    growth = {command: each[-1] / each[0] for command, each in peaks.items()}
    for command, times in growth.items():
        verdict = "flat" if times <= MAX_GROWTH else f"more than {MAX_GROWTH}"
        print(f"memory of {command}: {times:.2f} times ({verdict})")
    is_slow = ratios["validate"] < MIN_RATIO
    print(f"validate: {ratios['validate']:.2f} of the plain code (at least {MIN_RATIO})")
    sys.exit(is_slow or any(times > MAX_GROWTH for times in growth.values()))


if __name__ == "__main__":
    main()
