"""Where the project is, and its settings: `conf/<name>.yml`, then the environment."""

import os
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError, create_model
from pydantic_settings import BaseSettings, SettingsError

from .errors import InputError
from .spec import DataSpec

Model = TypeVar("Model", bound=BaseModel)
NAME = __name__.split(".")[0].replace("_", "-")  # the command: `uv run NAME …`


class Environment(BaseSettings, env_nested_delimiter="__", env_ignore_empty=True):
    """Lets variables win over the values it is called with; `__` separates nested keys."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: Any, init_settings: Any, env_settings: Any, *_: Any, **__: Any
    ) -> Any:
        return env_settings, init_settings


def root() -> Path:
    """The nearest folder upwards with a conf/data.yml, so that commands work in subfolders."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "conf/data.yml").is_file():
            return folder
    raise InputError(f"no conf/data.yml in {here} or above it: run {NAME} inside the project")


def var(*parts: str) -> Path:
    """A path in `var/`, the one folder for everything made at run time."""
    return root().joinpath("var", *parts)


def load_spec() -> DataSpec:
    """What `conf/data.yml` declares; InputError names the line or the field that is wrong."""
    return read_settings(DataSpec, "data")


def read_settings(model: type[Model], name: str) -> Model:
    """`conf/<name>.yml` as a model; `<PACKAGE>_<NAME>_<FIELD>` in the environment wins over it."""
    values = read_yaml(root() / "conf" / f"{name}.yml")
    check_variables(model, name)
    check_no_secrets(model, name, values)
    try:
        settings = create_model(model.__name__, __base__=(model, Environment))
        return model.model_validate(settings(_env_prefix=env_prefix(name), **values).model_dump())
    except ValidationError as error:
        raise InputError(error_message(error, name)) from None
    except SettingsError as error:  # its message quotes the name of the field, never the value
        variable = env_prefix(name) + str(error).split('"')[1].upper()
        raise InputError(f"{variable}: write this value as JSON") from None


def env_prefix(name: str) -> str:
    """The start of the variables that override `conf/<name>.yml`."""
    return f"{NAME}_{name}_".replace("-", "_").upper()


def read_yaml(file: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else None
    except yaml.YAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if hasattr(error, "problem_mark") else ""
        raise InputError(f"conf/{file.name}{line}: this is not YAML") from None
    if values and not (isinstance(values, dict) and all(isinstance(key, str) for key in values)):
        raise InputError(f"conf/{file.name} is not a list of `name: value` lines")
    return values or {}


def check_variables(model: type[BaseModel], name: str) -> None:
    for variable in os.environ:
        field = variable.removeprefix(env_prefix(name)).split("__")[0].lower()
        if variable.startswith(env_prefix(name)) and field not in model.model_fields:
            raise InputError(f"{variable}: conf/{name}.yml has no setting `{field}`")


def check_no_secrets(model: type[BaseModel], name: str, values: dict[str, Any]) -> None:
    for field, info in model.model_fields.items():
        if field in values and "SecretStr" in str(info.annotation):
            variable = f"{env_prefix(name)}{field.upper()}"
            raise InputError(f"conf/{name}.yml: `{field}` is secret: set it in {variable} instead")


def error_message(error: ValidationError, name: str) -> str:
    """The first error, with the variable or the file it comes from and without the value."""
    first = error.errors(include_input=False)[0]
    keys, message = [str(key) for key in first["loc"]], first["msg"].removeprefix("Value error, ")
    for length in range(len(keys), 0, -1):  # a variable may hold several keys, as JSON
        if (variable := env_prefix(name) + "__".join(keys[:length]).upper()) in os.environ:
            return f"{variable}: {message}"
    if keys:
        return f"conf/{name}.yml: `{'.'.join(keys)}`: {message}"
    variables = [variable for variable in os.environ if variable.startswith(env_prefix(name))]
    return f"{' or '.join([f'conf/{name}.yml', *variables])}: {message}"
