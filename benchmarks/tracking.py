"""What the report of a run and recording it in MLflow cost, on 60,000 rows.

    python benchmarks/tracking.py

Prints the seconds of one fit, of the report, of a training (which fits, evaluates and writes the
report), of recording it and of registering it. Before, another training is recorded, because MLflow
is imported and looks through all installed packages once in a process; its recording without the
import is printed, too. The exit status is 1 if the report takes longer than the fit, or recording
and registering more than a tenth of the training.
"""

import sys
import tempfile
from pathlib import Path

from mlops_init.project_commands import bundled_uv
from processes import run

OWN = Path(sys.executable).parent
MAX_SHARE = 0.1
SCRIPT = """
import time
from churn import training
from churn.data import drop_unlabelled, load_rows
from churn.model import PARAMS
from churn.pipelines.steps import prepare
from churn.registry.registration import register_run
from churn.settings import load_spec
from churn.tracking.recorder import experiment_id, record_run

def seconds(step, *arguments):
    start = time.perf_counter()
    result = step(*arguments)
    print(time.perf_counter() - start)
    return result

prepare()
experiment_id()  # creates the database, once in the life of a project
spec = load_spec()
seconds(record_run, training.train("2013-01"))
write = training.write_report
training.write_report = lambda *arguments: seconds(write, *arguments)
rows = drop_unlabelled(spec, load_rows(spec))
params = PARAMS | {"estimator": "trees"}
training.fit_model(spec, params, rows)
seconds(training.fit_model, spec, params, rows)
run = seconds(training.train)
seconds(record_run, run)
seconds(register_run, run)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        project = Path(temporary, "churn")
        run(OWN / "mlops-init", project, "--level", 2, "--defaults", cwd=project.parent)
        run(bundled_uv(), "sync", "--quiet", cwd=project)
        printed = run(project / ".venv/bin/python", "-c", SCRIPT, cwd=project)
    names = ("first record", "fit", "report", "train", "record", "register")
    _, fit, report, train, record, register = values = [*map(float, printed.split()[-6:])]
    for name, value in zip(names, values, strict=True):
        print(f"{name:<14}{value:>7.2f} s{value / train:>8.1%} of the training")
    if report > fit:
        sys.exit("the report takes longer than one fit")
    if record + register > MAX_SHARE * train:
        sys.exit(f"recording and registering take more than {MAX_SHARE:.0%} of the training")


if __name__ == "__main__":
    main()
