"""Where the state is published, and what belongs to it."""

from ..spec import FrozenModel


class Settings(FrozenModel):
    """`conf/state.yml`."""

    remote: str = "origin"
    branch: str = "mlops-state"
    include: tuple[str, ...] = ("monitoring", "releases", "retraining", "runs")  # folders of var/
    exclude: tuple[str, ...] = ("report.html",)  # files in them that stay on this machine
