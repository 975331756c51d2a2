"""The store of releases: a folder, an object store, or a branch of a repository."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from ..errors import InputError
from ..settings import read_settings
from ..spec import FrozenModel, redact

ERRORS = (FileNotFoundError, KeyError)  # of a file that a store does not have


class Settings(FrozenModel):
    """`conf/containers.yml`."""

    store: str | None = None
    branch: str = "mlops-state"
    pull_seconds: float = Field(default=30, gt=0)
    token: SecretStr | None = None  # for a repository; from the environment alone
    key: SecretStr | None = None  # for the server that `check` asks; from the environment alone


class Store(Protocol):
    """Files by name, such as `pointer.jsonl`; FileNotFoundError for one that is not there."""

    def refresh(self) -> None: ...

    def read(self, name: str) -> bytes: ...

    def write(self, name: str, content: bytes) -> None: ...


def open_store() -> Store:
    """The store of the settings."""
    settings = read_settings(Settings, "containers")
    if not settings.store:
        raise InputError("conf/containers.yml: `store` is empty: set the address of the store")
    return (Branch if settings.store.startswith("git+") else Folder)(settings)


class Folder:
    """A folder on this machine or in an object store, by fsspec."""

    def __init__(self, settings: Settings) -> None:
        import fsspec

        self._url = str(settings.store)
        # Objects have no folders; a local file system needs them.
        options = {"auto_mkdir": True} if urlsplit(self._url).scheme in ("", "file") else {}
        with explain_store_errors(self._url):
            self._files, self._path = fsspec.url_to_fs(self._url, **options)

    def refresh(self) -> None:
        self._files.invalidate_cache()

    def read(self, name: str) -> bytes:
        with explain_store_errors(self._url):
            return bytes(self._files.cat_file(f"{self._path}/{name}"))

    def write(self, name: str, content: bytes) -> None:
        with explain_store_errors(self._url):
            self._files.pipe_file(f"{self._path}/{name}", content)


class Branch:
    """The state branch of a repository. It is read without git, which an image does not have."""

    def __init__(self, settings: Settings) -> None:
        self._url = str(settings.store).removeprefix("git+")
        self._ref = f"refs/heads/{settings.branch}".encode()
        self._token = settings.token.get_secret_value() if settings.token else None
        self._tip: Any = None
        self._files: dict[str, bytes] = {}

    def refresh(self) -> None:
        from dulwich.client import get_transport_and_path
        from dulwich.object_store import iter_tree_contents
        from dulwich.repo import MemoryRepo

        name = "token" if self._token else None  # forges accept any name with a token
        with explain_store_errors(self._url):
            client, path = get_transport_and_path(self._url, username=name, password=self._token)
            refs: dict[Any, Any] = client.get_refs(path.encode()).refs
            tip = refs.get(self._ref)
            if tip is None or tip == self._tip:
                return
            repository: Any = MemoryRepo()
            client.fetch(path, repository, lambda refs, depth=None: [tip], depth=1)
            tree = repository[repository[tip].tree].id
            files = iter_tree_contents(repository.object_store, tree)
            self._files = {
                file.path.decode().removeprefix("releases/"): repository[file.sha].data
                for file in files
                if file.path.startswith(b"releases/")
            }
            self._tip = tip

    def read(self, name: str) -> bytes:
        return self._files[name]

    def write(self, name: str, content: bytes) -> None:
        raise InputError("`state publish` writes the state branch, not `releases push`")


@contextmanager
def explain_store_errors(url: str) -> Iterator[None]:
    try:
        yield
    except (InputError, *ERRORS):
        raise
    except Exception as error:  # each store raises the errors of its own library
        cause = f"{type(error).__name__}: {error}".partition("\n")[0].removesuffix(": ")
        raise InputError(
            f"the store {redact(url)} cannot be used ({cause.replace(url, redact(url))}): check "
            "its address and its keys"
        ) from None
