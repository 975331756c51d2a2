"""Structured logs: one JSON object a line, on standard output."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

FIELDS = ["asctime", "levelname", "name", "message", "exc_info"]


def configure_logs(level: str) -> None:
    """Log at this level and above."""
    handler = logging.StreamHandler(sys.stdout)
    names = {"asctime": "at", "levelname": "level", "name": "logger"}
    handler.setFormatter(JsonFormatter(FIELDS, rename_fields=names))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
