"""Proposes the baseline that a model must beat: the best of several, measured on the rows."""

from typing import TYPE_CHECKING

from ..decision import BaselineDecision, ColumnDecision, Decision
from ..numbers import format_number
from ..read.column import Profile
from ..request import DataRequest
from .backtest import Backtest, Candidate
from .sample import Sampled, create_sample
from .series import find_series, list_group_columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MIN_GAIN = 1.02  # a later candidate must be so much better: the first ones are the simplest
MAX_COLUMNS = 2
# The days that the data must have, and the longest step between them.
SEASONS = {"day": (2, 1.5), "week": (14, 6), "year": (730, 300), "52_weeks": (728, 7.5)}
WORDS = {"day": "a day", "week": "a week", "year": "a year", "52_weeks": "52 weeks"}


def decide_baseline(
    database: "DuckDBPyConnection",
    profile: Profile,
    request: DataRequest,
    columns: tuple[ColumnDecision, ...],
    metric: str,
    roles: dict[str, Decision],
    *,
    is_class: bool,
) -> BaselineDecision:
    """The first of the candidates that is about as good as the best."""
    sampled = _describe_sample(database, profile, columns, roles)
    evaluated_on = create_sample(database, sampled)
    cells = {each.name: f"g{number}" for number, each in enumerate(sampled.groups)}
    delay = request.label_delay_hours
    backtest = Backtest(database, metric, is_class, evaluated_on, cells, delay)
    candidates = _list_candidates(backtest, sampled)
    best = min(map(backtest.measure, candidates))
    chosen = next(each for each in candidates if backtest.measure(each) <= MIN_GAIN * best)
    return BaselineDecision(chosen.settings, _explain(backtest, chosen))


def _describe_sample(
    database: "DuckDBPyConnection",
    profile: Profile,
    columns: tuple[ColumnDecision, ...],
    roles: dict[str, Decision],
) -> Sampled:
    (target,) = (each.column for each in columns if each.use == "target")
    groups = list_group_columns(columns)
    entity = next((each.column for each in columns if each.use == "entity"), None)
    if not roles["time"].value:
        return Sampled(target, groups, entity=entity)
    time = profile.column(roles["time"].value)
    series = find_series(database, time, groups)
    return Sampled(target, groups, time, roles["period"].value, series, entity)


def _list_candidates(backtest: Backtest, sampled: Sampled) -> list[Candidate]:
    """The constant, the best groups, the last labels, and the seasons of series."""
    names = [each.name for each in sampled.groups]
    groups = _find_groups(backtest, names)
    candidates = [Candidate("constant"), *groups]
    if sampled.time is None or backtest.is_class:
        return candidates
    entities = [(each.name,) for each in sampled.groups if each is sampled.entity]
    series = tuple(each.name for each in sampled.series or ())
    parts = [series, *entities, *([] if sampled.series else (each.columns for each in groups))]
    candidates += [Candidate("last", part) for part in dict.fromkeys(parts)]
    if sampled.series is None:
        return candidates
    days = (sampled.time.max - sampled.time.min).days
    seasons = [
        name
        for name, (needed, step) in SEASONS.items()
        if days >= needed and sampled.time.step_days < step
    ]
    return candidates + [Candidate("season", series, season) for season in seasons]


def _find_groups(backtest: Backtest, names: list[str]) -> list[Candidate]:
    """The best group of one column, and the best of two that include it."""
    chosen: list[Candidate] = []
    columns: tuple[str, ...] = ()
    while len(columns) < MAX_COLUMNS:
        more = [Candidate("group", (*columns, name)) for name in names if name not in columns]
        if not more:
            break
        best = min(more, key=backtest.measure)
        chosen.append(best)
        columns = best.columns
    return chosen


def _explain(backtest: Backtest, chosen: Candidate) -> str:
    """What it predicts, its measured error, and that of a constant."""
    error, constant = backtest.measure(chosen), Candidate("constant")
    if error == float("inf"):
        return "the rows are too few to compare others"
    result = f"{backtest.metric} {format_number(error)} {backtest.evaluated_on}"
    if chosen == constant:
        return f"{result}, and nothing simple is better"
    each = f" of each {' and '.join(chosen.columns)}" if chosen.columns else ""
    label = "share of the classes" if backtest.is_class else "mean or median"
    words = {"group": label, "last": "last value"}
    word = words.get(chosen.kind) or f"value {WORDS[chosen.season]} before"
    return f"the {word}{each}: {result}; a constant: {format_number(backtest.measure(constant))}"
