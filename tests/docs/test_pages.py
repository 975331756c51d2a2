"""A test runs each shell block of each page, or the page says why not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import pages

PAGE = """\
# A page

```sh
true
```

1. A step

   <!-- not run: needs a forge -->
   ```sh
   git push <<'END'
     kept
   END
   ```

```
no language
```
"""


def test_a_block_has_the_reason_above_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    found = pages.blocks(page)
    assert [block.kind for block in found] == ["sh", "sh", ""]
    assert [block.reason for block in found] == [None, "needs a forge", None]
    assert found[1].text == "git push <<'END'\n  kept\nEND\n"
    assert pages.script(pages.shell_blocks(page)) == "echo '--- block 1 of 2'\ntrue\n"


@pytest.mark.parametrize("line", ["<!-- not run -->", "<!-- not run: -->", "<!-- later -->"])
def test_a_block_without_a_reason_runs(tmp_path: Path, line: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{line}\n```sh\nfalse\n```\n")
    assert pages.blocks(page)[0].reason is None


def test_every_page_of_this_repository_with_blocks_runs(checkout: Path) -> None:
    assert pages.pages_with_blocks(checkout) == {*pages.OURS}
    tests = "".join(file.read_text() for file in (checkout / "tests").rglob("test_*.py"))
    assert [page for page in pages.OURS if f'"{page}"' not in tests] == []


def test_every_page_of_a_project_with_blocks_runs(project: Callable[[int], Path]) -> None:
    listed = {page for level in pages.OF_PROJECTS.values() for page in level}
    assert pages.pages_with_blocks(project(4)) == listed
    for level, some in pages.OF_PROJECTS.items():
        assert pages.pages_with_blocks(project(level)) >= {*some}


def test_a_block_names_its_language(checkout: Path, project: Callable[[int], Path]) -> None:
    for folder in (checkout, project(4)):
        for page in [*folder.glob("*.md"), *(folder / "docs").rglob("*.md")]:
            kinds = {block.kind for block in pages.blocks(page)}
            assert kinds <= {*pages.KINDS}, f"{page}: name the kind of a block after its ```"
