"""Too long for every run: `.ci/nightly` has them collected."""

import os

collect_ignore_glob = [] if os.environ.get("MLOPS_INIT_NIGHTLY") else ["test_*.py"]
