"""A copy of the checkout, which nobody edits while the tests run, and git settings of its own."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import plumbum

from tests.support.generator import NOT_OURS, ROOT

ADDRESS = "https://mlops-init.invalid/mlops-init.git"
GIT_SETTINGS = "[user]\nname = Owner\nemail = owner@example.com\n[init]\ndefaultBranch = main\n"


def freeze_checkout() -> bool:
    """Import the generator from the copy; whether this process made it, and not one before it."""
    assert "mlops_init" not in sys.modules, "the generator was imported before its copy was made"
    # Some images set it; then each command compiles again all that it imports.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    is_first = "MLOPS_INIT_FROZEN" not in os.environ
    if is_first:
        scratch = Path(tempfile.mkdtemp(prefix="mlops-init-tests-"))
        shutil.copytree(ROOT, scratch / "checkout", ignore=NOT_OURS)
        address = f'[url "{scratch}/release"]\ninsteadOf = {ADDRESS}\n'
        (scratch / "gitconfig").write_text(GIT_SETTINGS + address)
        (scratch / "settings.yml").write_text("{}\n")
        os.environ |= {
            "MLOPS_INIT_FROZEN": str(scratch),
            "GIT_CONFIG_GLOBAL": str(scratch / "gitconfig"),
            "GIT_CONFIG_SYSTEM": os.devnull,
            "COPIER_CACHE_DIR": str(scratch / "cache"),
            "COPIER_SETTINGS_PATH": str(scratch / "settings.yml"),
        }
        # pytest-copie has imported plumbum already, and that has copied the environment.
        plumbum.local.env.update(os.environ)
    # Projects have the same files, so mypy checks a file once; each worker has its own cache.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    os.environ["MYPY_CACHE_DIR"] = str(Path(os.environ["MLOPS_INIT_FROZEN"], f"mypy-{worker}"))
    sys.path.insert(0, str(frozen_checkout() / "generator"))
    return is_first


def frozen_checkout() -> Path:
    """Where the copy is."""
    return Path(os.environ["MLOPS_INIT_FROZEN"], "checkout")
