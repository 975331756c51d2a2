"""Other servers of models, each in an environment of its own, with the model of a project."""

import sys
from dataclasses import dataclass
from pathlib import Path

from processes import run

BENTOML = """
import sys
import bentoml
import pandas as pd
import skops.io

sys.path.insert(0, "CODE")  # of the package that the model belongs to
FILE = "MODEL"

@bentoml.service(workers=1)
class Model:
    def __init__(self) -> None:
        self.model = skops.io.load(FILE, skops.io.get_untrusted_types(file=FILE))

    @bentoml.api
    def predict(self, rows: list[dict]) -> list[float]:
        return self.model.predict(pd.DataFrame(rows)).tolist()
"""
LITSERVE = """
import sys
import litserve
import pandas as pd
import skops.io

sys.path.insert(0, "CODE")  # of the package that the model belongs to
FILE = "MODEL"

class Model(litserve.LitAPI):
    def setup(self, device):
        self.model = skops.io.load(FILE, skops.io.get_untrusted_types(file=FILE))

    def decode_request(self, request):
        return pd.DataFrame(request["rows"])

    def predict(self, rows):
        return self.model.predict(rows).tolist()

    def encode_response(self, predictions):
        return {"predictions": predictions}

if __name__ == "__main__":
    server = litserve.LitServer(Model(), accelerator="cpu", workers_per_device=1)
    server.run(port=int(sys.argv[1]), num_api_servers=1, log_level="warning",
               generate_client_file=False)
"""


@dataclass(frozen=True)
class Peer:
    """How to start a server (`PORT` in its command is the port), and its paths."""

    command: list[object]
    predict: str = "/predict"
    ready: str = "/readyz"
    body: str = '{"rows": [ROW]}'


def create_peers(project: Path, place: Path) -> dict[str, Peer]:
    """mlflow, BentoML and LitServe for version 1 of a project. Installing takes minutes."""
    model = place / "model"
    run(project / ".venv/bin/churn", "models", "fetch", 1, model, cwd=project)
    pinned = (model / "requirements.txt").read_text().splitlines()
    libraries = [line for line in pinned if not line.startswith("mlflow")]
    mlflow = [line for line in pinned if line.startswith("mlflow")]
    scripts = {"bentoml": BENTOML, "litserve": LITSERVE}
    for name, script in scripts.items():
        file, code = next(model.rglob("*.skops")), model / "code"
        text = script.replace("MODEL", str(file)).replace("CODE", str(code))
        (place / f"{name}_server.py").write_text(text)
    bins = {
        name: create_environment(place / name, [*libraries, *packages])
        for name, packages in {
            "mlflow": mlflow,
            "bentoml": ["bentoml"],
            "litserve": ["litserve"],
        }.items()
    }
    local = ("--env-manager", "local", "--port", "PORT")
    serve = (bins["mlflow"] / "mlflow", "models", "serve", "--model-uri", model, *local)
    bento = (bins["bentoml"] / "bentoml", "serve", "bentoml_server:Model", "--working-dir", place)
    lit = (bins["litserve"] / "python", place / "litserve_server.py", "PORT")
    return {
        "mlflow": Peer([*serve], "/invocations", "/health", '{"dataframe_records": [ROW]}'),
        "bentoml": Peer([*bento, "--port", "PORT"]),
        "litserve": Peer([*lit], ready="/health"),
    }


def create_environment(folder: Path, packages: list[str]) -> Path:
    """The folder with the programs of a new virtual environment."""
    uv = Path(sys.executable).with_name("uv")
    run(uv, "venv", "--quiet", "--python", sys.executable, folder, cwd=folder.parent)
    words = ("pip", "install", "--quiet", "--python", folder / "bin/python")
    run(uv, *words, *packages, cwd=folder.parent)
    return folder / "bin"
