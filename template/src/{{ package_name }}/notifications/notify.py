"""Sends each channel what it does not know yet: alarms that began, and alarms that are over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from ..errors import InputError, warn
from ..settings import NAME, read_settings
from ..status.alarms import Alarm, find_alarms
from ..status.records import Records, read_records
from .channels import GUIDE, VARIABLE, Channel, read_channels
from .message import LOOP, Message, describe_begin, describe_end, group_alarms
from .picture import draw_quality
from .sent import Record, Sent, read_sent
from .settings import NotificationSettings


@dataclass(frozen=True)
class Loop:
    """How the last loop ended; without a sentence it succeeded."""

    failure: str | None = None


@dataclass(frozen=True)
class Outcome:
    """A message to a channel, and why it was not delivered."""

    channel: str
    event: Literal["begin", "end", "test"]
    alarm: str
    error: str | None = None


def notify(loop: Loop | None = None) -> list[Outcome]:
    """Send what is new. A channel that fails gets the rest at the next call.

    InputError if there is no channel, or if one cannot be used.
    """
    settings = read_settings(NotificationSettings, "notifications")
    channels = require_channels(settings)
    records, sent = read_records(), read_sent()
    alarms = {
        name: alarm
        for name, alarm in group_alarms(find_alarms(records)).items()
        if settings.warnings or not alarm.is_warning
    }
    if loop and loop.failure:
        alarms[LOOP] = Alarm(LOOP, f"The loop failed: {loop.failure}", name=LOOP)
    page_url = str(settings.page_url) if settings.page_url else None
    metric = records.spec.metric if records.spec else "error"
    sender = Sender(records, sent, draw_quality(metric, records.periods), page_url)
    return [
        outcome
        for channel in channels
        for outcome in sender.send(channel, alarms, is_loop_over=loop == Loop())
    ]


def require_channels(settings: NotificationSettings) -> list[Channel]:
    if not settings.lines:
        raise InputError(f"there is no channel: set {VARIABLE}, see {GUIDE}")
    return read_channels(settings)


@dataclass(frozen=True)
class Sender:
    """What all channels have in common."""

    records: Records
    sent: Record
    picture: bytes | None
    page_url: str | None

    def send(
        self, channel: Channel, alarms: dict[str, Alarm], is_loop_over: bool
    ) -> Iterator[Outcome]:
        """Until a message is not delivered."""
        known = dict(self.sent.open.get(channel.name, {}))
        for name, alarm in alarms.items():
            before = known.get(name)
            if before and before.is_warning <= alarm.is_warning:
                continue
            message = describe_begin(alarm, self.records, self.page_url)
            yield (outcome := self.deliver(channel, "begin", name, message))
            if outcome.error:
                return
            now = datetime.now(UTC).isoformat(timespec="seconds")
            new = Sent(alarm.section, alarm.message, alarm.is_warning, now)
            self.sent.begin(channel.name, name, new)
        for name, old in known.items():
            if name in alarms or not (is_loop_over if name == LOOP else self.can_end):
                continue
            place = (self.records, self.page_url)
            message = describe_end(name, old.section, old.message, old.at, *place)
            yield (outcome := self.deliver(channel, "end", name, message))
            if outcome.error:
                return
            self.sent.end(channel.name, name)

    @property
    def can_end(self) -> bool:
        """While a record cannot be read, nobody knows whether its alarm is over."""
        return not self.records.unreadable

    def deliver(
        self, channel: Channel, event: Literal["begin", "end"], name: str, message: Message
    ) -> Outcome:
        picture = self.picture if event == "begin" else None
        return Outcome(channel.name, event, name, channel.send(message, picture))


def send_test() -> list[Outcome]:
    """One message to each channel, which is not recorded."""
    settings = read_settings(NotificationSettings, "notifications")
    message = Message(f"{NAME}: test", "Messages about alarms arrive here.", "info")
    picture = draw_quality("error", read_records().periods)
    return [
        Outcome(channel.name, "test", "test", channel.send(message, picture))
        for channel in require_channels(settings)
    ]


def after_loop(failure: str | None = None) -> None:
    """Notify if there are channels. A failure is a warning: what the loop decided is valid."""
    try:
        if not read_settings(NotificationSettings, "notifications").lines:
            return
        failed = [outcome for outcome in notify(Loop(failure)) if outcome.error]
        for outcome in failed:
            warn(f"channel `{outcome.channel}` is not notified: {outcome.error}")
    except Exception as error:  # of any kind: the loop must not fail because of a message
        warn(f"no channel is notified ({error}): run `{NAME} notify`")
