"""The channels that messages go to. Apprise knows their kinds and speaks to each."""

from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Any

from ..errors import InputError
from ..settings import NAME, env_prefix
from .message import Message
from .settings import NotificationSettings


@dataclass(frozen=True)
class Channel:
    """A name to speak of, and the service behind it."""

    name: str
    service: Any
    timeout: float

    def send(self, message: Message, picture: bytes | None) -> str | None:
        """None when it is delivered, otherwise why not; a reason contains no secret."""
        from apprise import AppriseAttachment
        from apprise.attachment.memory import AttachMemory

        files = AppriseAttachment()
        if picture:
            files.add(AttachMemory(content=picture, name="quality.png", mimetype="image/png"))
        result = self.service.notify(
            title=message.title,
            body=message.text,
            body_format="text",
            notify_type=message.kind,
            attach=files if picture else None,
            timeout=self.timeout,
        )
        if result:
            return None
        reasons = [entry.message for entry in result.logs()]
        return reasons[-1].rstrip(".") if reasons else "the service did not answer in time"


def read_channels(settings: NotificationSettings) -> list[Channel]:
    """All channels; InputError names one that cannot be used, without its address."""
    import logging

    from apprise import Apprise

    logging.getLogger("apprise").propagate = False  # what it logs is in its results
    channels = []
    for name, address in settings.lines:
        service = Apprise(asset=asset())
        if not service.add(address):
            raise InputError(f"channel `{name}`: its address is of no known kind: see {GUIDE}")
        check_encryption(name, service[0])
        channels.append(Channel(name, service, settings.timeout_seconds))
    return channels


def check_encryption(name: str, plugin: Any) -> None:
    """Rows and tokens are never sent readable, except inside this machine."""
    plain = plugin.protocol if isinstance(plugin.protocol, tuple) else (plugin.protocol,)
    if plugin.secure or plugin.schema not in plain or is_loopback(str(plugin.host)):
        return
    raise InputError(f"channel `{name}`: `{plugin.schema}:` is not encrypted: use another one")


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@cache
def asset() -> Any:
    """No message links to a picture elsewhere, and no redirect is followed."""
    from apprise import AppriseAsset

    images: dict[str, Any] = {"image_url_mask": "", "image_url_logo": ""}
    return AppriseAsset(app_id=NAME, app_desc=NAME, app_url="", http_redirects=False, **images)


GUIDE = "docs/how-to/notifications.md"
VARIABLE = f"{env_prefix('notifications')}CHANNELS"
