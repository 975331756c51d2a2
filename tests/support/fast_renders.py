"""Makes the renders of one process fast: their results stay the same, byte for byte."""

from typing import Any

from copier._main import Worker
from jinja2.sandbox import SandboxedEnvironment

compile_text = SandboxedEnvironment.compile
compiled: dict[tuple[object, ...], Any] = {}


def make_renders_fast() -> None:
    """Compile each text of a template once, and do not start git for each file.

    Copier compiles each part of each path again. For each file, it asks git whether the index
    must learn that the file is executable; the folder of a render is not in a repository.
    """
    SandboxedEnvironment.compile = compile_once  # type: ignore[assignment, method-assign]
    Worker._sync_git_index_executable_bit = lambda *_: None  # type: ignore[method-assign]


def compile_once(environment: SandboxedEnvironment, *text: Any, **options: Any) -> Any:
    if options:
        return compile_text(environment, *text, **options)
    # An environment with the same settings has the same lexer.
    key = (environment.lexer, *sorted(environment.extensions), *text)
    if key not in compiled:
        compiled[key] = compile_text(environment, *text)
    return compiled[key]
