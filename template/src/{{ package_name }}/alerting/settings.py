"""`conf/alerting.yml`."""

from pathlib import Path

from pydantic import Field, SecretStr

from ..errors import InputError
from ..serving.access import LOCAL_HOSTS, Access
from ..serving.settings import ServingSettings
from ..settings import NAME, env_prefix, read_settings
from ..spec import FrozenModel


class AlertingSettings(FrozenModel):
    """`conf/alerting.yml`."""

    host: str = "127.0.0.1"
    port: int = Field(default=8001, ge=0, le=65535)
    token: SecretStr | None = None  # from the environment alone
    token_file: Path | None = None
    collect_seconds: float = Field(default=15, gt=0)
    monitor_minutes: float | None = Field(default=60, gt=0)
    max_idle_hours: float = Field(default=48, gt=0)
    max_alert_age_hours: float = Field(default=168, gt=0)
    max_request_bytes: int = Field(default=1_000_000, gt=0)
    attempts: int = Field(default=3, gt=0)
    retry_seconds: float = Field(default=60, gt=0)

    def serving(self) -> ServingSettings:
        """The same for the parts of `serving` that this server shares."""
        return ServingSettings(
            host=self.host,
            port=self.port,
            keys=self.token,
            keys_file=self.token_file,
            max_request_bytes=self.max_request_bytes,
        )


def alerting_settings(port: int | None = None) -> AlertingSettings:
    """The settings, with the option of the command."""
    settings = read_settings(AlertingSettings, "alerting")
    return settings if port is None else settings.model_copy(update={"port": port})


def check_access(settings: AlertingSettings, access: Access) -> None:
    """InputError if other machines could read the metrics without a token."""
    variable = f"{env_prefix('alerting')}TOKEN"
    if settings.host not in LOCAL_HOSTS and not access.needs_key:
        raise InputError(
            f"anyone who reaches {settings.host} could read the metrics: set {variable} or "
            f"`token_file` in conf/alerting.yml before `{NAME} alerting serve`"
        )
