"""The model card of a release: what its run, the gate and the framing page say."""

import re
from contextlib import suppress
from pathlib import Path

import pandas as pd

from ..commands import read_slices
from ..formatting import NO_SLICE, format_number
from ..registry.versions import Version
from ..report import MAX_SLICES, Section, to_html, to_markdown
from ..runs import Run
from ..settings import NAME, root
from ..spec import DataSpec
from ..storage import DamagedFileError
from .release import CARD, CARD_PAGE

UNKNOWN = "unknown"
FRAMING = "docs/explanation/framing.md"
HEADINGS = {  # of the framing page -> of the card
    "Is machine learning suitable?": "Intended use",
    "Framing": "Predictions",
    "What a mistake costs": "Mistakes",
    "Risks": "Limits",
}


def write_card(folder: Path, version: Version, run: Run, spec: DataSpec) -> None:
    """Write the card as Markdown and as a page for a browser."""
    title = f"{NAME}, version {version.number}"
    about = f"The model card of {run.id}. What was not recorded is {UNKNOWN}."
    sections = [*describe_run(version, run, spec), *read_framing()]
    (folder / CARD).write_text(to_markdown(title, about, sections), encoding="utf-8")
    (folder / CARD_PAGE).write_text(to_html(title, about, sections, {}), encoding="utf-8")


def describe_run(version: Version, run: Run, spec: DataSpec) -> list[Section]:
    """Every number is that of the run."""
    model = {"predicts": f"{spec.target} ({spec.task})", "estimator": run.estimator}
    model |= {"trained": run.finished, "commit": run.commit, "code": run.code, "model": run.model}
    data = {"rows": f"{run.rows:,}", "last period": run.period, "newest row": run.newest}
    data |= {"rows, sha256": run.data, "declaration, sha256": spec.digest}
    features = [[name, each.type] for name, each in spec.features.items()]
    metrics = [
        [name, format_number(value), interval(run, name)] for name, value in run.metrics.items()
    ]
    worse, slices = UNKNOWN, None
    with suppress(DamagedFileError):
        slices = pd.DataFrame(read_slices(run.folder / "slices.csv")[:MAX_SLICES])
        worse = f"{NO_SLICE}." if slices.empty else ""
    newest = f", from {run.holdout_from}" if run.holdout_from else ""
    return [
        Section("Model", "", facts(model)),
        Section("Training data", "", facts(data)),
        Section("Features", "", pd.DataFrame(features, columns=["feature", "type"])),
        Section(
            "Evaluation",
            f"The metrics are from the {run.evaluated_on}. The baseline needs no model; "
            f"the holdout has the rows of the gate{newest}.",
            pd.DataFrame(metrics, columns=["metric", "value", "95 % interval"]),
        ),
        Section("Largest errors", worse, None if worse else slices),
        Section("Gate", version.passed or UNKNOWN),
    ]


def facts(values: dict[str, str | None]) -> pd.DataFrame:
    rows = [[name, value or UNKNOWN] for name, value in values.items()]
    return pd.DataFrame(rows, columns=["fact", "value"])


def interval(run: Run, name: str) -> str:
    return " to ".join(map(format_number, run.intervals.get(name, ()))) or UNKNOWN


def read_framing() -> list[Section]:
    """What the framing page says about use and limits. No page stops a release."""
    try:
        page = (root() / FRAMING).read_text(encoding="utf-8", errors="replace")
    except OSError:
        page = ""
    page = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", page)  # links lead nowhere from the card
    parts = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^#+ |\Z)", page, re.MULTILINE | re.DOTALL))
    return [read_section(title, parts.get(name, "")) for name, title in HEADINGS.items()]


def read_section(title: str, text: str) -> Section:
    """Words and a table. As on a rendered page, each row has as many cells as the header."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    words = " ".join(read_answer(line) for line in lines if not line.startswith("|"))
    rows = [read_row(line) for line in lines if line.startswith("|")]
    if not rows:
        return Section(title, words or UNKNOWN)
    width = len(rows[0])
    cells = [[*row, *[UNKNOWN] * width][:width] for row in rows[2:]]
    return Section(title, words, pd.DataFrame(cells, columns=rows[0]))


def read_row(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", line.removeprefix("|").removesuffix("|"))
    return [read_answer(cell.replace(r"\|", "|")) for cell in cells]


def read_answer(text: str) -> str:
    """A hint in italics is no answer."""
    text = text.strip()
    return UNKNOWN if re.fullmatch(r"(\*[^*]+\*)?", text) else text
