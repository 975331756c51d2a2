"""What is decided about the data. Every decision has a reason."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from .numbers import format_count, format_number
from .question import YOUR_CHOICE, Ask, Question, accept_proposal
from .read.column import Column, Profile
from .request import NONE, DataRequest

__all__ = ["YOUR_CHOICE", "Ask", "Question", "accept_proposal"]

# In the order in which tables show them.
USES = ("target", "key", "time", "entity", "feature", "excluded")


def ask_once(ask: Ask) -> Ask:
    """Ask each question once, and give the same answer again when it is repeated."""
    return cache(ask)


@dataclass(frozen=True)
class Decision:
    """A value and its reason. No value: the data have none."""

    value: str = ""
    reason: str = ""


def decide_by_asking(ask: Ask, question: Question, reason: str) -> Decision:
    """The answer; `reason` is that of the proposal."""
    answer = ask(question)
    reason = reason if answer == accept_proposal(question) else YOUR_CHOICE
    return Decision("" if answer == NONE else answer, reason)


@dataclass(frozen=True)
class BaselineDecision:
    """What a model must be better than, as conf/data.yml declares it, and the reason."""

    settings: dict[str, Any]
    reason: str


@dataclass(frozen=True)
class ColumnDecision:
    """What a column is used for. A feature has a type, and so has an entity that is one, too."""

    column: Column
    use: str  # one of USES
    reason: str
    type: str | None = None
    min: float | None = None
    max: float | None = None
    personal_data: str | None = None  # what the column seems to say about people

    @property
    def name(self) -> str:
        return self.column.name


@dataclass(frozen=True)
class DataDecisions:
    """Everything that conf/data.yml declares."""

    request: DataRequest
    profile: Profile
    columns: tuple[ColumnDecision, ...]
    notes: tuple[str, ...]  # sentences that a person should read
    target: str
    task: Decision
    metric: str
    baseline: BaselineDecision
    time: Decision
    period: Decision
    key: Decision
    entity: Decision
    classes: tuple[str, ...] = ()
    calendar: tuple[str, ...] = ()  # the parts of the time that are features
    unit: str = "day"  # whose rows are alike, where rows have a time

    def columns_used_as(self, use: str) -> list[ColumnDecision]:
        return [column for column in self.columns if column.use == use]

    def columns_by_use(self) -> list[ColumnDecision]:
        """The target first, excluded columns last."""
        return sorted(self.columns, key=lambda column: USES.index(column.use))


def describe_values(column: Column) -> str:
    """The range of numbers and dates, or the number of other values."""
    if column.kind == "number":
        return f"{format_number(column.min)} to {format_number(column.max)}"
    if column.kind == "date":
        return f"from {column.min:%Y-%m-%d}"
    return format_count(column.distinct, "value")


def summarize_decisions(decisions: DataDecisions) -> str:
    """The decisions in one sentence."""
    features = format_count(len(decisions.columns_used_as("feature")), "feature")
    excluded = format_count(len(decisions.columns_used_as("excluded")), "column")
    rows = format_count(decisions.profile.rows, "row")
    return (
        f"{decisions.profile.source.path.name}, {rows}: predict {decisions.target} "
        f"({decisions.task.value}, {decisions.metric}) with {features}, {excluded} excluded, "
        f"time {decisions.time.value or 'none'}, key {decisions.key.value or 'none'}"
    )
