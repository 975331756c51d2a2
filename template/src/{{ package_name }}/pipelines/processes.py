"""Processes that share a long computation, and end with the command that started them."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def start_processes(parallel: int) -> ProcessPoolExecutor:
    """So many processes, which share the processors of this machine."""
    threads = max(1, (os.cpu_count() or 1) // parallel)
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(parallel, context, initializer=end_with_parent)


def end_with_parent() -> None:
    """End this process when the command ends, also if that is killed or interrupted."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent: Any = multiprocessing.parent_process()

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
