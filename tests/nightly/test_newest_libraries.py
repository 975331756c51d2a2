"""A project of level 4 works with the newest libraries that its bounds allow."""

import re
from datetime import date

from tests.support.projects import Install, serve_first_model


def test_a_project_works_with_libraries_of_today(install: Install) -> None:
    installed = install(4)
    settings = installed.folder / "pyproject.toml"
    text, count = re.subn(
        r'^exclude-newer = ".*"$',
        f'exclude-newer = "{date.today()}T00:00:00Z"',
        settings.read_text(),
        flags=re.M,
    )
    assert count == 1
    settings.write_text(text)
    installed.shell_output("uv sync --quiet --upgrade")
    installed.run_checks()
    serve_first_model(installed)
