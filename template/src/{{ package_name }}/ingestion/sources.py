"""Find the files of the source; remote files are downloaded, resuming where a download stopped."""

import errno
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec

from ..data import source_files
from ..errors import InputError
from ..settings import root, var
from ..spec import redact
from ..storage import sha256
from ..tables import READERS, file_format

OnProgress = Callable[[str], None]
CHUNK = 1 << 20  # bytes
VERSION_KEYS = ("ETag", "Last-Modified", "LastModified")  # names that stores give a file's version


def no_progress(_: str) -> None:
    """A progress callback that does nothing."""


def local_files(
    source: str, on_progress: OnProgress = no_progress, folder: Path | None = None
) -> list[Path]:
    """The files of a source on this machine; remote files are downloaded to `folder` first."""
    if "://" not in source:
        return source_files(root() / source)
    folder = folder or var("incoming")
    with explain_source_errors(source):
        store, infos = list_remote(source)
        files = [download(store, name, folder, on_progress) for name in sorted(infos)]
        if not files:
            raise InputError(f"{redact(source)} has no file of a known type: {', '.join(READERS)}")
    for old in {*folder.iterdir()} - {*files}:
        old.unlink()  # an earlier version of a file, or a file of another source
    return files


def find_versions(source: str) -> dict[str, str]:
    """file -> what changes with its content; InputError if the source has no file."""
    if "://" not in source:
        found = {str(file): file.stat() for file in source_files(root() / source)}
        return {name: f"{each.st_size} {each.st_mtime_ns}" for name, each in found.items()}
    with explain_source_errors(source):
        _, infos = list_remote(source)
        return {name: f"{info.get('size')} {get_version(info)}" for name, info in infos.items()}


def list_remote(source: str) -> tuple[Any, dict[str, Any]]:
    """(the store, the files of the source in it with what one request says about them)."""
    store, path = fsspec.url_to_fs(source, **client_options(source))
    store.invalidate_cache()  # a process that runs for days must see new files
    found = [store.info(path)] if is_readable(path) else store.ls(path, detail=True)
    return store, {info["name"]: info for info in found if is_readable(info["name"])}


def get_version(info: dict[str, Any]) -> str | None:
    return next((str(info[key]) for key in VERSION_KEYS if info.get(key)), None)


def client_options(source: str) -> dict[str, Any]:
    if not source.startswith("http"):
        return {}
    import aiohttp

    # The default of aiohttp ends every download after five minutes.
    timeout = aiohttp.ClientTimeout(None, sock_connect=30, sock_read=60)
    return {"client_kwargs": {"timeout": timeout}}


def file_name(path: str) -> Path:
    return Path(Path(urlsplit(path).path).name)


def is_readable(path: str) -> bool:
    return file_format(file_name(path)) in READERS


@contextmanager
def explain_source_errors(source: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # each store raises the errors of its own library
        if isinstance(error, InputError) or getattr(error, "errno", None) == errno.ENOSPC:
            raise
        cause = f"{type(error).__name__}: {error}".partition("\n")[0].removesuffix(": ")
        raise InputError(
            f"{redact(source)} cannot be read ({cause.replace(source, redact(source))}): check "
            "the address, then run the command again, which resumes the download"
        ) from None


def download(store: Any, path: str, folder: Path, on_progress: OnProgress) -> Path:
    """Download a file, unless this version of it is here; resume a download that stopped."""
    info = store.info(path)
    size = info.get("size")
    version = get_version(info)
    mark = sha256(json.dumps([store.unstrip_protocol(path), size, version]).encode())[:12]
    target = folder / f"{mark}-{file_name(path)}"  # differs for each version of each file
    if version and target.is_file():
        return target
    part = target.with_name(f"{target.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    # Without a version nobody knows whether the part belongs to the same file.
    done = part.stat().st_size if version and part.is_file() else 0
    if size is None or done != size:
        with (
            part.open("r+b" if done else "wb") as local,
            open_remote(store, path, done, version) as (remote, start),
        ):
            local.truncate(start)
            local.seek(start)
            while chunk := remote.read(CHUNK):
                local.write(chunk)
                local.flush()  # a kill loses no more than a chunk
                on_progress(f"{file_name(path)}: {local.tell():,} bytes received")
    if size not in (None, done := part.stat().st_size):
        if done > size:
            part.unlink()
        raise InputError(f"{path}: {done:,} of {size:,} bytes received: run the command again")
    return part.replace(target)


@contextmanager
def open_remote(store: Any, path: str, done: int, version: str | None) -> Iterator[tuple[Any, int]]:
    """(file, where reading starts): after `done` bytes, or at 0 if the server cannot resume."""
    if "http" not in store.protocol:
        with store.open(path, "rb") as remote:
            remote.seek(done)
            yield remote, done
        return
    headers = {"Accept-Encoding": "identity"}
    if done:  # with If-Range the server sends the whole file if its version has changed
        headers |= {"Range": f"bytes={done}-", "If-Range": str(version)}
    with store.open(path, "rb", block_size=0, headers=headers) as remote:
        yield remote, done if remote.r.status == 206 else 0
