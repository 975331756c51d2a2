"""Releases of a project: copies, damaged ones, what each predicts, and the pointer to them."""

import hashlib
import json
import math
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.projects import InstalledProject

Rows = list[dict[str, Any]]
Damage = Callable[[Path], object]
Move = Callable[..., int]
MOVE_POINTER = """
import json, sys
from churn.deployment import delivery
from churn.deployment.pointer import Challenger, Delivery, append_delivery, read_active, utc_now

for line in sys.stdin:
    what, *values = json.loads(line)
    if what == "deliver":
        append_delivery(Delivery(*values, utc_now()))
    elif what == "try":
        delivery.try_challenger(read_active(), Challenger(*values))
    elif what == "promote":
        delivery.promote(read_active().challenger)
    elif what == "withdraw":
        delivery.withdraw(read_active(), "by a test")
    else:
        delivery.rollback("by a test")
    print(read_active().version, flush=True)
"""
PREDICT = """
import json, sys
from churn.deployment.release import open_release

rows = json.loads(sys.argv[1])
print(json.dumps({name: open_release(name).predict_records(rows) for name in sys.argv[2:]}))
"""


def release_names(installed: InstalledProject) -> list[str]:
    """The releases of a project, oldest first."""
    files = installed.folder.glob("var/releases/*/release.json")
    metadata = [json.loads(file.read_text()) for file in files]
    return [each["release"] for each in sorted(metadata, key=lambda each: each["version"])]


def copy_release(installed: InstalledProject, release: str, version: int) -> str:
    """A copy of a release under the number of another version; its name."""
    folder, name = installed.folder / "var/releases", f"{release}-{version}"
    shutil.copytree(folder / release, folder / name)
    metadata = json.loads((folder / name / "release.json").read_text())
    content = json.dumps(metadata | {"release": name, "version": version}).encode()
    replace_file(folder / name / "release.json", content)
    return name


def replace_file(file: Path, content: bytes) -> None:
    """Replace a file of a release, and its digest."""
    file.write_bytes(content)
    digests = json.loads((file.parent / "digests.json").read_text())
    digests[file.name] = hashlib.sha256(content).hexdigest()
    (file.parent / "digests.json").write_text(json.dumps(digests))


def flip_byte(release: Path) -> None:
    file = release / "compiled.treelite"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def change_prediction(release: Path) -> None:
    """Let a golden row expect another prediction, with the right digest."""
    file = release / "golden.jsonl"
    first, *rest = file.read_text().splitlines()
    pair = json.loads(first)
    pair["prediction"]["prediction"] += 1
    replace_file(file, "\n".join([json.dumps(pair), *rest]).encode())


DAMAGES: list[Damage] = [
    flip_byte,
    change_prediction,
    shutil.rmtree,
    lambda release: (release / "golden.jsonl").unlink(),
    lambda release: (release / "digests.json").write_text("[]"),
    lambda release: replace_file(release / "spec.json", b"{}"),
    lambda release: replace_file(release / "compiled.treelite", b""),
]


@contextmanager
def pointer(installed: InstalledProject) -> Iterator[Move]:
    """`move("deliver", release, 2)`: the active version, after a change by another process."""
    python = installed.folder / ".venv/bin/python"
    with subprocess.Popen(
        [python, "-c", MOVE_POINTER],
        cwd=installed.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        requests, answers = process.stdin, process.stdout

        def move(what: str, *values: Any) -> int:
            print(json.dumps([what, *values]), file=requests, flush=True)
            return int(answers.readline())

        yield move
        requests.close()


class Expected:
    """What each release predicts for some rows, computed by its scikit-learn pipeline."""

    def __init__(self, installed: InstalledProject, rows: Rows, releases: dict[str, int]) -> None:
        python, words = installed.folder / ".venv/bin/python", [json.dumps(rows), *releases]
        printed = subprocess.check_output([python, "-c", PREDICT, *words], cwd=installed.folder)
        self._keys = [row["flight_id"] for row in rows]
        self._predictions = {
            (name, releases[name]): [each["prediction"] for each in predictions]
            for name, predictions in json.loads(printed).items()
        }

    def distinct(self) -> int:
        """How many different predictions there are for each row, at least."""
        return min(
            len({round(value, 6) for value in row})
            for row in zip(*self._predictions.values(), strict=True)
        )

    def read_versions(self, answer: dict[str, Any]) -> frozenset[int]:
        """The versions that predicted rows; an error if one predicts otherwise."""
        predictions, others = answer["predictions"], answer.get("challenger", {"rows": []})
        assert [each["flight_id"] for each in predictions] == self._keys
        versions = set()
        for number, prediction in enumerate(predictions):
            origin = others if number in others["rows"] else answer
            known = self._predictions[origin["release"], origin["version"]][number]
            assert is_equal(prediction["prediction"], known), f"mixed: row {number} of {answer}"
            versions.add(origin["version"])
        return frozenset(versions)


def is_equal(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9)
