"""Two machines that share a bare repository, and nothing else."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


def git(*words: str, at: Path) -> str:
    """What git answers."""
    done = subprocess.run(["git", *words], cwd=at, capture_output=True, text=True, check=True)
    return done.stdout


@dataclass(frozen=True)
class Machines:
    """Where they are; `use` is to sit down at one."""

    remote: Path
    here: Path
    monkeypatch: pytest.MonkeyPatch

    def use(self, machine: Path) -> None:
        self.monkeypatch.chdir(machine)

    def new(self, name: str) -> Path:
        """One that has nothing but the settings of the project."""
        machine = self.remote.with_name(name)
        shutil.copytree(self.here / "conf", machine / "conf")
        git("init", "-q", at=machine)
        git("remote", "add", "origin", str(self.remote), at=machine)
        return machine

    def published(self) -> list[str]:
        """The files of the branch."""
        listed = git("ls-tree", "-r", "--name-only", "mlops-state", at=self.remote)
        return listed.splitlines()

    def changed(self, path: str, content: str) -> None:
        """Somebody commits something else to the branch."""
        other = self.remote.with_name("other")
        git("clone", "-q", "-b", "mlops-state", str(self.remote), str(other), at=self.remote.parent)
        (other / path).write_text(content)
        author = ("-c", "user.name=other", "-c", "user.email=other@localhost")
        git(*author, "commit", "-qam", "Other", at=other)
        git("push", "-q", at=other)


@pytest.fixture
def machines(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Machines:
    """This project, another folder with the same settings, and what both can push to."""
    remote = tmp_path_factory.mktemp("away") / "remote.git"
    git("init", "-q", "--bare", str(remote), at=remote.parent)
    git("init", "-q", at=project)
    git("remote", "add", "origin", str(remote), at=project)
    return Machines(remote, project, monkeypatch)
