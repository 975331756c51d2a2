"""CPU of `mlops-init` against a bare Typer app (`--help`) and against `copier copy`.

    python benchmarks/commands.py            nine runs of each
    python benchmarks/commands.py --runs 25

The CPU time includes child processes. `mlops-init` also creates a repository and a commit.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from processes import cost
from published import create_release

OWN = Path(sys.executable).parent
LEVEL = 3
BARE = """
from typing import Annotated
import typer
app = typer.Typer()

@app.command()
def greet(name: Annotated[str, typer.Option(help="Whose name.")] = "you") -> None:
    \"\"\"Say hello.\"\"\"

app()
"""
Measured = Callable[[Path], float]


def pairs(release: Path, bare: Path) -> dict[str, tuple[Measured, Measured]]:
    """name -> the two commands that are compared."""
    copy = (OWN / "copier", "copy", "--quiet", "--defaults", "-d", f"level={LEVEL}", release)

    def cpu(*words: object) -> Measured:
        return lambda empty: cost(*words, cwd=empty).cpu

    return {
        "mlops-init --help / a bare Typer app": (
            cpu(OWN / "mlops-init", "--help"),
            cpu(sys.executable, bare, "--help"),
        ),
        f"mlops-init --level {LEVEL} / copier copy": (
            cpu(OWN / "mlops-init", "churn", "--level", LEVEL, "--defaults"),
            cpu(*copy, "churn"),
        ),
    }


def ratio(ours: Measured, peer: Measured, runs: int) -> tuple[list[float], float, float]:
    """(ratios of pairs, sorted; the median seconds of each); the first pair is not counted."""
    found = []
    for _ in range(runs + 1):
        one, other = (_in_empty(each) for each in (ours, peer))
        found.append((one, other))
    mine, theirs = zip(*found[1:], strict=True)
    ratios = sorted(one / other for one, other in found[1:])
    return ratios, statistics.median(mine), statistics.median(theirs)


def _in_empty(measured: Measured) -> float:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as empty:
        return measured(Path(empty))


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU of the commands, as ratios.")
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    print(f"{'CPU of ' + str(runs) + ' runs':45} ratio   {'range':14} seconds")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        bare = Path(name, "bare.py")
        bare.write_text(BARE, encoding="utf-8")
        for what, (ours, peer) in pairs(create_release(Path(name, "release")), bare).items():
            ratios, one, other = ratio(ours, peer, runs)
            spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
            middle = statistics.median(ratios)
            print(f"{what:45} {middle:5.2f}   {spread:14} {one:.2f} s / {other:.2f} s")


if __name__ == "__main__":
    main()
