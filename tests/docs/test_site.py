"""The documentation builds as a site without a warning, and a broken link fails the build."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BUILD = (
    sys.executable,
    "-m",
    "sphinx",
    "--fail-on-warning",
    "--keep-going",
    "-q",
    "-c",
    "docs",
    ".",
)
PAGES = ("*.md", "docs/**/*.md")


@pytest.fixture
def clone(checkout: Path, tmp_path: Path) -> Path:
    """The pages of this repository, to change."""
    shutil.copytree(checkout / "docs", tmp_path / "clone/docs")
    for page in checkout.glob("*.md"):
        shutil.copy(page, tmp_path / "clone")
    return tmp_path / "clone"


def build(clone: Path) -> subprocess.CompletedProcess[str]:
    """Build the site as the workflow `docs` does."""
    return subprocess.run(
        [*BUILD, str(clone.parent / "site")], cwd=clone, capture_output=True, text=True, check=False
    )


def test_the_site_contains_every_page(clone: Path) -> None:
    result = build(clone)
    assert result.returncode == 0, result.stderr
    site = clone.parent / "site"
    pages = {page.relative_to(clone) for pattern in PAGES for page in clone.glob(pattern)}
    assert [page for page in pages if not (site / page).with_suffix(".html").exists()] == []
    menu = (site / "README.html").read_text()
    assert [page for page in pages if f'href="{page.with_suffix(".html")}"' not in menu] == [
        Path("README.md")
    ]
    assert "README.html" in (site / "index.html").read_text()


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("README.md", "docs/gone.md"),
        ("CONTRIBUTING.md", "docs/index.md#gone"),
        ("docs/glossary.md", "reference/gone.md"),
    ],
)
def test_a_broken_link_fails_the_build(clone: Path, page: str, link: str) -> None:
    with (clone / page).open("a") as file:
        file.write(f"\n[Broken]({link})\n")
    result = build(clone)
    assert result.returncode != 0
    assert re.search(rf"{page}:\d+: WARNING: .*gone", result.stderr), result.stderr
