"""Where the project is, and what it is told: `conf/<name>.yml`, then the environment."""

import os
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from .errors import InputError
from .spec import DataSpec

Model = TypeVar("Model", bound=BaseModel)
NAME = __name__.split(".")[0].replace("_", "-")  # what is typed: `uv run NAME …`


def root() -> Path:
    """The nearest folder upwards that declares data, so that jobs and notebooks need no option."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "conf/data.yml").is_file():
            return folder
    raise InputError(f"no conf/data.yml in {here} or above it: run {NAME} inside the project")


def var(*parts: str) -> Path:
    """A place in `var/`, the one folder of everything made at run time."""
    return root().joinpath("var", *parts)


def load_spec() -> DataSpec:
    """What `conf/data.yml` declares; InputError names the line or the field that is wrong."""
    return read_settings(DataSpec, "data")


def read_settings(model: type[Model], name: str) -> Model:
    """`conf/<name>.yml` as a model; `<PACKAGE>_<NAME>_<FIELD>` in the environment wins over it."""
    file = root() / "conf" / f"{name}.yml"
    try:
        return model.model_validate(read_yaml(file) | env_values(name))
    except ValidationError as error:
        raise InputError(f"conf/{name}.yml or {env_prefix(name)}…: {first_error(error)}") from None


def env_prefix(name: str) -> str:
    """What the variables of `conf/<name>.yml` begin with."""
    return f"{NAME}_{name}_".replace("-", "_").upper()


def env_values(name: str) -> dict[str, Any]:
    start = env_prefix(name)
    found = {key: value for key, value in os.environ.items() if key.startswith(start)}
    return {key.removeprefix(start).lower(): parse_yaml(value, key) for key, value in found.items()}


def parse_yaml(text: str, where: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise InputError(f"{where}{line}: this is not YAML") from None


def read_yaml(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    values = parse_yaml(file.read_text(encoding="utf-8"), f"conf/{file.name}") or {}
    if not isinstance(values, dict):
        raise InputError(f"conf/{file.name} is not a list of `name: value` lines")
    return values


def first_error(error: ValidationError) -> str:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return f"`{field}`: {message}" if field else message
