"""The command of drills: drill."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from ..formatting import format_table
from ..screens import AsJson, print_result, show_progress

if TYPE_CHECKING:
    from .exercise import DrillResult
    from .faults import Fault

app = typer.Typer()
Name = Annotated[
    str | None,
    typer.Argument(help="A drill, `all`, `random`, or `reveal` after `random`. Default: the list."),
]


@app.command()
def drill(name: Name = None, as_json: AsJson = False) -> None:
    """Break a copy of the project on purpose, and show who notices it and after how long."""
    from .faults import FAULTS, find_fault

    if name is None:
        list_faults(FAULTS, as_json)
    elif name == "all":
        run_all(FAULTS, as_json)
    elif name == "random":
        run_random(FAULTS, as_json)
    elif name == "reveal":
        reveal(as_json)
    else:
        run_one(find_fault(name), as_json)


def list_faults(faults: "list[Fault]", as_json: bool) -> None:
    values = [{"name": each.name, "sentence": each.sentence} for each in faults]
    table = format_table(["drill", "what goes wrong"], [[*each.values()] for each in values])
    print_result({"drills": values}, table, as_json)


def run_all(faults: "list[Fault]", as_json: bool) -> None:
    from ..settings import var
    from .results import format_results, save, to_values

    results = run_drills(faults)
    save(results, var("drills"))
    saved = f"{format_results(results)}\n\nsaved in {var('drills')}: drills.json, .md and .png"
    print_result(to_values(results), saved, as_json)
    exit_with_status(results)


def run_one(fault: "Fault", as_json: bool) -> None:
    from .results import to_values

    results = run_drills([fault])
    print_result(to_values(results), describe(results[0]), as_json)
    exit_with_status(results)


def run_drills(faults: "list[Fault]") -> "list[DrillResult]":
    """Run drills one after the other, and show on a terminal how far they are."""
    from ..settings import var
    from .exercise import Exercise
    from .lock import exclusive_lock
    from .project import prepare_base

    results = []
    with exclusive_lock(), show_progress() as on_progress:
        on_progress("training and serving a project without a fault")
        exercise = Exercise(prepare_base(), on_progress)
        for number, fault in enumerate(faults, 1):
            prefix = f"{number} of {len(faults)}, {fault.name}: "
            exercise.on_progress = partial(show_step, on_progress, prefix)
            results.append(exercise.run(fault, var("drills", fault.name)))
    return results


def show_step(on_progress: Callable[[str], None], prefix: str, text: str) -> None:
    on_progress(prefix + text)


def run_random(faults: "list[Fault]", as_json: bool) -> None:
    """Run a drill without its name: only what a person on call would see is printed."""
    import secrets

    from ..settings import NAME, var
    from .exercise import Exercise
    from .lock import exclusive_lock
    from .project import prepare_base
    from .results import answer_file, save_answer

    with exclusive_lock(), show_progress() as on_progress:
        on_progress("something goes wrong")
        exercise = Exercise(prepare_base(), lambda _: None)
        known = [fault for fault in faults if not fault.obstacle(exercise.base)]
        save_answer(exercise.run(secrets.choice(known), var("drills", "random")))
    folder = var("drills", "random")
    files = {
        "project": str(folder),
        "status page": str(folder / "var/status/index.html"),
        "log of the server": str(folder / "server.log"),
        "log of the loop": str(folder / "loop.log"),
        "runbook": "docs/how-to/runbook.md",
        "answer": f"{NAME} drill reveal",
    }
    text = "\n".join(f"{name:<19}{value}" for name, value in files.items())
    print_result(files | {"answer": str(answer_file())}, text, as_json)


def reveal(as_json: bool) -> None:
    from .results import read_answer, to_values

    result = read_answer()
    print_result(to_values([result]), describe(result), as_json)


def describe(result: "DrillResult") -> str:
    """What went wrong, and everything that noticed it, in order."""
    from .results import describe_noticer, describe_time

    lines = [f"{result.name}: {result.sentence}"]
    if result.skipped:
        return f"{lines[0]}\nnot run: {result.skipped}"
    if not result.findings:
        return f"{lines[0]}\nmissed: see docs/how-to/drills.md"
    for each in result.findings:
        head = f"{each.outcome} by {describe_noticer(each)}, level {each.level}"
        lines += [f"{head}, after {describe_time(each)}", f"  {each.sentence}"]
    return "\n".join(lines)


def exit_with_status(results: "list[DrillResult]") -> None:
    raise typer.Exit(1 if any(result.is_missed for result in results) else 0)
