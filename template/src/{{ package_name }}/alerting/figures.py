"""What Prometheus reads about the model: the records of the status page as figures. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite

from ..monitoring.health import Health
from ..policy.settings import RetrainingSettings
from ..status.records import Records

HELP = {
    "monitoring_value": "Value of a check of the newest evaluated period",
    "monitoring_threshold": "Threshold of a check",
    "monitoring_alarm": "1 if a check is an alarm, else 0",
    "monitoring_drift_score": "Drift score of a feature",
    "monitoring_drift_threshold": "A feature has drifted from this score on",
    "monitoring_predictions": "Predictions of the newest evaluated period",
    "monitoring_labelled": "Predictions that the error is computed from",
    "monitoring_needed_labels": "With fewer, the quality is not evaluated",
    "monitoring_evaluation_timestamp_seconds": "When a period was evaluated last",
    "deployment_active_releases": "1 if a release is active, else 0",
    "deployment_release_timestamp_seconds": "Since when the release is active",
    "deployment_rejected_version": "1 if the newest version is rejected, else 0",
    "canary_challenger_share": "Percent of the entities of the challenger",
    "canary_challenger_suspended": "1 if the servers stopped to use the challenger, else 0",
    "canary_challenger_step_due": "1 if the step of the challenger may end, else 0",
    "retraining_decision": "1 for the outcome of the last decision to train",
    "retraining_decision_timestamp_seconds": "When `loop` or `retrain` decided last",
    "retraining_max_idle_seconds": "Longer without a decision is an alarm",
    "alerting_unreadable_records": "Records that cannot be read",
    "alerting_alerts": "Alerts that the webhook accepted",
    "alerting_job_running": "1 while the server runs this job, else 0",
    "alerting_job_failed": "1 if the last run of this job failed, else 0",
    "alerting_collected_timestamp_seconds": "When these figures were collected",
}
OF_THE_RELEASE = ("quality", "drift", "estimated error")  # no alarm once it is replaced


@dataclass(frozen=True)
class Figure:
    """One value; its name is a key of HELP."""

    name: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


def list_figures(
    records: Records, policy: RetrainingSettings, evaluated: float | None
) -> Iterator[Figure]:
    """All figures that are known. `evaluated` is when a period was evaluated last."""
    if records.periods:
        active = records.active.release if records.active else None
        yield from period_figures(records.periods[-1], policy, active)
    if evaluated is not None:
        yield Figure("monitoring_evaluation_timestamp_seconds", evaluated)
    yield from release_figures(records)
    yield from challenger_figures(records)
    if records.decisions:
        last = records.decisions[-1]
        yield Figure("retraining_decision", 1, {"outcome": last.outcome})
        yield Figure("retraining_decision_timestamp_seconds", seconds(last.at))
    yield Figure("alerting_unreadable_records", len(records.unreadable))


def period_figures(
    health: Health, policy: RetrainingSettings, active: str | None
) -> Iterator[Figure]:
    """The newest evaluation. Of a release that was replaced, its quality is no alarm."""
    period = {"period": health.period}
    yield Figure("monitoring_predictions", health.predictions, period)
    yield Figure("monitoring_labelled", health.labelled, period)
    yield Figure("monitoring_needed_labels", health.needed_labels, period)
    for name, value, threshold, is_alarm in checks_of(health, policy):
        labels = {"check": name, **period}
        counts = is_alarm and (name not in OF_THE_RELEASE or health.release == active)
        yield Figure("monitoring_alarm", counts, labels)
        for figure, number in {"value": value, "threshold": threshold}.items():
            if number is not None and isfinite(number):
                yield Figure(f"monitoring_{figure}", number, labels)
    for feature, score in health.drift_scores.items():
        yield Figure("monitoring_drift_score", score, {"feature": feature, **period})
    for feature, score in health.drift_thresholds.items():
        yield Figure("monitoring_drift_threshold", score, {"feature": feature, **period})


def checks_of(
    health: Health, policy: RetrainingSettings
) -> Iterator[tuple[str, float | None, float | None, bool]]:
    """(name, value, threshold, whether it is an alarm) of quality, drift and every check."""
    is_alarm = health.quality == "alarm"
    yield "quality", health.error, health.highest_error, is_alarm
    share, highest = health.drifted_share, policy.max_drifted_share
    yield "drift", share, highest, share is not None and share > highest
    for check in health.checks:
        yield check.name, check.value, check.threshold, check.is_alarm


def release_figures(records: Records) -> Iterator[Figure]:
    yield Figure("deployment_active_releases", records.active is not None)
    if records.active and records.since:
        labels = {"release": records.active.release, "version": str(records.active.version)}
        yield Figure("deployment_release_timestamp_seconds", seconds(records.since), labels)
    if records.versions:
        newest = records.versions[-1]
        labels = {"version": str(newest.number)}
        yield Figure("deployment_rejected_version", bool(newest.rejected), labels)


def challenger_figures(records: Records) -> Iterator[Figure]:
    """The challenger, if one is tried; each step has labels of its own, so it alerts again."""
    if (status := records.challenger) is None:
        return
    labels = {"release": status.challenger.release, "step": str(status.step)}
    is_due = not (status.wait or status.withdraw)
    yield Figure("canary_challenger_share", status.challenger.share, labels)
    yield Figure("canary_challenger_suspended", bool(status.withdraw), labels)
    yield Figure("canary_challenger_step_due", is_due, labels)


def seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def render(figures: Iterable[Figure]) -> bytes:
    """The figures in the text format of Prometheus."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.core import GaugeMetricFamily

    families: dict[str, GaugeMetricFamily] = {}
    for each in figures:
        if each.name not in families:
            names = list(each.labels)
            families[each.name] = GaugeMetricFamily(each.name, HELP[each.name], labels=names)
        families[each.name].add_metric(list(each.labels.values()), float(each.value))
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Families(list(families.values())))  # type: ignore[arg-type]
    return generate_latest(registry)


class Families:
    """Gives a registry what is collected already."""

    def __init__(self, families: list[object]) -> None:
        self._families = families

    def collect(self) -> list[object]:
        return self._families
