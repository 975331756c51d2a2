"""The decision: crown the challenger, or refuse it and say why."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..data import days, labelled, load, recent, span, split
from ..deployment.release import folder, read_spec
from ..errors import InputError
from ..evaluation import guess, losses
from ..prediction import predict
from ..registry.versions import Version, champion, crown, fetch, refuse
from ..runs import Run
from ..settings import load_spec, read
from ..spec import DataSpec
from .gate import Losses, Settings, Verdict, judge


def promote(challenger: Version) -> Verdict:
    """Judge a version and act on it. A verdict stays: what was judged is not judged again."""
    now = champion()
    if now and now.number == challenger.number:
        return Verdict(True, "it is champion already")
    if challenger.refused:
        return Verdict(False, f"refused before: {challenger.refused}")
    if now and challenger.number < now.number:
        return Verdict(False, f"older than the champion, version {now.number}")
    verdict = compare(fetch(challenger), fetch(now) if now else None)
    if verdict.accepted:
        crown(challenger, verdict.reason)
    else:
        refuse(challenger, verdict.reason)
    return verdict


def compare(challenger: Run, champion: Run | None) -> Verdict:
    """Both models and a guess on the same rows; neither model was fitted on any of them."""
    spec, settings = load_spec(), read(Settings, "promotion")
    fitting, rows = judged_rows(spec, challenger.period, settings.window_days)
    if rows.empty:
        raise InputError("there are no labelled rows that were held back: nothing to judge on")

    def loss(model: Any) -> np.ndarray:
        return losses(spec, rows[spec.target], predict(spec, model, rows))

    judged = Losses(
        challenger=loss(challenger.load()),
        champion=loss(champion.load()) if champion and comparable(spec, champion) else None,
        guess=loss(guess(spec, fitting)),
        units=days(spec, rows).to_numpy(),
        unit="days" if spec.time else "distinct rows",
    )
    return replace(judge(judged, settings, spec.metric), window=span(spec, rows) or "")


def comparable(spec: DataSpec, champion: Run) -> bool:
    """Whether a champion can answer these rows, and answers the same question."""
    if champion.spec == spec.digest or not folder(champion.id).exists():
        return True
    was = read_spec(champion.id)
    same = (was.target, was.task) == (spec.target, spec.task)
    return same and all(
        name in spec.features and spec.features[name].type == feature.type
        for name, feature in was.features.items()
    )


def judged_rows(spec: DataSpec, until: str, window: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(what a model of `until` is fitted on, what it is judged on: held back, newest days)."""
    rows = labelled(spec, load(spec, until=until))
    fitting, _ = split(spec, rows)
    _, held = split(spec, recent(spec, rows, window))
    return fitting, held
