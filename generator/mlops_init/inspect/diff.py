"""What changes between two levels: in a project with its answers, elsewhere with the defaults."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import RefusedError
from ..git import run as git
from ..template import original as recorded
from ..template import render as projects
from ..template.levels import level
from ..ui import screens
from .comparison import Comparison

FRESH = "churn"  # what a project that nobody has made is called, as in the README


@dataclass(frozen=True)
class Difference:
    """Two levels of one project, rendered and compared."""

    name: str
    before: int
    after: int
    project: Path | None  # the one it is about, and the level it is at
    now: int | None
    comparison: Comparison

    def patch(self, colour: bool) -> bytes:
        """What takes the project from one level to the other."""
        # git reads the paths of a patch from the top of a repository, wherever it is typed.
        inside = git.inside(self.project) if self.project else ""
        return self.comparison.patch(inside, colour)


@contextmanager
def compared(old: str, new: str, project: Path | None) -> Iterator[Difference]:
    """Render both levels: of this project, of the one around this folder, or of a fresh one."""
    before, after = level(old).number, level(new).number
    if before == after:
        raise RefusedError(f"Both are level {before}: name two levels, as in mlops-init diff 1 2.")
    git.require("A comparison")
    place = project or projects.enclosing(Path.cwd())
    with projects.template() as template, projects.scratch() as scratch:
        if place:
            answers = projects.read_answers(place)
        else:
            answers = projects.ask(template, {"level": before}, FRESH, defaults=True)
            answers |= projects.origin(template)
        with screens.waiting("comparing"):
            for number, side in ((before, "old"), (after, "new")):
                # From the template that a project was made from, so that its patch applies.
                wanted = answers | {"level": number}
                recorded.render(place or scratch, wanted, template, scratch / side)
        comparison = Comparison(scratch / "old", scratch / "new", scratch)
        now = answers["level"] if place else None
        yield Difference(answers["project_name"], before, after, place, now, comparison)
