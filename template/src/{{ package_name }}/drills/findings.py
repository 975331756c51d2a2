"""Who noticed a fault: reads answers, errors, logs and the evaluation. Pure but for the log."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from typing import Literal

from ..monitoring.health import Health
from ..promotion.gate import Verdict
from .requests import Answer

LEVELS = {  # the maturity level from which a project has a capability
    "core": 0,
    "ingestion": 1,
    "validation": 1,
    "pipelines": 2,
    "registry": 2,
    "tracking": 2,
    "deployment": 3,
    "labels": 3,
    "predictions": 3,
    "promotion": 3,
    "serving": 3,
    "monitoring": 4,
    "policy": 4,
    "retraining": 4,
}
PACKAGE = __name__.split(".")[0]
REQUESTS, LOG = "requests", "log"  # checks of the server
Outcome = Literal["refused", "alarmed"]


@dataclass(frozen=True)
class Finding:
    """One thing that a person would see, or that was refused."""

    capability: str
    outcome: Outcome
    check: str  # what noticed it
    sentence: str
    seconds: float  # since the fault began
    period: int = 1  # with the fault: 1 is the first

    @property
    def level(self) -> int:
        return LEVELS[self.capability]

    @property
    def kind(self) -> tuple[str, str]:
        """What would be the same in a project without the fault."""
        return self.capability, self.check


def from_answers(answers: Iterable[Answer], start: float) -> Iterator[Finding]:
    """The first request that the server refused."""
    for answer in answers:
        if answer.error:
            yield Finding("serving", "refused", REQUESTS, answer.error, answer.at - start)
            return


def from_server_log(file: Path, seconds: float) -> Iterator[Finding]:
    """The first error that the server logged."""
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and record.get("level") == "ERROR":
            yield Finding("serving", "refused", LOG, str(record["message"]), seconds)
            return


def from_error(error: Exception, sentence: str, seconds: float) -> Finding:
    """What ended a step with one sentence; the capability is the one that raised it."""
    capability = "core"
    for frame, _ in walk_tb(error.__traceback__):
        package, _, rest = str(frame.f_globals["__name__"]).partition(".")
        name = rest.partition(".")[0]
        if package == PACKAGE and name in LEVELS:
            capability = name
    return Finding(capability, "refused", type(error).__name__, sentence, seconds)


def from_verdict(verdict: Verdict | None, seconds: float) -> Iterator[Finding]:
    """A version that is worse than the baseline.

    One that is only no better than the champion is rejected in many months without a fault, too.
    """
    for rule in verdict.rules if verdict else ():
        if not rule.passed and rule.baseline is not None:
            sentence = f"{rule.name}: {rule.measured}; needed: {rule.needed}"
            yield Finding("promotion", "refused", "gate", sentence, seconds)


def from_health(health: Health, seconds: float) -> Iterator[Finding]:
    """The alarms of monitoring; a warning is none."""
    if health.alarm:
        yield Finding("monitoring", "alarmed", "quality", health.alarm, seconds)
    for check in health.checks:
        if check.is_alarm:
            yield Finding("monitoring", "alarmed", check.name, check.sentence, seconds)
