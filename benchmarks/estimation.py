"""How wrong the estimated error is in a year whose labels arrive 45 days late.

    python benchmarks/estimation.py

The model of the first three months predicts the rest of the year. For each month it prints the
error that is estimated at its end, its 95 % interval, and the error that the labels show 45 days
later. Air time is the case in which such an estimate fails: winds change what the rows mean.
"""

import sys
import tempfile
from pathlib import Path

from mlops_init.project_commands import bundled_uv
from processes import run

OWN = Path(sys.executable).parent
SCRIPT = """
import numpy as np
import pandas as pd
from churn.backtest import run_backtest
from churn.data import drop_unlabelled, read_rows, source_files
from churn.evaluation import row_losses
from churn.labels.join import LOSS
from churn.model import PARAMS
from churn.monitoring.estimation import estimate_error, estimator_folder, save_estimator
from churn.periods import row_periods
from churn.prediction import predict
from churn.schema import cast_columns
from churn.settings import load_spec, root
from churn.training import fit_model

spec = load_spec()
files = source_files(root() / spec.source)
frame = cast_columns(spec, pd.concat([read_rows(spec, file) for file in files], ignore_index=True))
frame = drop_unlabelled(spec, frame).sort_values(spec.time.column, ignore_index=True)
periods, params = row_periods(spec, frame), PARAMS | {"estimator": "trees"}
names = sorted(periods.unique())

def fit(rows):
    return fit_model(spec, params, rows)

past, rows = frame[periods <= names[2]], frame[periods > names[2]]
save_estimator(spec, "one", run_backtest(spec, past, fit, 3, 30000, lambda text: None))
folder, predictions = estimator_folder("one"), predict(spec, fit(past), rows)
table = pd.concat([rows, predictions], axis=1)
table[LOSS] = row_losses(spec, rows[spec.target], predictions)
errors = []
for name in names[3:]:
    month = table[periods[table.index] == name]
    value, low, high = estimate_error(spec, folder, month, table.head(0))
    actual = month[LOSS].mean()
    errors.append([abs(value / actual - 1), low <= actual <= high])
    figures = f"{value:.3g} | {low:.3g} to {high:.3g} | {actual:.3g}"
    print(f"| {name} | {figures} |")
first, inside = np.mean(errors, axis=0)
print(f"mean error of the estimate {first:.0%};", end=" ")
print(f"{inside:.0%} of the months are within the interval")
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        for example in ("air-time", "late-arrival"):
            folder = Path(temporary) / example
            folder.mkdir()
            level = 4 if example == "air-time" else 0
            words = ("--level", level, "--defaults", "--set", f"example={example}")
            run(OWN / "mlops-init", "churn", *words, cwd=folder)
            if level:
                run(bundled_uv(), "sync", "--quiet", cwd=folder / "churn")
            python = Path(temporary) / "air-time/churn/.venv/bin/python"
            print(f"\n{example}\n\n| month | estimate | interval | error |")
            print(f"|{' --- |' * 4}", flush=True)
            print(run(python, "-c", SCRIPT, cwd=folder / "churn"), end="")


if __name__ == "__main__":
    main()
