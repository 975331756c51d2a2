"""What the screen shows of the user's data: the questions, the decisions, what was written."""

import shlex
from pathlib import Path

from rich.table import Table
from rich.text import Text

from ..project_commands import uv_program
from ..ui.console import create_console, format_page
from .decision import ColumnDecision, DataDecisions, Question, describe_values
from .edit import change_use, list_uses
from .numbers import format_count, format_number, format_share
from .request import DataRequest

ACCEPT, CHANGE = "yes", "no, change the use of a column"
MAX_ROWS = 40  # columns in the table
MAX_NAME = 22  # characters


def ask_question(question: Question) -> str:
    """Let a person at a terminal choose; Enter accepts the proposal."""
    import questionary

    choices = [
        questionary.Choice(f"{answer}: {meaning}" if meaning else answer, value=answer)
        for answer, meaning in question.options
    ]
    return str(questionary.select(question.text, choices=choices, qmark="").unsafe_ask())


def review_decisions(decisions: DataDecisions, problem: str) -> DataRequest | None:
    """Show the decisions and let a person change the use of a column; None accepts all."""
    import questionary

    if problem:
        create_console().print(Text(f"✗ {problem}"), style="yellow", soft_wrap=True)
    else:
        print_decisions(decisions)
    question = "Are these decisions right?"
    choices = [ACCEPT, CHANGE]
    if questionary.select(question, choices=choices, qmark="").unsafe_ask() == ACCEPT:
        return None
    columns = [
        questionary.Choice(f"{each.name}: {_format_use(each)}", value=each)
        for each in decisions.columns_by_use()
    ]
    column = questionary.select("Which column?", choices=columns, qmark="").unsafe_ask()
    question = f"What is {column.name} used for?"
    uses = list_uses(decisions.profile.column(column.name))
    meanings = [questionary.Choice(meaning, value=use) for use, meaning in uses.items()]
    use = questionary.select(question, choices=meanings, qmark="").unsafe_ask()
    return change_use(decisions, column.name, use)


def _format_use(column: ColumnDecision) -> str:
    return f"{column.use}, a {column.type}" if column.type else column.use


def print_decisions(decisions: DataDecisions) -> None:
    """A table of the columns, then the task, then what a person should read."""
    console, profile = create_console(), decisions.profile
    rows = format_count(profile.rows, "row")
    in_files = [column for column in profile.columns if not column.time_parts]
    columns = format_count(len(in_files), "column")
    console.print(Text(f"{profile.source.path.name}: {rows}, {columns}"), style="bold")
    console.print()
    console.print(format_page(_build_columns_table(decisions)))
    if len(decisions.columns) > MAX_ROWS:
        more = format_count(len(decisions.columns) - MAX_ROWS, "more column")
        console.print(f"… and {more}: see docs/reference/data-card.md")
    console.print()
    console.print(Text(_format_summary(decisions)), soft_wrap=True)
    for note in decisions.notes:
        console.print(Text(f"! {note}"), style="yellow", soft_wrap=True)
    console.print()


def _build_columns_table(decisions: DataDecisions) -> Table:
    rows = [_format_row(column) for column in decisions.columns_by_use()[:MAX_ROWS]]
    titles = [title for title in rows[0] if any(row[title] for row in rows)]
    table = Table.grid(padding=(0, 2))
    for title in titles:
        table.add_column(no_wrap=title != "reason")
    table.add_row(*titles)
    for row in rows:
        table.add_row(*(Text(row[title]) for title in titles))
    return table


def _format_row(decision: ColumnDecision) -> dict[str, str]:
    column, name, reason = decision.column, decision.name, decision.reason
    if len(name) > MAX_NAME:
        name = name[: MAX_NAME - 1] + "…"
    if decision.min is not None and decision.max is not None:
        reason = f"accepts {format_number(decision.min)} to {format_number(decision.max)}"
    return {
        "column": name,
        "values": describe_values(column),
        "missing": format_share(column.missing) if column.missing else "",
        "use": decision.use,
        "reason": reason,
    }


def _format_summary(decisions: DataDecisions) -> str:
    time = decisions.time.value or "none"
    if decisions.period.value:
        time += f" by {decisions.period.value}"
    key = decisions.key.value or "none, identical rows are treated as one"
    return (
        f"target: {decisions.target}   task: {decisions.task.value}   metric: {decisions.metric}\n"
        f"time: {time}   key: {key}   entity: {decisions.entity.value or 'none'}"
    )


def print_declared(
    source: str, backup: Path | None, project: Path, command: str, level: int
) -> None:
    """What was written into an existing project, and the next command."""
    console = create_console()
    console.print(Text(f"✓ conf/data.yml declares {source}, the data card describes it"))
    console.print(Text("✓ Both files are committed"))
    if backup:
        folder = backup.relative_to(project)
        console.print(Text(f"  results of the previous data are now in {folder}"), soft_wrap=True)
    console.print()
    step = "train" if level == 0 else "ingest" if level == 1 else "pipeline run"
    console.print(Text(f"  {shlex.quote(uv_program())} run {command} {step}"), soft_wrap=True)
