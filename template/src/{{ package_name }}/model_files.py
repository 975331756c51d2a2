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
    from skops.io.exceptions import UntrustedTypesFoundException

    check_model(file, digest)
    difference = sklearn_difference(file)
    try:
        with catch_warnings():
            simplefilter("ignore", InconsistentVersionWarning)  # one for each step of the model
            model = skops.io.load(file, trusted=trusted_types(file))
    except Exception as error:
        if difference:
            raise InputError(f"{difference}: install that version, or train again") from None
        if not isinstance(error, UntrustedTypesFoundException):
            raise
        message = f"{file}: {error} Add the types you trust to TRUSTED in model_files.py"
        raise InputError(message) from None
    if difference:
        warn(f"{difference}, so predictions may differ: install that version, or train again")
    return model


def trusted_types(file: Path) -> list[str]:
    """TRUSTED, and the types of this package that a model file contains."""
    from skops.io import get_untrusted_types

    own = f"{__package__}."
    return TRUSTED + [name for name in get_untrusted_types(file=file) if name.startswith(own)]


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
