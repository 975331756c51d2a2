"""The command `mlops-init upgrade`."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from ..errors import RefusedError
from ..exit_status import ExitStatus
from ..template.levels import find_level
from ..ui.console import enter_with_spinner, is_interactive, print_json
from ..ui.level_arguments import level_option, optional_option
from .apply import apply_plan
from .plan import plan_upgrade
from .recovery import abort_upgrade, start_upgrade

app = typer.Typer()


@app.command()
def upgrade(
    path: Annotated[Path, typer.Argument(help="The folder of the project.")] = Path(),
    level: Annotated[
        str | None,
        level_option("0 to 4. Default: the same level, with the newest template."),
    ] = None,
    added: Annotated[list[str] | None, optional_option("Add an optional capability.")] = None,
    removed: Annotated[
        list[str] | None, optional_option("Remove an optional capability.", "--without")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the changes; write nothing.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="With --dry-run: print the changes as JSON.")
    ] = False,
    abort: Annotated[
        bool, typer.Option("--abort", help="Restore the state before the upgrade.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
) -> None:
    """Move a project to another level; your changes are kept."""
    from .view import preview, result

    if json and not dry_run:
        raise RefusedError("--json only works with --dry-run.")
    project = path.expanduser().resolve()
    if abort:
        result.print_aborted(*abort_upgrade(project))
        return
    number = None if level is None else find_level(level).number
    with ExitStack() as stack:
        repository, backups = stack.enter_context(start_upgrade(project, dry_run=dry_run))
        if backups is not None:
            result.print_undone(backups)
        planning = plan_upgrade(repository, project, number, added or [], removed or [])
        plan = stack.enter_context(enter_with_spinner("comparing", planning))
        if json:
            print_json(preview.preview_as_json(plan))
        else:
            preview.print_preview(plan)
        if not dry_run:
            if not (yes or _confirm()):
                return
            apply_plan(plan)
            result.print_result(plan)
    if plan.merge.conflicts:
        raise typer.Exit(ExitStatus.ATTENTION)


def _confirm() -> bool:
    return not is_interactive() or typer.confirm("\nContinue?")
