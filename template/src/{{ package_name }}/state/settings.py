"""Where the state travels, and what travels."""

from ..spec import FrozenModel


class Settings(FrozenModel):
    """`conf/state.yml`."""

    remote: str = "origin"
    branch: str = "mlops-state"
    carried: tuple[str, ...] = ("monitoring", "releases", "runs")  # folders of var/
    left_out: tuple[str, ...] = ("report.html",)  # of what they hold
