"""Runs mlops-init in a process that kills itself at one of the moments that matter.

python killed_upgrade.py HOW MOMENT DELAY WORD…: HOW is `never` (prints how many moments there are),
`self` (exactly then), `late` (DELAY milliseconds later, while git may be at work) or `group`
(the same, git with it).
"""

import os
import shutil
import signal
import sys
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
    """Whether a file is opened to be changed."""
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


class Killer:
    """Counts what changes files or starts git, from the first that concerns the journal."""

    def __init__(self, how: str, moment: int, delay: float, start: str) -> None:
        self.how, self.moment, self.delay, self.start = how, moment, delay, start
        self.seen, self.counting = 0, False

    def __call__(self, event: str, words: tuple[Any, ...]) -> None:
        """Heard by Python before whatever it does."""
        path = str(words[0]) if words else ""
        if event in ("open", "os.mkdir") and path.endswith(self.start):
            self.counting = True
        if self.counting and (event in CHANGING or (event == "open" and writes(*words))):
            self.seen += 1
            if self.seen == self.moment:
                self.strike()
        if path.endswith("mlops-init/staged"):  # the last that matters
            self.counting = False

    def strike(self) -> None:
        if self.how == "self":
            os.kill(os.getpid(), signal.SIGKILL)
        threading.Thread(target=self._strike_later, daemon=True).start()

    def _strike_later(self) -> None:
        time.sleep(self.delay / 1000)
        if self.how == "group":
            os.killpg(0, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


def keep_renders() -> None:
    """Render once for many kills: what is made before the journal cannot hurt."""
    from mlops_init.upgrade import plan

    kept, render = Path(os.environ["RENDERS"]), plan._render_both

    def once(*words: Any) -> None:
        scratch = words[-1]
        if not kept.exists():
            render(*words)
            shutil.copytree(scratch, kept)
        shutil.copytree(kept, scratch, dirs_exist_ok=True)

    vars(plan)["_render_both"] = once


def main() -> None:
    from mlops_init.cli import app as cli

    keep_renders()

    how, moment, delay, *words = sys.argv[1:]
    start = "mlops-init.lock" if "--abort" in words else "mlops-init.new"
    killer = Killer(how, int(moment), float(delay), start)
    sys.argv = ["mlops-init", *words]
    sys.addaudithook(killer)
    try:
        cli.main()
    finally:
        print(f"moments: {killer.seen}")


if __name__ == "__main__":
    main()
