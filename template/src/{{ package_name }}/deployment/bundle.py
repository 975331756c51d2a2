"""Makes a release of a version: `var/releases/<run id>/`, all that serving needs."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from ..data import labelled, load, split
from ..errors import InputError
from ..prediction import predict
from ..registry.versions import Version, fetch
from ..runs import sha256, unfinished
from ..settings import load_spec
from .release import Traces, answer_records, folder, row_records

GOLDEN = 20  # rows whose answers a server checks before it serves


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
    _, held = split(spec, labelled(spec, load(spec, until=run.period)))
    rows = held.tail(GOLDEN)
    answers = predict(spec, run.load(), rows)
    golden = zip(row_records(spec, rows), answer_records(answers), strict=True)
    origin = {name: getattr(run, name) for name in ("period", "data", "spec", "code", "commit")}
    traces = Traces(run.id, version.number, **origin, metrics=run.metrics)
    with unfinished(target) as part:
        shutil.copy(run.folder / "model.skops", part)
        (part / "spec.json").write_text(spec.model_dump_json(indent=2) + "\n")
        (part / "release.json").write_text(json.dumps(asdict(traces), indent=2) + "\n")
        lines = [json.dumps({"row": row, "answer": answer}) for row, answer in golden]
        (part / "golden.jsonl").write_text("\n".join(lines) + "\n")
        digests = {file.name: sha256(file.read_bytes()) for file in sorted(part.iterdir())}
        (part / "digests.json").write_text(json.dumps(digests, indent=2) + "\n")
    return target
