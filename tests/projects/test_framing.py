"""The framing page of an example shows the numbers of its data."""

import json
import re

import pytest

from tests.support.projects import Install

READ = """
import numpy as np
from churn.data import drop_unlabelled, load_rows
from churn.holdout import split_holdout
from churn.settings import load_spec
spec = load_spec()
fitting, held = split_holdout(spec, drop_unlabelled(spec, load_rows(spec)))
"""
RULES = {
    "air-time": """
route = fitting.groupby(["origin", "dest"])[spec.target].median().rename("rule")
joined = held.join(route, on=["origin", "dest"]).fillna({"rule": fitting[spec.target].median()})
print((joined[spec.target] - joined["rule"]).abs().mean())
""",
    "late-arrival": """
late = (fitting[spec.target] == "late").groupby(fitting["dep_delay"] > 15).mean()
chance = (held["dep_delay"] > 15).map(late)
happened = held[spec.target] == "late"
print(-np.log(np.where(happened, chance, 1 - chance)).mean())
""",
}


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
    rule = float(installed.shell_output(f"uv run python - <<'END'\n{READ}{RULES[example]}END"))
    page = (installed.folder / "docs/explanation/framing.md").read_text()
    page_values = re.findall(r"^\| .* \| ([\d.]+)(?: minutes)? \|$", page, re.M)
    assert page_values == [f"{each:{form}}" for each in (baseline, rule, model)]
