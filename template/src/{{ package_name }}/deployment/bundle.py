"""Makes a release of a version: `var/releases/<run id>/`, all that serving needs."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from ..data import labelled, load, split
from ..errors import InputError
from ..prediction import predict
from ..registry.versions import Version, fetch
from ..runs import Run, sha256, unfinished
from ..settings import load_spec
from ..spec import DataSpec
from .compiling import attempt
from .release import Traces, answer_records, folder, row_records

GOLDEN = 20  # rows whose answers a server checks before it serves
COMPARED = 200  # rows a compiled model has to answer as the pipeline does


def build(version: Version) -> Path:
    """The release of a version; made beside and renamed, found if it is there already."""
    target = folder(version.run)
    if target.exists():
        return target
    run, spec = fetch(version), load_spec()
    if run.spec != spec.digest:
        raise InputError(
            f"conf/data.yml has changed since version {version.number} was trained: "
            "train a version of what it declares now, and promote that"
        )
    with unfinished(target) as part:
        fill(part, version.number, run, spec)
        digests = {file.name: sha256(file.read_bytes()) for file in sorted(part.iterdir())}
        (part / "digests.json").write_text(json.dumps(digests, indent=2) + "\n")
    return target


def fill(part: Path, number: int, run: Run, spec: DataSpec) -> None:
    """All files of a release but the one of their digests."""
    _, held = split(spec, labelled(spec, load(spec, until=run.period)))
    rows, model = held.tail(GOLDEN), run.load()
    answers = answer_records(predict(spec, model, rows))
    golden = zip(row_records(spec, rows), answers, strict=True)
    made = attempt(spec, model, row_records(spec, held.tail(COMPARED)))
    why = made if isinstance(made, str) else None
    origin = {name: getattr(run, name) for name in ("period", "data", "spec", "code", "commit")}
    traces = Traces(run.id, number, **origin, metrics=run.metrics, uncompiled=why)
    if not isinstance(made, str):
        made.write(part)
    shutil.copy(run.folder / "model.skops", part)
    (part / "spec.json").write_text(spec.model_dump_json(indent=2) + "\n")
    (part / "release.json").write_text(json.dumps(asdict(traces), indent=2) + "\n")
    lines = [json.dumps({"row": row, "answer": answer}) for row, answer in golden]
    (part / "golden.jsonl").write_text("\n".join(lines) + "\n")
