"""The table of drills: as text, JSON, Markdown and a picture."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from textwrap import shorten
from typing import Any

from ..errors import InputError
from ..formatting import format_count, format_table
from ..plots import plot
from ..settings import NAME, var
from ..storage import atomic_file, read_record, write_json
from .exercise import DrillResult
from .findings import LEVELS, LOG, REQUESTS, Finding

MAX_SENTENCE = 200  # characters on the page; drills.json has all
TOP_LEVEL = max(LEVELS.values())
HEADER = ("drill", "outcome", "noticed by", "level", "after", "also noticed by")
COLOURS = {True: "#4a7fb5", False: "#dddddd"}


def describe_time(finding: Finding) -> str:
    """The server answers at once; all else is known when the period ends."""
    if finding.check in (REQUESTS, LOG):
        return f"{finding.seconds:.1f} s"
    return format_count(finding.period, "period")


def describe_noticer(finding: Finding) -> str:
    is_named = finding.capability == "monitoring"
    return f"{finding.capability} ({finding.check})" if is_named else finding.capability


def row(result: DrillResult) -> list[str]:
    if result.skipped:
        return [result.name, "not run", "-", "-", "-", result.skipped]
    if not result.findings:
        return [result.name, "missed", "-", "-", "-", ""]
    first, *others = result.findings
    names = {describe_noticer(each): None for each in others}
    names.pop(describe_noticer(first), None)
    level, after = str(first.level), describe_time(first)
    cells = [result.name, first.outcome, describe_noticer(first), level, after]
    return [*cells, ", ".join(names)]


def count_by_level(results: Sequence[DrillResult]) -> list[int]:
    """How many faults a project of each level notices, from 0 on."""
    lowest = [min(each.level for each in result.findings) for result in results if result.findings]
    return [sum(level <= top for level in lowest) for top in range(TOP_LEVEL + 1)]


def describe_levels(results: Sequence[DrillResult]) -> str:
    tried = sum(result.skipped is None for result in results)
    counts = (f"{count} at level {level}" for level, count in enumerate(count_by_level(results)))
    return f"Of {format_count(tried, 'fault')}, a project notices {', '.join(counts)}."


def describe_missed(results: Sequence[DrillResult]) -> str:
    missed = [result.name for result in results if result.is_missed]
    return f"Missed: {', '.join(missed) or 'none'}."


def format_results(results: Sequence[DrillResult]) -> str:
    table = format_table(HEADER, [row(result) for result in results])
    return f"{table}\n\n{describe_levels(results)}\n{describe_missed(results)}"


def to_markdown(results: Sequence[DrillResult]) -> str:
    lines = [f"| {' | '.join(HEADER)} |", f"|{' --- |' * len(HEADER)}"]
    lines += [f"| {' | '.join(row(result))} |" for result in results]
    lines += ["", describe_levels(results), "", describe_missed(results), ""]
    for result in results:
        lines += [f"- **{result.name}**: {result.sentence}"]
        lines += [f"  {each.capability}: {escape(each.sentence)}" for each in result.findings[:1]]
    return "\n".join([*lines, ""])


def escape(sentence: str) -> str:
    return shorten(sentence, MAX_SENTENCE, placeholder=" …").replace("|", "\\|")


def to_values(results: Sequence[DrillResult]) -> dict[str, Any]:
    drills = [
        asdict(result) | {"findings": [asdict(e) | {"level": e.level} for e in result.findings]}
        for result in results
    ]
    return {"noticed_by_level": count_by_level(results), "drills": drills}


def draw_levels(results: Sequence[DrillResult]) -> bytes:
    """Which faults a project of each level notices, as a PNG file."""
    shown = [result for result in results if not result.skipped][::-1]

    def draw(axes: Any) -> None:
        for height, result in enumerate(shown):
            lowest = min((each.level for each in result.findings), default=TOP_LEVEL + 1)
            for level in range(TOP_LEVEL + 1):
                axes.barh(height, 0.9, left=level - 0.45, color=COLOURS[level >= lowest])
        axes.set_yticks(range(len(shown)), [result.name for result in shown])
        axes.set_xticks(range(TOP_LEVEL + 1))
        axes.set_xlabel("level of the project; blue: it notices the fault")

    return plot(draw, 1 + 0.3 * len(shown))


def save(results: Sequence[DrillResult], folder: Path) -> None:
    """`drills.json`, `drills.md` and `drills.png`."""
    with atomic_file(folder / "drills.json") as part:
        write_json(to_values(results), part)
    with atomic_file(folder / "drills.md") as part:
        part.write_text(to_markdown(results), encoding="utf-8")
    with atomic_file(folder / "drills.png") as part:
        part.write_bytes(draw_levels(results))


def answer_file() -> Path:
    return var("drills", "answer.json")


def save_answer(result: DrillResult) -> None:
    """Keep the name of a random drill, and what noticed it, until a person asks for it."""
    with atomic_file(answer_file()) as part:
        write_json(asdict(result), part)


def read_answer() -> DrillResult:
    if not answer_file().exists():
        raise InputError(f"no random drill was run yet: run `{NAME} drill random` first")
    return read_record(DrillResult, answer_file(), f"delete it and run `{NAME} drill random`")
