"""Follows a release back to its version, gate, run, data, commit and lock file."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import requests

from .. import runs
from ..data import drop_unlabelled, frame_digest, load_rows
from ..errors import InputError
from ..registry.versions import find_version
from ..settings import NAME, env_prefix, load_spec, root
from ..storage import adapter, sha256
from ..tracking.client import TrackingUnavailableError
from .pointer import ReleaseName, read_active, read_history
from .release import Release, lock_digest, open_release

KEY = env_prefix("key").removesuffix("_")  # the variable with a key of the endpoint
COMPARED = ("period", "data", "spec", "code", "commit")
Finding = tuple[str | None, str | None]  # (the value, what is wrong with it)


@dataclass(frozen=True)
class Link:
    """A step of the way back: its value, None if it is unknown, and how it differs, if it does."""

    step: str
    value: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Served:
    """What an endpoint says about its model."""

    release: ReleaseName
    version: int
    files: str | None = None
    image: str | None = None


def trace(version: int | None = None, url: str | None = None) -> list[Link]:
    """The way back from an endpoint, from a released version, or from the active release."""
    served = fetch_model(url) if url else None
    number = served.version if served and version is None else version
    lines = [line for line in read_history() if number in (None, line.version)]
    if not lines and not served:
        raise InputError(f"no such version is released: `{NAME} promote` releases one")
    name = served.release if served else lines[-1].release
    links = [Link("endpoint", url, compare_endpoint(served, version))] if served else []
    try:
        release = open_release(name)
    except InputError as error:
        return [*links, Link("release", name, str(error))]
    is_same = not (served and served.files) or served.files == release.files
    links.append(Link("release", name, None if is_same else "the endpoint has other files"))
    links += [check_step(step, check, release) for step, check in STEPS.items()]
    links += [Link("gate", release.metadata.gate)]
    return [*links, Link("image", served.image if served else None)]


def fetch_model(url: str) -> Served:
    """What an endpoint serves. The key is for this address alone, and no message contains it."""
    options = {"headers": {"Accept": "application/json"}, "timeout": 10, "allow_redirects": False}
    answer = "no answer"
    try:
        response = requests.get(f"{url.rstrip('/')}/model", auth=add_key, **options)
        answer = f"HTTP {response.status_code}"
        served: Served = adapter(Served).validate_json(response.content)
    except (OSError, ValueError):
        hint = f"check the address, and the key in {KEY}"
        raise InputError(f"{url} does not say which model it serves ({answer}): {hint}") from None
    return served


def add_key(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """With the key if there is one; without this function requests would send that of ~/.netrc."""
    if key := os.environ.get(KEY, "").strip():
        request.headers["Authorization"] = f"Bearer {key}"
    return request


def compare_endpoint(served: Served, version: int | None) -> str | None:
    active = read_active()
    if version not in (None, served.version):
        return f"it serves version {served.version}, not version {version}"
    if active and active.release != served.release:
        return f"it serves {served.release}, and the active release is {active.release}"
    return None


def check_step(step: str, check: Callable[[Release], Finding], release: Release) -> Link:
    try:
        return Link(step, *check(release))
    except (FileNotFoundError, TrackingUnavailableError):
        return Link(step)
    except InputError as error:
        return Link(step, None, str(error))


def check_version(release: Release) -> Finding:
    version, metadata = find_version(release.metadata.version), release.metadata
    if (version.run, version.model or release.digest) != (metadata.release, release.digest):
        return str(version.number), f"the registry has another model there, of {version.run}"
    return str(version.number), None


def check_run(release: Release) -> Finding:
    run, metadata = runs.read(release.metadata.release), release.metadata
    names = [name for name in COMPARED if getattr(run, name) != getattr(metadata, name)]
    names += ["model"] if run.model != release.digest else []
    return run.id, f"the run has another {', '.join(names)}" if names else None


def check_data(release: Release) -> Finding:
    """Whether the rows that the model was trained on are still the same."""
    spec, metadata = load_spec(), release.metadata
    if spec.digest != metadata.spec:
        return metadata.data, "conf/data.yml has changed since the training"
    rows = drop_unlabelled(spec, load_rows(spec, until=metadata.period))
    is_same = frame_digest(rows) == metadata.data
    return metadata.data, None if is_same else f"the rows up to {metadata.period} have changed"


def check_commit(release: Release) -> Finding:
    commit = release.metadata.commit
    is_there = commit is None or read_git("cat-file", "commit", commit)
    return commit, None if is_there else "it is not in this repository"


def check_lock(release: Release) -> Finding:
    """Whether uv.lock is still that of the commit, or the present one."""
    lock, committed = release.metadata.lock, read_git("show", f"{release.metadata.commit}:uv.lock")
    is_same = lock in (None, lock_digest(), sha256(committed))
    return lock, None if is_same else "uv.lock has changed since the release"


def read_git(*words: str) -> bytes:
    """What git prints; nothing if it fails."""
    if not shutil.which("git"):
        return b""
    return subprocess.run(["git", *words], capture_output=True, cwd=root(), check=False).stdout


STEPS: dict[str, Callable[[Release], Finding]] = {
    "version": check_version,
    "run": check_run,
    "data": check_data,
    "commit": check_commit,
    "lock file": check_lock,
}
