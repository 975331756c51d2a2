"""Checks a running server with the golden rows of the active release."""

import time

import httpx

from ..deployment.pointer import read_active
from ..deployment.release import is_same_prediction, open_release
from ..errors import InputError
from ..settings import NAME, read_settings
from .store import Settings


def check_server(url: str, wait: float) -> tuple[str, int]:
    """(release, number of golden rows); InputError if the server answers anything else."""
    active, key = read_active(), read_settings(Settings, "containers").key
    if active is None:
        raise InputError(f"nothing is released yet: run `{NAME} promote` first")
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    golden = open_release(active.release, active.version).golden
    try:
        with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
            wait_for_release(client, active.release, time.monotonic() + wait)
            response = client.post("/predict", json={"rows": [pair["row"] for pair in golden]})
    except httpx.HTTPError as error:
        raise InputError(f"{url} does not answer ({error}): is the server running?") from None
    if response.status_code != 200:
        raise InputError(f"{url}/predict answers {response.status_code}: {response.text[:200]}")
    answers = response.json()["predictions"]
    for number, (pair, answer) in enumerate(zip(golden, answers, strict=True), start=1):
        if not is_same_prediction(pair["prediction"], answer):
            expected = pair["prediction"]
            raise InputError(f"{url}: golden row {number} gives {answer}, expected {expected}")
    return active.release, len(golden)


def wait_for_release(client: httpx.Client, release: str, end: float) -> None:
    """Wait until the server has a release; InputError with what it has instead."""
    while (found := ask_release(client)) != release:
        if time.monotonic() > end:
            raise InputError(f"{client.base_url} has {found}, but {release} is the active release")
        time.sleep(0.5)


def ask_release(client: httpx.Client) -> str:
    try:
        response = client.get("/readyz")
    except httpx.TransportError as error:
        return f"no answer ({error})"
    return str(response.json().get("release", "no release"))
