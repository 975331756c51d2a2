"""The settings of serving."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from ..predictions.log import LogSettings
from ..spec import FrozenModel


class ServingSettings(FrozenModel):
    """`conf/serving.yml`."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    poll_seconds: float = Field(default=1, gt=0)
    max_request_rows: int = Field(default=1000, gt=0)
    max_request_bytes: int = Field(default=1_000_000, gt=0)
    read_seconds: float = Field(default=10, gt=0)
    shutdown_seconds: int = Field(default=10, gt=0)
    max_connections: int = Field(default=1000, gt=0)
    on_out_of_range: Literal["reject", "flag"] = "reject"
    workers: int = Field(default=1, gt=0)
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    keys: SecretStr | None = None  # separated by commas; from the environment alone
    keys_file: Path | None = None  # one key a line
    max_requests_per_minute: int = Field(default=0, ge=0)  # of a key; 0: no limit
    allowed_hosts: tuple[str, ...] = ("*",)
    allowed_origins: tuple[str, ...] = ()
    log: LogSettings = LogSettings()
