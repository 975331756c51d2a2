"""Runs mlops-init in forks of one warm process, each killed at one of the moments that matter.

Each line that it reads is a job in JSON, each line that it writes a result. `how` is `never` (then
`moments` counts the moments there are), `self` (exactly at `moment`), `late` (`delay` milliseconds
later, while git may be at work) or `group` (the same, git with it).
"""

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

CHANGING = {
    "os.chmod",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.utime",
    "shutil.copyfile",
    "shutil.move",
    "subprocess.Popen",
}


def writes(path: object, mode: str | None, flags: int) -> bool:
    """Whether a file is opened for writing."""
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


class Killer:
    """Counts what changes files or starts git, from the first that concerns the journal."""

    def __init__(self, how: str, moment: int, delay: float, start: str) -> None:
        self.how, self.moment, self.delay, self.start = how, moment, delay, start
        self.moments, self.counting = 0, False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        """Python calls this before each of its actions."""
        path = str(args[0]) if args else ""
        if event in ("open", "os.mkdir") and path.endswith(self.start):
            self.counting = True
        if self.counting and (event in CHANGING or (event == "open" and writes(*args))):
            self.moments += 1
            if self.moments == self.moment:
                self.kill()
        if path.endswith("mlops-init/staged"):  # the last important one
            self.counting = False

    def kill(self) -> None:
        if self.how == "self":
            os.kill(os.getpid(), signal.SIGKILL)
        threading.Thread(target=self._kill_later, daemon=True).start()

    def _kill_later(self) -> None:
        time.sleep(self.delay / 1000)
        if self.how == "group":
            os.killpg(0, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


def keep_renders() -> None:
    """Render once for many kills: what is made before the journal cannot hurt."""
    from mlops_init.upgrade import plan

    render = plan._render_both

    def render_once(*args: Any) -> None:
        scratch, kept = args[-1], Path(os.environ["RENDERS"])
        if not kept.exists():
            render(*args)
            shutil.copytree(scratch, kept)
        shutil.copytree(kept, scratch, dirs_exist_ok=True)

    vars(plan)["_render_both"] = render_once


def run_command(job: dict[str, Any], printed: Path) -> int:
    """Run the command in this process; its exit status."""
    from mlops_init.cli import app as cli

    os.setsid()
    os.chdir(job["cwd"])
    os.environ |= job["environment"]
    tempfile.tempdir = None  # so that TMPDIR is read
    for stream in (1, 2):
        os.dup2(os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
    start = "mlops-init.lock" if "--abort" in job["words"] else "mlops-init.new"
    killer = Killer(job["how"], job["moment"], job["delay"], start)
    sys.argv = ["mlops-init", *job["words"]]
    sys.addaudithook(killer)
    try:
        cli.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    finally:
        print(f"moments: {killer.moments}", flush=True)
    return 0


def main() -> None:
    import copier  # noqa: F401 - slow to load, so loaded before the forks
    from mlops_init.cli import app  # noqa: F401

    keep_renders()
    for line in sys.stdin:
        job = json.loads(line)
        printed = Path(job["printed"])
        printed.write_text("")
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = run_command(job, printed)
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps({"status": status, "printed": printed.read_text()}), flush=True)


if __name__ == "__main__":
    main()
