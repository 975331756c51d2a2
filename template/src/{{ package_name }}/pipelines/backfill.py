"""A training for each of several periods. Without MLflow, which no process here needs to load."""

from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from ..data import drop_unlabelled, load_rows
from ..errors import InputError
from ..periods import check_period, row_periods
from ..runs import Run
from ..settings import load_spec
from ..training import OnProgress, train
from .processes import start_processes

Trained = dict[str, Run | str]  # period -> its run, or the sentence that refuses to train it


@dataclass(frozen=True)
class PeriodResult:
    """The version of a period, or the reason why it has none."""

    period: str
    run: str | None = None
    version: int | None = None
    is_new: bool = False
    refused: str | None = None


def check_order(first: str | None, last: str | None) -> None:
    if first and last and first > last:
        raise InputError(f"--from {first} is later than --to {last}: name an earlier --from")


def choose_periods(first: str | None, last: str | None) -> list[str]:
    """The periods with labels among the accepted data, from `first` to `last`."""
    spec = load_spec()
    frame = load_rows(spec, until=last)
    first = check_period(spec, frame, first) if first else ""
    # Without labels of its own a period would get the same model as the one before it.
    periods = row_periods(spec, drop_unlabelled(spec, frame)).unique()
    if chosen := sorted(period for period in periods if period >= first):
        return chosen
    raise InputError("the rows of these periods have no labels yet: there is nothing to train on")


def train_periods(periods: list[str], parallel: int, on_progress: OnProgress) -> Trained:
    """Train on the data up to each period, in processes if `parallel` is more than one."""
    trained: Trained = {}

    def add(period: str, result: Run | str) -> None:
        trained[period] = result
        on_progress(f"{len(trained)} of {len(periods)} periods are trained")

    earlier = periods[:-1]
    if min(parallel, len(earlier)) > 1:
        try:
            with start_processes(min(parallel, len(earlier))) as pool:
                for period, result in zip(earlier, pool.map(train_period, earlier), strict=True):
                    add(period, result)
        except BrokenProcessPool:
            raise InputError(
                "a process of a training was ended, perhaps because memory is short: "
                "continue with a smaller --parallel"
            ) from None
    # The newest is trained last, because `predict` uses the run that finished last.
    for period in periods[len(trained) :]:
        add(period, train_period(period))
    return trained


def train_period(period: str) -> Run | str:
    """The run of a period, or the sentence that refuses to train it."""
    try:
        return train(period)
    except InputError as error:
        return str(error)
