"""The declared source as local files: read where it lies, or fetched from HTTP(S), S3 and the like.

What is fetched stays in `var/incoming/`; a fetch that was cut short goes on where it stopped.
"""

import errno
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import urlsplit, urlunsplit

import fsspec

from ..data import source_files
from ..errors import InputError
from ..settings import NAME, root, var
from ..storage import sha256
from ..tables import READERS, file_format

OnProgress = Callable[[str, int, int | None], None]  # what, how much of it is done, of how much
CHUNK = 1 << 20  # bytes
VERSION = ("ETag", "Last-Modified", "LastModified")  # what stores call the version of a file


def no_progress(what: str, done: int, total: int | None) -> None:
    """Tells nobody."""


def local_files(source: str, tell: OnProgress = no_progress) -> list[Path]:
    """The files of a source on this machine; InputError if there are none to be had."""
    if "://" not in source:
        return source_files(root() / source)
    with reached(source):
        store, place = fsspec.url_to_fs(source, **options(source))
        store.invalidate_cache()  # a process that runs for days must see what is new
        names = (
            [place]
            if file_format(named(place)) in READERS
            else sorted(store.ls(place, detail=False))
        )
    wanted = [name for name in names if file_format(named(name)) in READERS]
    if not wanted:
        kinds = ", ".join(READERS)
        raise InputError(f"{shown(source)} has no file of a kind that is read: {kinds}")
    with reached(source):
        found = [fetch(store, name, tell) for name in wanted]
    for old in {*var("incoming").iterdir()} - {*found}:
        old.unlink()  # what a file was before it changed, or another source
    return found


def options(source: str) -> dict[str, Any]:
    if not source.startswith("http"):
        return {}
    import aiohttp

    # By default aiohttp ends a download after five minutes, however well it goes.
    patience = aiohttp.ClientTimeout(None, sock_connect=30, sock_read=60)
    return {"client_kwargs": {"timeout": patience}}


def named(name: str) -> Path:
    """The file at an address, by its name alone."""
    return Path(PurePosixPath(urlsplit(name).path).name)


def shown(source: str) -> str:
    """A source as it may be printed and kept: without password, and without a signed query."""
    parts = urlsplit(source)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


@contextmanager
def reached(source: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # each store raises the errors of a library of its own
        if isinstance(error, InputError) or getattr(error, "errno", None) == errno.ENOSPC:
            raise
        reason = str(error).partition("\n")[0].replace(source, shown(source))
        why = f"{type(error).__name__}: {reason}" if reason else type(error).__name__
        raise InputError(
            f"{shown(source)} cannot be read ({why}): look at `source` in conf/data.yml, "
            f"then run `{NAME} ingest` again; what was fetched so far is kept"
        ) from None


def fetch(store: Any, name: str, tell: OnProgress) -> Path:
    """One file, whole; a file of this very version is not fetched twice."""
    info = store.info(name)
    size, version = info.get("size"), next((str(info[k]) for k in VERSION if info.get(k)), None)
    mark = sha256(json.dumps([store.unstrip_protocol(name), size, version]).encode())[:12]
    file = named(name)
    ending = file_format(file) + (".gz" if file.suffix == ".gz" else "")
    target = var("incoming", f"{file.name.removesuffix(ending)}-{mark}{ending}")
    if version and target.is_file():
        return target
    part = target.with_name(f"{target.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    done = part.stat().st_size if version and part.is_file() else 0  # no version: nothing to trust
    if size is None or done != size:
        with (
            part.open("r+b" if done else "wb") as here,
            opened(store, name, done, version) as (there, start),
        ):
            here.truncate(start)
            here.seek(start)
            while chunk := there.read(CHUNK):
                here.write(chunk)
                here.flush()  # a kill loses no more than a chunk
                tell(target.name, here.tell(), size)
    if size not in (None, came := part.stat().st_size):
        if came > size:
            part.unlink()
        raise InputError(f"{came:,} of {size:,} bytes of {name} came: run `{NAME} ingest` again")
    return part.replace(target)


@contextmanager
def opened(store: Any, name: str, done: int, version: str | None) -> Iterator[tuple[BinaryIO, int]]:
    """(a file to read, where in it that is): at `done`, or at 0 where the server cannot do that."""
    if "http" not in store.protocol:
        with store.open(name, "rb") as there:
            there.seek(done)
            yield there, done
        return
    headers = {"Accept-Encoding": "identity"}
    if done:  # with If-Range the server sends all of it if it is not the same version any more
        headers |= {"Range": f"bytes={done}-", "If-Range": str(version)}
    with store.open(name, "rb", block_size=0, headers=headers) as there:
        yield there, done if there.r.status == 206 else 0
