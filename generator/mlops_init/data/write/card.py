"""Writes docs/data-card.md: what the data are, with pictures beside it."""

from ..decision import Plan

FOLDER = "data-card"
TITLES = {
    "distributions.svg": "Distributions",
    "missing.svg": "Missing values",
    "target-over-time.svg": "The target over time",
}
USES = ("target", "key", "time", "entity", "feature", "left out")


def card(plan: Plan, pictures: dict[str, str]) -> str:
    """The text of docs/data-card.md; the owner fills in what no program can know."""
    profile = plan.profile
    lines = ["# Data card", "", "| | |", "| --- | --- |"]
    lines += [f"| {name} | {text} |" for name, text in _facts(plan)]
    lines += ["", "What each column is stands in [conf/data.yml](../conf/data.yml).", ""]
    lines += ["## Columns", "", "| column | use | holds | missing | why |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    for choice in sorted(plan.choices, key=lambda each: USES.index(each.use)):
        holds = choice.type or choice.column.kind
        missing = f"{choice.column.missing:.1%}" if choice.column.missing else ""
        name = cell(choice.name)
        lines.append(f"| {name} | {choice.use} | {holds} | {missing} | {cell(choice.why)} |")
    if plan.notes:
        lines += ["", "## To look at", ""]
        lines += [f"- {cell(note)}" for note in plan.notes]
    for name in pictures:
        lines += ["", f"## {TITLES[name]}", "", f"![{TITLES[name]}]({FOLDER}/{name})"]
    lines += ["", f"Made from {profile.rows:,} rows; `mlops-init data` makes it anew."]
    return "\n".join(lines) + "\n"


def _facts(plan: Plan) -> list[tuple[str, str]]:
    profile = plan.profile
    missing = [choice.column for choice in plan.choices if choice.column.missing]
    facts = [("Source", cell(plan.origin)), ("Licence", ""), ("One row is", "")]
    facts.append(("Size", f"{profile.rows:,} rows, {len(profile.columns):,} columns"))
    if plan.time:
        time = profile.of(plan.time)
        facts.append(("Time", f"{time.low:%Y-%m-%d} to {time.high:%Y-%m-%d}, by {plan.period}"))
    facts.append(("Missing values", f"in {len(missing)} of {len(profile.columns)} columns"))
    people = [choice.name for choice in plan.choices if choice.personal]
    facts.append(("About people", cell(", ".join(people)) if people else "nothing was noticed"))
    facts.append(("Known flaws", ""))
    return facts


def cell(text: str) -> str:
    """A text in a table of Markdown: a column may be called anything."""
    escaped = "".join(f"\\{sign}" if sign in r"\|`*_[]<>#" else sign for sign in text)
    return " ".join(escaped.split())
