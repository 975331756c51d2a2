"""`conf/notifications.yml`, and the channels in the environment."""

from typing import Self

from pydantic import AnyHttpUrl, Field, SecretStr, model_validator

from ..spec import FrozenModel


class NotificationSettings(FrozenModel):
    """`conf/notifications.yml`. The address of a channel contains its password or token."""

    channels: SecretStr = SecretStr("")  # one `name address` in a line
    warnings: bool = False
    page_url: AnyHttpUrl | None = None
    timeout_seconds: float = Field(default=20, gt=0, le=300)

    @model_validator(mode="after")
    def check_channels(self) -> Self:
        for number, words in enumerate(self.lines, start=1):
            if len(words) != 2:
                raise ValueError(f"line {number}: write a name, a blank and an address")
        if len({words[0] for words in self.lines}) != len(self.lines):
            raise ValueError("two channels have the same name")
        return self

    @property
    def lines(self) -> list[list[str]]:
        """[name, address] of each channel."""
        lines = self.channels.get_secret_value().splitlines()
        return [words for line in lines if (words := line.split())]
