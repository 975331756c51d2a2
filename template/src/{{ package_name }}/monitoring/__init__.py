"""Is what serves still right?"""

import os

os.environ.setdefault("DO_NOT_TRACK", "true")  # read by Evidently when it is imported
