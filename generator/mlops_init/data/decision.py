"""What was decided about the data: one choice a column, each with its reason."""

from dataclasses import dataclass, field

from .read.profile import Column, Profile


@dataclass(frozen=True)
class Choice:
    """What a column is used for, and why. A feature has a type, all else has none."""

    column: Column
    use: str  # target, key, time, entity, feature or left out
    why: str
    type: str | None = None
    low: float | None = None
    high: float | None = None
    personal: str | None = None  # what about people it seems to hold

    @property
    def name(self) -> str:
        return self.column.name


@dataclass(frozen=True)
class Question:
    """What the rules are not sure of: asked on a terminal, else the first option is taken."""

    flag: str  # the option that answers it: --task
    text: str
    options: tuple[tuple[str, str], ...]  # (answer, what it means); the proposed one first


@dataclass(frozen=True)
class Plan:
    """Everything conf/data.yml will say, and why."""

    profile: Profile
    source: str  # as conf/data.yml has it
    target: str
    task: str
    why_task: str
    metric: str
    choices: tuple[Choice, ...]
    key: str | None
    why_key: str
    entity: str | None
    time: str | None
    why_time: str
    period: str | None
    why_period: str
    label_delay_hours: float
    missing: tuple[str, ...]
    notes: tuple[str, ...] = ()
    origin: str = ""  # the address it was fetched from
    questions: tuple[Question, ...] = field(default=())

    def using(self, use: str) -> list[Choice]:
        return [choice for choice in self.choices if choice.use == use]
