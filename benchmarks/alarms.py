"""How often the calibrated alarm of the monitor is false, and how fast it finds a larger error.

    python benchmarks/alarms.py [NAME ...]

For each data set with a time: `monitor calibrate` sets the threshold from the first three periods,
for one false alarm a year. Then 1,000 other years are resampled from the days of these periods,
without a change and with a larger error. At last the threshold meets the periods that follow: a
model that is trained again each period, and one that is never replaced.
Exits with 1 if the flights have more false alarms than wanted, or if an error that is 20 % larger
is found within one window in less than 95 % of the years.
"""

import json
import sys
import tempfile
from pathlib import Path

import pandas as pd
from mlops_init.project_commands import bundled_uv
from processes import run

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.datasets import shipped  # noqa: E402

OWN = Path(sys.executable).parent
WANTED, DETECTED = 1, 0.95  # false alarms a year; of an error that is 20 % larger
FILES = {  # name -> (package, file, column with the time, target)
    "weather": ("vega-datasets", "vega_datasets/_data/seattle-weather.csv", "date", "temp_max"),
    "temperature": ("vega-datasets", "vega_datasets/_data/sf-temps.csv", "date", "temp"),
    "carbon dioxide": ("statsmodels", "statsmodels/datasets/co2/co2.csv", "date", "co2"),
}


def write_rows(name: str, folder: Path) -> tuple[Path, str]:
    """(the file, its target), with parts of the time as features."""
    package, file, time, target = FILES[name]
    rows = pd.read_csv(shipped(package, file))
    compact = rows[time].dtype.kind == "i"
    moments = pd.to_datetime(rows[time], format="%Y%m%d" if compact else None)
    parts = {"month": moments.dt.month_name(), "hour": moments.dt.hour, "year": moments.dt.year}
    parts = {name: part for name, part in parts.items() if part.nunique() > 1}
    rows.assign(**parts, **{time: moments}).to_csv(folder / "rows.csv", index=False)
    return folder / "rows.csv", target


SCRIPT = """
import json
from types import SimpleNamespace
import numpy as np
import pandas as pd
from churn.backtest import run_backtest
from churn.data import drop_unlabelled, read_rows, source_files
from churn.evaluation import row_losses
from churn.model import PARAMS
from churn.monitoring.calibration import calibrate_quality, count_days_a_year, read_history
from churn.monitoring.resampling import count_alarms, detect, moving_sums
from churn.monitoring.thresholds import MonitoringSettings
from churn.periods import row_periods
from churn.prediction import predict
from churn.schema import cast_columns
from churn.settings import load_spec, root
from churn.training import fit_model

spec = load_spec()
files = source_files(root() / spec.source)
frame = cast_columns(spec, pd.concat([read_rows(spec, file) for file in files], ignore_index=True))
frame = drop_unlabelled(spec, frame)
periods, params = row_periods(spec, frame), PARAMS | {"estimator": "trees"}
names = sorted(periods.unique())[-24:]
frame, periods, third = frame[periods >= names[0]], periods[periods >= names[0]], names[2]

def fit(rows):
    return fit_model(spec, params, rows)

def backtest(rows, count):
    return run_backtest(spec, rows, fit, count, 30000, lambda text: None)

known = backtest(frame[periods <= third], 3)
set = calibrate_quality(spec, SimpleNamespace(id="first"), known, MonitoringSettings())
window, ratio = set.window_days, set.max_error_ratio
history, year = read_history(spec, known), count_days_a_year(spec, known.rows)
years = history.draw(1000, year + window - 1, seed=99)
found = [detect(history, window, ratio, shift, seed=98) for shift in (0.1, 0.2, 0.5)]

everything = backtest(frame, len(names) - 1)
rows = pd.DataFrame({"period": everything.periods, "day": everything.rows[spec.time.column]})
rows["day"] = rows["day"].dt.normalize()
rows["healthy"] = row_losses(spec, everything.rows[spec.target], everything.predictions)
model = fit(frame[periods <= third])
labels, predictions = everything.rows[spec.target], predict(spec, model, everything.rows)
rows["stale"] = row_losses(spec, labels, predictions)
means = rows.groupby("period")["healthy"].mean()
worst = means.rolling(3, min_periods=2).max().shift()  # of the backtest of each model
rows["healthy worst"] = rows["period"].map(worst)
rows["stale worst"] = worst[names[3]]
rows = rows[rows["period"] > third]
days = rows.drop(columns="period").groupby("day").agg("sum")

def alarms(name):
    error, worst = (
        moving_sums(days[column].to_numpy()[None], window)[0] for column in (name, f"{name} worst")
    )
    ratios = error / worst
    return ratios, int(count_alarms(ratios[None], ratio)[0])

healthy, false = alarms("healthy")
stale, _ = alarms("stale")
ends = days.index[window - 1 :]
first = [
    str(ends[each > ratio][0].date()) if (each > ratio).any() else "-" for each in (healthy, stale)
]
print(json.dumps({
    "history days": set.history_days, "window": window, "threshold": ratio,
    "false a year": round(float(count_alarms(history.ratios(years, window), ratio).mean()), 2),
    **{f"+{each.shift:.0%} found": round(each.found, 3) for each in found},
    **{f"days (+{each.shift:.0%})": each.days for each in found},
    "retrained: alarms": false, "the first": first[0], "never: first alarm": first[1],
}))
"""


def main() -> None:
    failures, names = [], sys.argv[1:] or ["flights", *FILES]
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        project = create_project("flights", place / "flights", level=4)
        run(bundled_uv(), "sync", "--quiet", cwd=project)
        for name in names:
            folder = project if name == "flights" else create_project(name, place / name, level=0)
            figures = json.loads(run(project / ".venv/bin/python", "-c", SCRIPT, cwd=folder))
            if name == names[0]:
                print(f"| data set | {' | '.join(figures)} |\n|{' --- |' * (len(figures) + 1)}")
            print(f"| {name} | {' | '.join(map(str, figures.values()))} |", flush=True)
            if name == "flights":
                failures = list_failures(figures)
    if failures:
        sys.exit("\n".join(failures))


def create_project(name: str, folder: Path, level: int) -> Path:
    folder.mkdir()
    words: list[object] = []
    if name != "flights":
        file, target = write_rows(name, folder)
        words = ["--data", file, "--target", target]
    run(OWN / "mlops-init", "churn", "--level", level, "--defaults", *words, cwd=folder)
    return folder / "churn"


def list_failures(figures: dict[str, float]) -> list[str]:
    """What the calibrated alarm promises and does not keep."""
    failures = []
    if figures["false a year"] > WANTED:
        failures.append(f"flights: {figures['false a year']} false alarms a year")
    if figures["+20% found"] < DETECTED:
        failures.append(f"flights: +20 % is found in {figures['+20% found']:.1%} of the years")
    return failures


if __name__ == "__main__":
    main()
