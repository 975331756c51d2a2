"""Compare two runs: what they are made of, how good they are, and a picture of both."""

from math import nan
from pathlib import Path
from typing import Any

from .. import runs
from ..errors import InputError
from ..formatting import format_number, format_range, format_table
from ..plots import plot
from ..runs import Run
from ..settings import NAME, var
from ..storage import atomic_file

INPUTS = {  # of a run: its field -> the name for people
    "data": "data",
    "spec": "declaration",
    "code": "code",
    "params": "parameters",
    "evaluation": "settings of the training",
}
OTHER_ROWS = "The runs were evaluated on different rows, which explains a part of the difference."


def find_run(id: str) -> Run:
    """The run with this id; InputError if it does not exist."""
    if run := next((each for each in runs.list_runs() if each.id == id), None):
        return run
    raise InputError(f"there is no run {id}: `{NAME} runs list` shows all runs")


def run_facts(run: Run) -> dict[str, str]:
    """What a run is made of, as people read it."""
    facts = {"run": run.id, "finished": (run.finished or "")[:16], "period": run.period}
    facts |= {"rows": f"{run.rows:,}", "estimator": run.estimator or "-"}
    digests = {"data": run.data, "declaration": run.spec, "code": run.code}
    facts |= {name: digest[:8] for name, digest in digests.items()}
    return facts | {"commit": (run.commit or "-")[:8], "evaluated on": run.evaluated_on}


def compare_metrics(first: Run, second: Run) -> dict[str, float]:
    """The difference of each metric that both runs have."""
    return {
        name: second.metrics[name] - value
        for name, value in first.metrics.items()
        if name in second.metrics
    }


def changed_inputs(first: Run, second: Run) -> list[str]:
    return [name for name in INPUTS if getattr(first, name) != getattr(second, name)]


def compare(named: dict[str, Run]) -> tuple[dict[str, Any], str]:
    """(values, text) of the comparison of two runs, the names of which are the header."""
    if len(named) < 2:
        raise InputError(f"{', '.join(named)} is named twice: name two different ones to compare")
    first, second = named.values()
    picture = draw(named)
    values: dict[str, Any] = {"runs": {name: vars(run) for name, run in named.items()}}
    values |= {"changed": changed_inputs(first, second), "picture": picture}
    values["differences"] = compare_metrics(first, second)
    parts = [format_table(("", *named, "difference"), comparison_rows(first, second))]
    names = [INPUTS[name] for name in values["changed"]]
    parts.append(f"different inputs: {', '.join(names) or 'none'}")
    if first.evaluated_on != second.evaluated_on or first.data != second.data:
        parts.append(OTHER_ROWS)
    return values, "\n\n".join([*parts, f"picture: {picture}"])


def comparison_rows(first: Run, second: Run) -> list[tuple[str, ...]]:
    differences, facts = compare_metrics(first, second), run_facts(second)
    rows: list[tuple[str, ...]] = [
        (name, fact, facts[name], "") for name, fact in run_facts(first).items()
    ]
    for name in dict.fromkeys([*first.metrics, *second.metrics]):
        cells = [format_estimate(run, name) for run in (first, second)]
        difference = format_number(differences.get(name), sign="+")
        rows.append((name, *cells, difference))
    return rows


def format_estimate(run: Run, name: str) -> str:
    interval = format_range(*run.intervals.get(name, ()))
    return format_number(run.metrics.get(name)) + (interval and f" ({interval})")


def draw(named: dict[str, Run]) -> Path:
    """A picture of the deciding metric of each run, with its interval and its baseline."""
    metric = next(iter(next(iter(named.values())).metrics))
    names = (metric, f"{metric}_baseline")

    def draw_runs(axes: Any) -> None:
        for place, run in enumerate(named.values()):
            value, baseline = (run.metrics.get(each, nan) for each in names)
            axes.plot(run.intervals.get(metric, (value, value)), (place, place), color="C0", lw=3)
            axes.plot(value, place, "o", color="C0")
            axes.plot(baseline, place, "|", color="grey", markersize=20)
        axes.set_yticks(range(len(named)), list(named))
        axes.set_ylim(len(named) - 0.5, -0.5)
        axes.set_xlabel(f"{metric}, with its 95 % interval; the grey line is the baseline")

    file = var("comparisons", f"{'-and-'.join(run.id for run in named.values())}.png")
    with atomic_file(file) as part:
        part.write_bytes(plot(draw_runs, 2.5))
    return file
