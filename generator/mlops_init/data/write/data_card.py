"""Formats docs/reference/data-card.md: what the data are, with pictures."""

from ..decision import DataDecisions
from ..numbers import format_count, format_share
from ..prepared import PreparedData

PICTURES_FOLDER = "data-card"
TITLES = {
    "distributions.svg": "Distributions",
    "missing.svg": "Missing values",
    "target-over-time.svg": "The target over time",
}


def format_card(prepared: PreparedData) -> str:
    """The text of docs/reference/data-card.md. The user fills in what no program can know."""
    decisions = prepared.decisions
    lines = ["# Data card", "", "| | |", "| --- | --- |"]
    lines += [f"| {name} | {text} |" for name, text in _list_facts(decisions, prepared.origin)]
    lines += ["", "[conf/data.yml](../../conf/data.yml) declares the columns.", ""]
    lines += ["## Columns", "", "| column | use | type | missing | reason |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    for each in decisions.columns_by_use():
        missing = format_share(each.column.missing) if each.column.missing else ""
        cells = (each.name, each.use, each.type or each.column.kind, missing, each.reason)
        lines.append(f"| {' | '.join(map(escape_markdown, cells))} |")
    if decisions.notes:
        lines += ["", "## To check", ""]
        lines += [f"- {escape_markdown(note)}" for note in decisions.notes]
    for name in prepared.pictures:
        lines += ["", f"## {TITLES[name]}", "", f"![{TITLES[name]}]({PICTURES_FOLDER}/{name})"]
    rows = format_count(decisions.profile.rows, "row")
    lines += ["", f"Generated from {rows}. `mlops-init data` writes it again."]
    return "\n".join(lines) + "\n"


def _list_facts(decisions: DataDecisions, origin: str) -> list[tuple[str, str]]:
    profile = decisions.profile
    rows, columns = format_count(profile.rows, "row"), format_count(len(profile.columns), "column")
    incomplete = sum(column.missing > 0 for column in profile.columns)
    personal = ", ".join(column.name for column in decisions.columns if column.personal_data)
    facts = [("Source", escape_markdown(origin)), ("Licence", ""), ("One row is", "")]
    facts.append(("Size", f"{rows}, {columns}"))
    if decisions.time.value:
        time = profile.column(decisions.time.value)
        period = decisions.period.value
        facts.append(("Time", f"{time.min:%Y-%m-%d} to {time.max:%Y-%m-%d}, by {period}"))
    facts.append(("Missing values", f"in {incomplete} of {columns}"))
    facts.append(("Personal data", escape_markdown(personal) or "none was detected"))
    facts.append(("Known flaws", ""))
    return facts


def escape_markdown(text: str) -> str:
    """A text for a table of Markdown: a column may have any name."""
    escaped = "".join(f"\\{sign}" if sign in r"\|`*_[]<>#" else sign for sign in text)
    return " ".join(escaped.split())
