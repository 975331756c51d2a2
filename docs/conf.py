"""Settings of the documentation site: `sphinx-build --fail-on-warning -c docs . site`.

Sphinx with MyST, because it reads the Markdown that GitHub shows, needs no network, fails on a
broken link, and is well maintained. The top of the repository is the source, so that the links of
README, CONTRIBUTING and CHANGELOG are checked as well.
"""

from pathlib import Path

from sphinx.application import Sphinx

project = "mlops-init"
html_title = "mlops-init"
html_theme = "furo"
html_copy_source = False
html_show_copyright = False
extensions = ["myst_parser", "sphinxcontrib.mermaid"]

root_doc = "README"
include_patterns = ["*.md", "docs/**"]
exclude_patterns = [
    *(".*", "*.egg-info", "benchmarks", "dist", "site"),
    *("generator", "maturity_levels", "template", "tests"),
]
myst_fence_as_directive = ["mermaid"]  # GitHub draws these fences as well
myst_heading_anchors = 3  # levels of headings that a link can name

# The pages of the menu, by the four kinds of documentation (https://diataxis.fr).
MENU = {
    "README": {
        "Overview": ["docs/index", "docs/glossary", "CHANGELOG"],
        "Tutorial": ["docs/tutorials/*"],
        "How-to guides": ["docs/how-to/*"],
        "Reference": ["docs/reference/*"],
        "Explanation": ["docs/explanation/*", "docs/decisions/index"],
        "Development": ["CONTRIBUTING", "AGENTS"],
    },
    "docs/decisions/index": {"Decisions": ["0*"]},
}


def add_menu(_app: Sphinx, page: str, source: list[str]) -> None:
    """Append the menu, which GitHub does not need."""
    for caption, pages in MENU.get(page, {}).items():
        options = [":glob:", ":hidden:", f":caption: {caption}"]
        source[0] += "\n".join(["", "```{toctree}", *options, "", *pages, "```", ""])


def add_start_page(app: Sphinx, _error: Exception | None) -> None:
    """Let the address of the site lead to its first page."""
    page = '<meta http-equiv="refresh" content="0; url=README.html">\n'
    Path(app.outdir, "index.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register both."""
    app.connect("source-read", add_menu)
    app.connect("build-finished", add_start_page)
