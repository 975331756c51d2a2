"""How often the monitor raises an alarm about a model that is trained again each period.

    python benchmarks/alarms.py

For each data set with a time: a model is trained up to each period and predicts the next one.
Prints the share of periods with an alarm for this healthy model, and for a model that is never
replaced in those periods in which its error is at least a third larger than that of the healthy
one. `before` expects the error on every third day between the training days; `after` that of the
worst period of the backtest.
"""

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
import hashlib, sys
import pandas as pd
from churn.backtest import evaluate_model, run_backtest
from churn.data import drop_unlabelled, load_rows
from churn.evaluation import evaluate_periods, row_losses, to_metric
from churn.model import PARAMS
from churn.periods import row_periods
from churn.prediction import predict
from churn.settings import load_spec
from churn.training import fit_model

RATIO, FIRST = 1.2, 3
spec = load_spec()
frame = drop_unlabelled(spec, load_rows(spec))
periods, params = row_periods(spec, frame), PARAMS | {"estimator": "trees"}
names = sorted(periods.unique())[-24:]

def fit(rows):
    return fit_model(spec, params, rows)

def error(model, rows):
    losses = row_losses(spec, rows[spec.target], predict(spec, model, rows))
    return to_metric(spec, losses.mean())

def is_third(day):
    return hashlib.sha256(str(day).encode()).digest()[0] % 3 == 0

static, healthy, stale = None, {"before": 0, "after": 0}, {"before": 0, "after": 0}
bad = months = 0
for period, following in zip(names[FIRST - 1 :], names[FIRST:]):
    past, rows = frame[periods <= period], frame[periods == following]
    third = past[spec.time.column].dt.date.map(is_third)
    backtest = run_backtest(spec, past, fit, 3, 30000, lambda text: None)
    worst = evaluate_periods(spec, backtest)[spec.metric].max()
    expected = {"before": error(fit(past[~third]), past[third]), "after": worst}
    model = fit(past)
    static = static or (model, expected)
    errors = error(model, rows), error(static[0], rows)
    months += 1
    is_bad = errors[1] > 4 / 3 * errors[0]
    bad += is_bad
    for name in healthy:
        healthy[name] += errors[0] > RATIO * expected[name]
        stale[name] += is_bad and errors[1] > RATIO * static[1][name]
print(months, *healthy.values(), bad, *stale.values())
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        for number, name in enumerate(["flights", *FILES]):
            folder = place / str(number)
            folder.mkdir()
            words: list[object] = []
            if number:
                file, target = write_rows(name, folder)
                words = ["--data", file, "--target", target]
            run(OWN / "mlops-init", "churn", "--level", 0, "--defaults", *words, cwd=folder)
            if not number:
                run(bundled_uv(), "sync", "--quiet", cwd=folder / "churn")
                header = ("periods", "healthy: before", "after", "bad: periods", "before", "after")
                print(f"{'data set':<16}" + "".join(f"{each:>16}" for each in header))
            counts = run(place / "0/churn/.venv/bin/python", "-c", SCRIPT, cwd=folder / "churn")
            months, before, after, bad, found, noticed = map(int, counts.split())
            shares = (f"{before / months:.0%}", f"{after / months:.0%}", bad, found, noticed)
            print(f"{name:<16}{months:>16}" + "".join(f"{each:>16}" for each in shares), flush=True)


if __name__ == "__main__":
    main()
