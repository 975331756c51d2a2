"""Is the active release still good enough?"""

import os

os.environ.setdefault("DO_NOT_TRACK", "true")  # read by Evidently when it is imported
