"""The notebook runs from top to bottom and is stored without its outputs."""

import json
from pathlib import Path

import matplotlib

NOTEBOOK = Path(__file__).parents[1] / "notebooks/explore.ipynb"


def cells() -> list[dict]:
    notebook_cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in notebook_cells if cell["cell_type"] == "code"]


def test_every_cell_runs(project: Path, accepted: Path) -> None:
    matplotlib.use("Agg")
    names: dict[str, object] = {}
    for cell in cells():
        exec("".join(cell["source"]), names)
    assert names["run"].metrics  # type: ignore[attr-defined]


def test_no_output_is_stored() -> None:
    assert [cell["outputs"] for cell in cells()] == [[]] * len(cells())
