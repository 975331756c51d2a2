"""Makes a release of a version: `var/releases/<run id>/`, all that serving needs."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from ..data import drop_unlabelled, load_rows
from ..errors import InputError
from ..holdout import split_holdout
from ..prediction import predict
from ..registry.versions import Version, fetch_run
from ..runs import Run
from ..schema import row_records, to_records
from ..settings import load_spec
from ..spec import DataSpec
from ..storage import atomic_folder, sha256
from .compile_model import try_compile
from .release import ReleaseMetadata, release_folder

GOLDEN_ROWS = 20  # rows whose answers a server checks before it serves
PARITY_ROWS = 200  # rows a compiled model has to answer as the pipeline does


def build_release(version: Version) -> Path:
    """The release of a version; made beside and renamed, found if it is there already."""
    target = release_folder(version.run)
    if target.exists():
        return target
    run, spec = fetch_run(version), load_spec()
    if run.spec != spec.digest:
        raise InputError(
            f"conf/data.yml has changed since version {version.number} was trained: "
            "train a version of what it declares now, and promote that"
        )
    with atomic_folder(target) as part:
        write_release(part, version.number, run, spec)
        digests = {file.name: sha256(file.read_bytes()) for file in sorted(part.iterdir())}
        (part / "digests.json").write_text(json.dumps(digests, indent=2) + "\n")
    return target


def write_release(part: Path, number: int, run: Run, spec: DataSpec) -> None:
    """All files of a release but the one of their digests."""
    _, held = split_holdout(spec, drop_unlabelled(spec, load_rows(spec, until=run.period)))
    rows, model = held.tail(GOLDEN_ROWS), run.load()
    answers = to_records(predict(spec, model, rows))
    golden = zip(row_records(spec, rows), answers, strict=True)
    made = try_compile(spec, model, row_records(spec, held.tail(PARITY_ROWS)))
    why = made if isinstance(made, str) else None
    origin = {name: getattr(run, name) for name in ("period", "data", "spec", "code", "commit")}
    metadata = ReleaseMetadata(run.id, number, **origin, metrics=run.metrics, uncompiled=why)
    if not isinstance(made, str):
        made.write(part)
    shutil.copy(run.folder / "model.skops", part)
    (part / "spec.json").write_text(spec.model_dump_json(indent=2) + "\n")
    (part / "release.json").write_text(json.dumps(asdict(metadata), indent=2) + "\n")
    lines = [json.dumps({"row": row, "answer": answer}) for row, answer in golden]
    (part / "golden.jsonl").write_text("\n".join(lines) + "\n")
