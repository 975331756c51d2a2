"""A blank MLflow database. Creating it takes a second, so all tests copy the same one."""

import sys
from contextlib import chdir
from pathlib import Path


def fill(var: Path) -> None:
    """Create the database if a test can use it: then a test module has imported MLflow."""
    if "mlflow" in sys.modules:
        from mlflow import MlflowClient

        with chdir(var):
            MlflowClient("sqlite:///mlflow.db").search_experiments(max_results=1)
