"""The branch that carries the state, by git's plumbing: no checkout, nobody's index or branch."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from ..settings import NAME, read_settings, root, var
from .settings import Settings

SEEN = "refs/mlops/state"  # keeps what was fetched from being collected; no branch of yours
SETTINGS = {
    "core.autocrlf": "false",  # the very bytes
    "core.symlinks": "false",  # nothing on a branch may point out of var/
    "gc.auto": "0",
    "user.name": NAME,
    "user.email": f"{NAME}@localhost",
}


@dataclass(frozen=True)
class Branch:
    """A branch of a remote, and the commits of it that were seen."""

    remote: str
    name: str

    @property
    def ref(self) -> str:
        return f"refs/heads/{self.name}"

    def fetch(self) -> str | None:
        """The newest commit; None if there is no such branch yet."""
        if not git("ls-remote", self.remote, self.ref):
            return None
        shallow = git("rev-parse", "--is-shallow-repository").strip() == b"true"
        depth = ["--depth=1"] if shallow else []
        source = f"+{self.ref}:{SEEN}"
        git("fetch", "--quiet", "--no-tags", "--refmap=", *depth, self.remote, source)
        return git("rev-parse", SEEN).decode().strip()

    def push(self, commit: str, onto: str) -> str:
        """Nothing when it is there; what git said if it is not, because another was quicker say."""
        lease = f"--force-with-lease={self.ref}:{onto}"
        done = run("push", "--quiet", "--no-verify", lease, self.remote, f"{commit}:{self.ref}")
        return reason(done) if done.returncode else ""


def open_branch() -> Branch:
    """The branch of conf/state.yml; InputError if there is nowhere to keep one."""
    settings = read_settings(Settings, "state")
    if run("rev-parse", "--git-dir").returncode:
        raise InputError(f"{root()} is in no git repository: run `git init` first")
    if run("remote", "get-url", settings.remote).returncode:
        raise InputError(
            f"the state travels through the git remote `{settings.remote}`, and there is none: "
            f"`git remote add {settings.remote} …`, or name another in conf/state.yml"
        )
    return Branch(settings.remote, settings.branch)


def files(commit: str) -> list[str]:
    """Every path of a commit; none of no commit."""
    if not commit:
        return []
    return git("ls-tree", "-r", "-z", "--name-only", commit).decode().split("\0")[:-1]


def content(commit: str, path: str) -> bytes:
    """A file of a commit; empty if there is none, or the commit is gone."""
    if not commit:  # to git that would be the index
        return b""
    done = run("cat-file", "blob", f"{commit}:{path}")
    return b"" if done.returncode else done.stdout


def lay_out(commit: str, folder: Path) -> None:
    """All files of a commit in an empty folder."""
    git("read-tree", commit)
    git("checkout-index", "--all", "--force", tree=folder)


def commit_of(base: str, paths: list[str], texts: dict[str, str], subject: str) -> str:
    """A commit that adds what stands in var/, and texts, to another; that one if nothing is new."""
    git("read-tree", *([base] if base else ["--empty"]))
    if paths:
        listed = "\0".join(f":(top,literal){path}" for path in paths).encode()
        words = ["--force", "--ignore-removal", "--pathspec-from-file=-", "--pathspec-file-nul"]
        git("add", *words, tree=var(), given=listed)
    for path, text in texts.items():
        blob = git("hash-object", "-w", "--stdin", given=text.encode()).decode().strip()
        git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    tree = git("write-tree").decode().strip()
    if base and tree == git("rev-parse", f"{base}^{{tree}}").decode().strip():
        return base
    parent = ["-p", base] if base else []
    return git("commit-tree", tree, *parent, "-m", subject).decode().strip()


def remember(commit: str) -> None:
    git("update-ref", SEEN, commit)


def git(*words: str, tree: Path | None = None, given: bytes | None = None) -> bytes:
    """What git answers; InputError with its own sentence if it cannot."""
    done = run(*words, tree=tree, given=given)
    if done.returncode:
        raise InputError(f"git {words[0]}: {reason(done)}")
    return done.stdout


def run(
    *words: str, tree: Path | None = None, given: bytes | None = None
) -> "subprocess.CompletedProcess[bytes]":
    var("state").mkdir(parents=True, exist_ok=True)
    own = {"GIT_INDEX_FILE": str(var("state", "index")), "GIT_TERMINAL_PROMPT": "0"}
    if tree:
        home = git("rev-parse", "--absolute-git-dir").decode().strip()
        own |= {"GIT_WORK_TREE": str(tree), "GIT_DIR": home}
    settings = [word for pair in SETTINGS.items() for word in ("-c", "=".join(pair))]
    try:
        return subprocess.run(
            ["git", *settings, *words],
            cwd=tree or root(),
            env=os.environ | own,
            input=given,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise InputError("the state travels by git, which is not installed here") from None


def reason(done: "subprocess.CompletedProcess[bytes]") -> str:
    """The line of git's that says what is wrong."""
    lines = done.stderr.decode(errors="replace").strip().splitlines() or ["it does not say why"]
    told = [line for line in lines if line.startswith(("fatal:", "error:", "remote:", " !"))]
    return (told or lines)[0].strip()
