"""Runs a drill: a period with the fault after the other, until something notices it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..data import read_rows
from ..errors import InputError, describe_file_error
from ..schema import cast_columns
from ..settings import load_spec, root, var
from ..simulation.traffic import live_server
from ..status.page import update_page
from .faults import NO_FAULT, Fault
from .findings import (
    Finding,
    from_answers,
    from_error,
    from_health,
    from_server_log,
    from_verdict,
)
from .project import DrillProject

OnProgress = Callable[[str], None]


@dataclass(frozen=True)
class DrillResult:
    """How a drill ended."""

    name: str
    sentence: str
    folder: str
    findings: list[Finding] = field(default_factory=list)  # the first one noticed it first
    skipped: str | None = None  # why it was not run

    @property
    def is_missed(self) -> bool:
        """Whether nothing noticed a fault that was tried."""
        return not self.findings and self.skipped is None


class Exercise:
    """Drills that start from the same project, and the same periods without a fault."""

    def __init__(self, base: DrillProject, on_progress: OnProgress) -> None:
        self.base, self.on_progress = base, on_progress
        self._control = base.copy_to(var("drills", "none"))
        self._usual: list[set[tuple[str, str]]] = []  # findings of each period without a fault

    def run(self, fault: Fault, folder: Path) -> DrillResult:
        """Run a drill in a folder. What also happens without the fault is not a finding."""
        result = DrillResult(fault.name, fault.sentence, folder.name)
        if obstacle := fault.obstacle(self.base):
            return replace(result, skipped=obstacle)
        project, findings = self.base.copy_to(folder), []
        for number, period in enumerate(project.faulty, 1):
            self.on_progress(f"{period}, with the fault")
            found = run_period(project, fault, period)
            usual = self.usual_findings(number)
            new = [replace(each, period=number) for each in found if each.kind not in usual]
            if new:
                findings = new
                break
        return replace(result, findings=findings)

    def usual_findings(self, number: int) -> set[tuple[str, str]]:
        """What is noticed in a period without a fault."""
        while len(self._usual) < number:
            period = self._control.faulty[len(self._usual)]
            self.on_progress(f"{period}, without a fault")
            self._usual.append({each.kind for each in run_period(self._control, NO_FAULT, period)})
        return self._usual[number - 1]


def run_period(project: DrillProject, fault: Fault, period: str) -> list[Finding]:
    """Serve a period and run the loop, with the fault; everything that was noticed, in order."""
    with project.active():
        project.publish_changed(period, fault.arrived)
        start = time.monotonic()
        findings = [*read_source(start)]
        with fault.outage(project):
            findings += serve(project, fault, period)
            findings += run_loop(project, period, start)
        update_page()
    remove_path = f"{project.folder}/"
    return [replace(each, sentence=each.sentence.replace(remove_path, "")) for each in findings]


def read_source(start: float) -> Iterator[Finding]:
    """What a project of level 0 does when it trains: it reads the source as declared."""
    spec = load_spec()
    try:
        cast_columns(spec, read_rows(spec, root() / spec.source))
    except InputError as error:
        yield from_error(error, str(error), time.monotonic() - start)


def serve(project: DrillProject, fault: Fault, period: str) -> Iterator[Finding]:
    with live_server(project.folder) as url:
        start = time.monotonic()
        answers = fault.incident(project, url, period)
        answers += project.request_rows(url, period, fault.requested)
        seconds = time.monotonic() - start
    yield from from_answers(answers, start)
    yield from from_server_log(project.folder / "server.log", seconds)


def run_loop(project: DrillProject, period: str, start: float) -> list[Finding]:
    """What the loop refuses and what it measures; `loop.log` has the sentence that it prints."""
    try:
        result = project.run_loop(period)
    except (InputError, OSError) as error:
        sentence = describe_file_error(error) if isinstance(error, OSError) else str(error)
        if sentence is None:
            raise  # a defect
        message, findings = sentence, [from_error(error, sentence, time.monotonic() - start)]
    else:
        seconds, message = time.monotonic() - start, result.decision.summary
        findings = [*from_verdict(result.verdict, seconds), *from_health(result.health, seconds)]
    with (project.folder / "loop.log").open("a", encoding="utf-8") as log:
        log.write(f"{period}: {message}\n")
    return findings
