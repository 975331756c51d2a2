"""The framing page of an example shows the numbers of its data."""

import json
import re

import pytest

from tests.support.projects import Install

RULE = """
import numpy as np
from churn.data import drop_unlabelled, load_rows
from churn.periods import row_periods
from churn.settings import load_spec
spec = load_spec()
frame = drop_unlabelled(spec, load_rows(spec))
periods, losses = row_periods(spec, frame), []
for period in sorted(periods.unique())[-3:]:
    past, rows = frame[periods < period], frame[periods == period]
    late = (past[spec.target] == "late").groupby(past["dep_delay"] > 15).mean()
    chance, happened = (rows["dep_delay"] > 15).map(late), rows[spec.target] == "late"
    losses.extend(-np.log(np.where(happened, chance, 1 - chance)))
print(np.mean(losses))
"""


@pytest.mark.parametrize(("example", "form"), [("air-time", ".1f"), ("late-arrival", ".2f")])
def test_the_framing_page_shows_the_real_baselines(
    install: Install, example: str, form: str
) -> None:
    installed = install(0, example=example)
    installed.run("train")
    (file,) = installed.folder.glob("var/runs/*/run.json")
    metrics = json.loads(file.read_text())["metrics"]
    name = "mae" if example == "air-time" else "log_loss"
    model, baseline = metrics[name], metrics[f"{name}_baseline"]
    values = [baseline, model]
    if example == "late-arrival":
        rule = float(installed.shell_output(f"uv run python - <<'END'\n{RULE}END"))
        values = [baseline, rule, model]
    page = (installed.folder / "docs/explanation/framing.md").read_text()
    page_values = re.findall(r"^\| .* \| ([\d.]+)(?: minutes)? \|$", page, re.M)
    assert page_values == [f"{each:{form}}" for each in values]
