"""Server and `score` predict a million unusual rows as the pipeline of scikit-learn does."""

import json

import pytest

from tests.support.projects import Install

ROWS = 1_000_000
TOLERANCES = {"server": 1e-9, "score": 1e-12}  # as the pages of serving and scoring promise
DRAW_ROWS = """
import sys
import numpy as np, pandas as pd
from churn.deployment.pointer import read_active
from churn.deployment.release import open_release

# Each column by itself, so that values meet that no training row has; also missing values, unseen
# categories, and numbers that equal a threshold of the trees.
rows, random = int(sys.argv[1]), np.random.default_rng(0)
release = open_release(read_active().release, compiled=True)
sample = pd.read_parquet("data/flights.parquet")
frame = pd.DataFrame({name: random.choice(sample[name], rows) for name in sample})
inputs = [each.name for each in release.compiled.plan.columns]
nodes = np.concatenate([tree.nodes for step in release.model[-1]._predictors for tree in step])
for name, feature in release.spec.features.items():
    if feature.type == "number":
        splits = nodes[(nodes["feature_idx"] == inputs.index(name)) & (nodes["is_leaf"] == 0)]
        values = frame[name].astype("float64")
        split = random.random(rows) < 0.3 if len(splits) else np.zeros(rows, bool)
        limits = splits["num_threshold"][np.isfinite(splits["num_threshold"])]
        values[split] = random.choice(limits, split.sum()) if split.any() else np.nan
        frame[name] = values.clip(feature.min, feature.max)
    else:
        frame.loc[random.random(rows) < 0.01, name] = "?"
    frame.loc[random.random(rows) < 0.02, name] = None
frame[release.spec.key] = np.arange(rows).astype(str)
frame.drop(columns=release.spec.target).to_parquet("var/million.parquet")
"""
COMPARE = """
import json
import numpy as np, pandas as pd
from churn.deployment.pointer import read_active
from churn.deployment.release import open_release
from churn.predictions.records import row_records
from churn.schema import cast_columns

CHUNK, largest, equal, labels = 50_000, {"server": 0.0, "score": 0.0}, {"server": 0, "score": 0}, 0
release = open_release(read_active().release, compiled=True)
spec, model = release.spec, release.model
frame, scored = pd.read_parquet("var/million.parquet"), pd.read_parquet("var/scored.parquet")
assert (frame[spec.key] == scored[spec.key]).all()
for start in range(0, len(frame), CHUNK):
    part = cast_columns(spec, frame[start : start + CHUNK], labels=False)
    served = pd.DataFrame(release.compiled.predict(row_records(spec, part)))
    paths = {"server": served, "score": scored[start : start + CHUNK]}
    expected, names = model.predict(part[spec.inputs]), ["prediction"]
    if spec.is_classification:
        labels += sum((each["prediction"] != expected).sum() for each in paths.values())
        expected = model.predict_proba(part[spec.inputs])
        names = [f"probability_{name}" for name in model.classes_]
    expected = expected.reshape(len(part), -1)
    for path, table in paths.items():
        values = table[names].to_numpy()
        errors = np.abs(values - expected) / np.maximum(1, np.abs(expected))
        assert np.isfinite(errors).all()
        largest[path] = max(largest[path], errors.max())
        equal[path] += int((values == expected).all(axis=1).sum())
print(json.dumps({"rows": len(frame), "largest": largest, "equal": equal, "labels": int(labels)}))
"""


@pytest.mark.parametrize("example", ["air-time", "late-arrival"])
def test_the_fast_paths_predict_as_scikit_learn(install: Install, example: str) -> None:
    installed = install(3, example=example)
    for command in ("ingest", "validate", "pipeline run", "promote"):
        installed.run(command)
    installed.shell_output(f".venv/bin/python -c '{DRAW_ROWS}' {ROWS}")
    installed.run("score var/million.parquet --output var/scored.parquet")
    found = json.loads(installed.shell_output(f".venv/bin/python -c '{COMPARE}'"))
    print(found)
    assert (found["rows"], found["labels"]) == (ROWS, 0)
    assert all(found["largest"][path] <= limit for path, limit in TOLERANCES.items()), found
