"""The user can replace the model by editing one function."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import datasets
from tests.support.generator import run_cli
from tests.support.projects import InstalledProject

MODEL = '''"""The estimator and its parameters."""

from typing import Any

{imports}
from sklearn.pipeline import Pipeline, make_pipeline

from .features import build_encoder
from .spec import DataSpec

PARAMS: dict[str, Any] = {params}


def build_model(spec: DataSpec, params: dict[str, Any]) -> Pipeline:
    """An unfitted pipeline from declared columns to predictions."""
    return make_pipeline(build_encoder(spec), {steps})
'''
BOOSTED = MODEL.format(
    imports="from lightgbm import LGBMClassifier",
    params='{"n_estimators": 60, "random_state": 0, "verbose": -1}',
    steps="LGBMClassifier(**params)",
)
LINEAR = MODEL.format(
    imports=(
        "from sklearn.impute import SimpleImputer\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.preprocessing import StandardScaler"
    ),
    params='{"C": 1.0, "max_iter": 1000}',
    steps="SimpleImputer(), StandardScaler(), LogisticRegression(**params)",
)
TYPES = ("collections.OrderedDict", "lightgbm.basic.Booster", "lightgbm.sklearn.LGBMClassifier")


@pytest.fixture
def installed() -> Iterator[InstalledProject]:
    folder = Path(tempfile.mkdtemp(prefix="own-model-"))
    data = datasets.penguins(folder)
    words = ["--level", 3, "--data", data, "--target", "species", "--defaults"]
    assert run_cli("churn", *words, cwd=folder).status == 0
    installed = InstalledProject(folder / "churn")
    installed.sync()
    yield installed
    shutil.rmtree(folder, ignore_errors=True)


def replace(installed: InstalledProject, text: str) -> None:
    (installed.folder / "src/churn/model.py").write_text(text)


def serves(installed: InstalledProject) -> None:
    installed.run("pipeline run")
    assert "✓ passed" in installed.run("promote")
    (answer,) = json.loads(installed.run("serve --smoke --json"))["response"]["predictions"]
    chances = [value for name, value in answer.items() if name.startswith("probability_")]
    assert len(chances) == 3
    assert sum(chances) == pytest.approx(1)


def compile_error(installed: InstalledProject) -> str | None:
    """Why the active release predicts with its pipeline; None if it is compiled."""
    (file,) = installed.folder.glob("var/releases/*/release.json")
    output = json.loads(file.read_text())["compile_error"]
    return str(output) if output else None


def test_the_trees_of_the_template_are_compiled(installed: InstalledProject) -> None:
    # On so few rows, cross-validation would choose another estimator.
    installed.shell_output("sed -i 's/^selection_rows: .*/selection_rows: 0/' conf/training.yml")
    serves(installed)
    assert compile_error(installed) is None
    script = (
        "import sys\n"
        "from churn.serving.active_release import ActiveRelease\n"
        "ActiveRelease().refresh()\n"
        "print('pandas' in sys.modules)\n"
    )
    assert installed.shell_output(f'uv run python -c "{script}"') == "False\n"


def test_a_linear_model_can_replace_the_trees(installed: InstalledProject) -> None:
    replace(installed, LINEAR)
    serves(installed)
    assert compile_error(installed) == "the model is not a pipeline of an encoder and an estimator"
    tests = "tests/test_training.py tests/deployment/test_comp*.py tests/serving"
    installed.shell_output(f"uv run pytest -q {tests}")


def test_the_types_of_another_library_must_be_trusted(installed: InstalledProject) -> None:
    installed.shell_output("uv add -q lightgbm")
    replace(installed, BOOSTED)
    output = installed.run("pipeline run", status=2)
    assert all(f"'{name}'" in output for name in TYPES)
    assert "Add the types you trust to TRUSTED in model_files.py" in output
    trusted = installed.folder / "src/churn/model_files.py"
    mine = "".join(f'    "{name}",\n' for name in TYPES)
    trusted.write_text(trusted.read_text().replace("TRUSTED = [\n", f"TRUSTED = [\n{mine}"))
    serves(installed)
    runs = list(installed.folder.glob("var/runs/[!.]*"))
    assert len(runs) == 1  # the one that was refused before
    assert "LGBMClassifier" in str(compile_error(installed))
