"""What is shown of the owner's data: the profile as a table, what to look at, the questions."""

import shlex
from collections.abc import Iterable
from pathlib import Path

from rich.table import Table
from rich.text import Text

from ..project_commands import uv_program
from ..ui.console import create_console as console
from .decision import Choice, Plan, Question
from .read.profile import Column

MOST = 40  # columns in the table
USES = ("target", "key", "time", "entity", "feature", "left out")
NAME, WHY = 22, 34


def profiled(plan: Plan) -> None:
    """The table: each column, what it holds, what it is used for and why."""
    page, profile = console(), plan.profile
    kinds = f"{profile.source.path.name}: {profile.rows:,} rows, {len(profile.columns)} columns"
    page.print(Text(kinds), style="bold")
    page.print()
    table = Table.grid(padding=(0, 2))
    for title in ("column", "holds", "missing", "use", "why"):
        table.add_column(title, no_wrap=title != "why")
    ordered = sorted(plan.choices, key=lambda each: USES.index(each.use))
    for choice in ordered[:MOST]:
        table.add_row(*map(Text, _row(choice)))
    with page.capture() as printed:
        page.print(table)
    page.print(Text("\n".join(line.rstrip() for line in printed.get().splitlines())))
    if len(ordered) > MOST:
        page.print(f"… and {len(ordered) - MOST} more: conf/data.yml and docs/data-card.md")
    page.print()
    page.print(Text(_in_short(plan)), soft_wrap=True)
    for note in plan.notes:
        page.print(Text(f"! {note}"), style="yellow", soft_wrap=True)
    page.print()


def _row(choice: Choice) -> tuple[str, ...]:
    column = choice.column
    missing = f"{column.missing:.0%}" if column.missing else ""
    return _short(choice.name, NAME), _holds(column), missing, choice.use, choice.why


def _holds(column: Column) -> str:
    if column.kind == "number":
        return f"{column.low:.4g} … {column.high:.4g}"
    if column.kind == "date":
        return f"{column.low:%Y-%m-%d} …"
    return f"{column.distinct:,} {'words' if column.kind == 'text' else 'values'}"


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _in_short(plan: Plan) -> str:
    time = f"by {plan.time} in {plan.period}s" if plan.time else "without time"
    key = f"key {plan.key}" if plan.key else "no key: a hash of the row"
    return f"{plan.task} of {plan.target}, judged by {plan.metric}; {time}; {key}"


def which(names: tuple[str, ...]) -> str:
    """The column a person wants to have predicted."""
    import questionary

    title = "Which column is to be predicted?"
    return str(questionary.select(title, choices=list(names), qmark="").unsafe_ask())


def asked(questions: Iterable[Question]) -> dict[str, str]:
    """The answers of a person at a terminal, by flag; the first option is what Enter takes."""
    import questionary

    found = {}
    for question in questions:
        choices = [
            questionary.Choice(f"{answer}: {meaning}", value=answer)
            for answer, meaning in question.options
        ]
        found[question.flag] = str(
            questionary.select(question.text, choices=choices, qmark="").unsafe_ask()
        )
    return found


def declared(where: str, aside: Path | None, project: Path, command: str, level: int) -> None:
    """What was written into a project that was there, and what comes next."""
    page = console()
    page.print(Text(f"✓ conf/data.yml declares {where}; docs/data-card.md shows it; committed"))
    if aside:
        kept = aside.relative_to(project)
        page.print(Text(f"  what was made of other data lies in {kept}"), soft_wrap=True)
    page.print()
    first = "train" if level == 0 else "ingest" if level == 1 else "pipeline run"
    page.print(Text(f"  {shlex.quote(uv_program())} run {command} {first}"), soft_wrap=True)
