"""Builds the release of a version: `var/releases/<run id>/`, all that serving needs."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from ..data import drop_unlabelled, load_rows
from ..errors import InputError
from ..holdout import split_holdout
from ..prediction import predict
from ..predictions.records import row_records
from ..registry.versions import Version, fetch_run
from ..runs import Run
from ..settings import load_spec
from ..spec import DataSpec
from ..storage import atomic_folder, sha256, write_json
from ..tables import to_records
from .card import write_card
from .compile_model import try_compile
from .materials import write_materials
from .release import DIGESTS, ReleaseMetadata, lock_digest, release_folder
from .signing import sign

GOLDEN_ROWS = 20  # rows with predictions that every server checks before it uses the release
PARITY_ROWS = 200  # rows for which a compiled model must predict the same as the pipeline


def build_release(version: Version) -> Path:
    """The folder of the release; built if it does not exist yet."""
    folder = release_folder(version.run)
    if folder.exists():
        return folder
    run, spec = fetch_run(version), load_spec()
    if run.spec != spec.digest:
        raise InputError(
            f"conf/data.yml has changed since version {version.number} was trained: "
            "train a version with the new declaration and promote that one"
        )
    with atomic_folder(folder) as part:
        write_release(part, version, run, spec)
        digests = {file.name: sha256(file.read_bytes()) for file in sorted(part.iterdir())}
        write_json(digests, part / DIGESTS)
        sign(part, (part / DIGESTS).read_bytes())
    return folder


def write_release(folder: Path, version: Version, run: Run, spec: DataSpec) -> None:
    """Write all files of a release except their digests."""
    _, holdout = split_holdout(spec, drop_unlabelled(spec, load_rows(spec, until=run.period)))
    pipeline = run.load()
    compiled, error = try_compile(spec, pipeline, row_records(spec, holdout.tail(PARITY_ROWS)))
    origin = {name: getattr(run, name) for name in ("period", "data", "spec", "code", "commit")}
    metadata = ReleaseMetadata(
        run.id,
        version.number,
        **origin,
        metrics=run.metrics,
        compile_error=error,
        gate=version.passed,
        lock=lock_digest(),
    )
    if compiled:
        compiled.write(folder)
    shutil.copy(run.folder / "model.skops", folder)
    (folder / "spec.json").write_text(spec.to_json())
    write_json(asdict(metadata), folder / "release.json")
    rows = holdout.tail(GOLDEN_ROWS)
    pairs = zip(row_records(spec, rows), to_records(predict(spec, pipeline, rows)), strict=True)
    lines = [json.dumps({"row": row, "prediction": each}) + "\n" for row, each in pairs]
    (folder / "golden.jsonl").write_text("".join(lines))
    write_card(folder, version, run, spec)
    write_materials(folder, version.number, run)
