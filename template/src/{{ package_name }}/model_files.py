"""Check and load the files of models, without pickle."""

import re
from functools import cache
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter
from zipfile import ZipFile

from .errors import InputError, warn
from .storage import DamagedFileError, sha256

# The types that a model file may contain, next to those of skops and of this package. Another
# estimator in `model.py` may need more: an error names them. A change makes no other run.
TRUSTED = [
    "functools.partial",
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",  # of a forest; a file with another digest is not loaded
    "sklearn.utils._bunch.Bunch",
    "sklearn.utils.validation.check_array",
]
# What loading and using a model imports, besides the libraries of these types.
MODULES = (
    "pandas",
    "pyarrow",
    "pydantic",
    "pydantic_settings",
    "scipy",
    "sklearn",
    "skops",
    "yaml",
)
SKLEARN_VERSION = re.compile(rb'"_sklearn_version": {[^{}]*"content": "\\"([^"\\]+)')


def check_model(file: Path, digest: str | None) -> None:
    """Raise DamagedFileError unless a model file is the saved one."""
    if not file.is_file() or sha256(file.read_bytes()) != digest:
        raise DamagedFileError(f"{file} is not the saved model: delete {file.parent}")


def load_model(file: Path, digest: str | None) -> Any:
    """A model file, loaded only if it is the saved one and contains trusted types alone."""
    import skops.io
    from sklearn.exceptions import InconsistentVersionWarning

    check_model(file, digest)
    difference = sklearn_difference(file)
    try:
        with catch_warnings():
            simplefilter("ignore", InconsistentVersionWarning)  # one for each step of the model
            model = skops.io.load(file, trusted=check_types(file))
    except Exception:
        if difference:
            raise InputError(f"{difference}: install that version, or train again") from None
        raise
    if difference:
        warn(f"{difference}, so predictions may differ: install that version, or train again")
    return model


def check_types(file: Path) -> list[str]:
    """The types in a model file that skops does not know; InputError unless all are trusted.

    Those of this package are. Nothing is loaded.
    """
    from skops.io import get_untrusted_types

    types = list(get_untrusted_types(file=file))
    own = f"{__package__}."
    others = [repr(name) for name in types if name not in TRUSTED and not name.startswith(own)]
    if others:
        raise InputError(
            f"{file} contains types that are not trusted: {', '.join(others)}. "
            "Add the types you trust to TRUSTED in model_files.py"
        )
    return types


def sklearn_difference(file: Path) -> str:
    """The two versions if a model was trained with another scikit-learn; otherwise empty."""
    import sklearn

    with ZipFile(file) as archive:
        trained = SKLEARN_VERSION.search(archive.read("schema.json"))
    version = trained[1].decode() if trained else sklearn.__version__
    if version == sklearn.__version__:
        return ""
    return f"{file} was trained with scikit-learn {version}, and {sklearn.__version__} is installed"


@cache
def pin_libraries() -> str:
    """The lines of a requirements.txt: the installed libraries that a model file needs."""
    from importlib.metadata import packages_distributions, version

    owners = packages_distributions()
    modules = {*MODULES, *(name.split(".")[0] for name in TRUSTED)} & owners.keys()
    names = sorted({owners[module][0].lower() for module in modules})
    return "".join(f"{name}=={version(name)}\n" for name in names)
