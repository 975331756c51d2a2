"""The state as a page that forges show: on the branch, and in the summary of a workflow."""

from collections.abc import Iterable

from ..runs import Run
from ..settings import NAME
from .record import Entry, Registry

SHOWN = 20  # the newest versions
# The colour that forges would choose is hardly seen on white.
COLOUR = '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#4a7fb5"}}}}%%'


def page(registry: Registry, known: Iterable[Run]) -> str:
    """A table of the versions, and a picture of how good they were when they were trained."""
    here = {run.id: run for run in known}
    entries = [each for each in registry.versions if each.run in here][-SHOWN:]
    if not entries:
        return f"## {NAME}\n\nNo version is published yet.\n"
    metrics = list(here[entries[-1].run].metrics)
    told = [metric.replace("_baseline", " of a guess") for metric in metrics]
    head = ["version", "data up to", "rows", *told, "verdict", "run"]
    rows = [row(each, here[each.run], metrics, registry) for each in reversed(entries)]
    lines = [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]
    drawn = [(each.number, here[each.run].metrics.get(metrics[0])) for each in entries]
    return "\n".join([f"## {NAME}", "", *lines, "", *chart(metrics[0], drawn), ""])


def row(entry: Entry, run: Run, metrics: list[str], registry: Registry) -> list[str]:
    mark = " **champion**" if entry.number == registry.champion else ""
    values = [f"{run.metrics[name]:.4g}" if name in run.metrics else "" for name in metrics]
    first = [f"{entry.number}{mark}", run.period, f"{run.rows:,}"]
    return [*first, *values, verdict(entry), f"`{run.id}`"]


def verdict(entry: Entry) -> str:
    said = entry.rejected and f"refused: {entry.rejected}"
    return said or (entry.passed and f"passed: {entry.passed}") or "not judged"


def chart(metric: str, values: list[tuple[int, float | None]]) -> list[str]:
    """A mermaid chart, which forges draw without a script of ours."""
    drawn = [(number, value) for number, value in values if value is not None]
    return [
        "```mermaid",
        COLOUR,
        "xychart-beta",
        f'  title "{metric} on held-back rows, when trained"',
        '  x-axis "version" [' + ", ".join(f'"{number}"' for number, _ in drawn) + "]",
        f'  y-axis "{metric}"',
        "  line [" + ", ".join(f"{value:.6g}" for _, value in drawn) + "]",
        "```",
    ]
