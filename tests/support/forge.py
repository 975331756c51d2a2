"""A forge as its machines see it: a repository, and workflows that run on fresh clones."""

import json
from pathlib import Path
from typing import Any

from tests.support.generator import run_git
from tests.support.local_runner import Run, run_workflow

MAIN = "refs/heads/main"


class Forge:
    """A bare repository that machines clone and push to."""

    def __init__(self, project: Path, place: Path) -> None:
        self.place, self.url = place, f"file://{place}/forge.git"
        run_git("clone", "-q", "--bare", str(project), str(place / "forge.git"), cwd=place)

    def clone(self, name: str, *words: str) -> Path:
        run_git("clone", "-q", *words, self.url, name, cwd=self.place)
        return self.place / name

    def runs(self, name: str, *words: str, at: str, event: str = "", **how: Any) -> Run:
        """Run a workflow on a machine that has nothing but a fresh clone."""
        checkout = self.clone(at, "--depth=1")
        job = checkout / ".github/workflows/state.yml"
        if job.exists():  # act does not know `queue` yet
            assert "queue: max" in job.read_text()
            job.write_text(job.read_text().replace("      queue: max\n", ""))
        workflow = checkout / f".github/workflows/{name}.yml"
        place = self.place / f"{at}-left"
        return run_workflow(workflow, event or "workflow_dispatch", MAIN, place, *words, **how)

    def registry(self) -> dict[str, Any]:
        shown = run_git("show", "mlops-state:registry.json", cwd=self.place / "forge.git")
        return dict(json.loads(shown))

    def numbers(self) -> dict[int, str]:
        """version -> the period it was trained on."""
        versions = self.registry()["versions"]
        return {each["number"]: each["run"].rsplit("-", 1)[0] for each in versions}

    def pointer(self) -> list[int]:
        """The released versions, oldest first."""
        path = "mlops-state:releases/pointer.jsonl"
        lines = run_git("show", path, cwd=self.place / "forge.git").splitlines()
        return [json.loads(line)["version"] for line in lines]
