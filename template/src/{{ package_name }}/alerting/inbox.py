"""The alerts that the webhook accepted, in `var/alerting/alerts.jsonl`: each is handled once."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field

from ..settings import var
from ..storage import atomic_file, read_lines
from .figures import Figure
from .settings import AlertingSettings

State = Literal["waiting", "done", "failed"]
STATES: tuple[State, ...] = ("waiting", "done", "failed")
MAX_AHEAD = timedelta(minutes=5)  # that the clock of Prometheus may be fast
ACTION = "loop"  # the label `action` of alerts that run the loop


class Alert(BaseModel):
    """An alert as Alertmanager sends it; further fields are ignored."""

    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    fingerprint: str = Field(pattern="^[0-9a-f]{1,64}$")
    startsAt: AwareDatetime  # noqa: N815, as Alertmanager writes it


class Notification(BaseModel):
    """The body of a request of Alertmanager."""

    version: Literal["4"]
    alerts: list[Alert] = Field(max_length=1000)


@dataclass(frozen=True)
class Accepted:
    """An alert that runs the loop. Its fingerprint and its start identify it."""

    fingerprint: str
    starts_at: str  # UTC, ISO 8601
    name: str
    state: State = "waiting"
    attempts: int = 0
    message: str = ""  # of the last attempt that failed

    @property
    def key(self) -> tuple[str, str]:
        return self.fingerprint, self.starts_at


def inbox_file() -> Path:
    return var("alerting", "alerts.jsonl")


class Inbox:
    """Every change is in the file before anything is answered or started."""

    def __init__(self, settings: AlertingSettings) -> None:
        self._lock = Lock()
        self._attempts = settings.attempts
        self._max_age = timedelta(hours=settings.max_alert_age_hours)
        self._alerts = {each.key: each for each in read_lines(Accepted, inbox_file())}

    def add(self, alerts: Iterable[Alert], now: datetime) -> dict[str, int]:
        """Accept what is new, or failed before. How many alerts were accepted, or ignored and why.

        An alert that is older than alerts are remembered is never accepted, so that none is
        handled twice.
        """
        with self._lock:
            known = {key: each for key, each in self._alerts.items() if self._is_kept(each, now)}
            results: Counter[str] = Counter()
            for alert in alerts:
                new = to_accepted(alert)
                reason = self._reason_to_ignore(alert, known.get(new.key), now)
                results[reason or "accepted"] += 1
                if reason is None:
                    known[new.key] = new
            if results["accepted"]:
                self._save(known)
        return dict(results)

    def waiting(self) -> list[Accepted]:
        with self._lock:
            return [each for each in self._alerts.values() if each.state == "waiting"]

    def finish(self, handled: Iterable[Accepted], failure: str | None) -> None:
        """A loop for these alerts ended; after a failure they wait for the next attempt."""
        with self._lock:
            known = dict(self._alerts)
            for each in handled:
                attempts, state = each.attempts + 1, "done"
                if failure is not None:
                    state = "waiting" if attempts < self._attempts else "failed"
                known[each.key] = replace(
                    each,
                    state=state,  # type: ignore[arg-type]
                    attempts=attempts,
                    message=failure or "",
                )
            self._save(known)

    def figures(self) -> list[Figure]:
        with self._lock:
            counts = Counter(each.state for each in self._alerts.values())
        return [Figure("alerting_alerts", counts[state], {"state": state}) for state in STATES]

    def _reason_to_ignore(self, alert: Alert, known: Accepted | None, now: datetime) -> str | None:
        if alert.status != "firing":
            return "resolved"
        if alert.labels.get("action") != ACTION:
            return "without action"
        if alert.startsAt > now + MAX_AHEAD:
            return "in the future"
        if alert.startsAt < now - self._max_age:
            return "too old"
        return "repeated" if known and known.state != "failed" else None

    def _is_kept(self, accepted: Accepted, now: datetime) -> bool:
        is_new = datetime.fromisoformat(accepted.starts_at) >= now - self._max_age
        return is_new or accepted.state == "waiting"

    def _save(self, alerts: dict[tuple[str, str], Accepted]) -> None:
        with atomic_file(inbox_file()) as part:
            part.write_text("".join(f"{json.dumps(asdict(each))}\n" for each in alerts.values()))
        self._alerts = alerts


def to_accepted(alert: Alert) -> Accepted:
    name = alert.labels.get("alertname", "unnamed")
    return Accepted(alert.fingerprint, alert.startsAt.astimezone(UTC).isoformat(), name)
