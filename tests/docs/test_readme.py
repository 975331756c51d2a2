"""The table, the recording and the commands in the README are up to date."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from mlops_init.template.levels import load_levels

from tests.support.generator import ROOT, run_cli

README = (ROOT / "README.md").read_text()


def table() -> str:
    """The table of levels, from the manifests."""
    rows = ["| level | name | what it gives | adds |", "| --- | --- | --- | --- |"]
    for level in load_levels():
        added = " ".join(
            f"`{each.name}`{' (optional)' * each.optional}" for each in level.capabilities
        )
        rows.append(f"| {level.number} | {level.name} | {level.summary} | {added} |")
    return "\n".join(rows)


def test_the_table_of_levels_equals_the_manifests() -> None:
    """Without the scores, which tests/support/scores.py checks."""
    unscored = re.sub(r"^(\|(?:[^|\n]*\|){4})[^|\n]*\|[^|\n]*\|$", r"\1", README, flags=re.M)
    assert table() in unscored, f"put this into README.md:\n{table()}"


def words(screen: str) -> str:
    """A screen without durations and the path of uv, which differ between machines."""
    one_line = " ".join(screen.split())
    return re.sub(r"\S*/uv run", "uv run", re.sub(r" \(\d+\.\d s\)", "", one_line))


def test_the_recording_ends_with_what_the_wizard_prints(tmp_path: Path) -> None:
    result = run_cli("churn", "--level", 2, "--defaults", cwd=tmp_path)
    picture = ElementTree.parse(ROOT / "docs/wizard.svg").getroot()
    lines = picture.findall("{*}g")[-1].findall("{*}text")
    shown = " ".join(" ".join(line.itertext()) for line in lines)
    preview, mark, created = result.out.partition("✓")  # the wizard asks between them
    remedy = "run `python generator/scripts/recording.py`"
    assert words(preview) in words(shown), remedy
    assert words(shown).removesuffix(" $").endswith(words(mark + created)), remedy
    assert "](docs/wizard.svg)" in README


def test_the_commands_that_it_names_exist(project: Callable[[int], Path], tmp_path: Path) -> None:
    rows = re.findall(r"^\| `mlops-init (.+?)` \|", README, re.M)
    assert [words.split()[0] for words in rows] == ["churn", "diff", "explain", "doctor"]
    for words in rows:
        result = run_cli(*words.split(), cwd=tmp_path if "--dry-run" in words else project(1))
        assert (result.status, result.err) == (0, ""), result
    assert [*tmp_path.iterdir()] == []


def test_the_readme_has_fewer_than_120_lines() -> None:
    assert len(README.splitlines()) < 120


def test_its_links_point_to_existing_files(checkout: Callable[..., Path]) -> None:
    places = re.findall(r"^\| `([\w./-]+)` \|", README, re.M)
    assert "template/" in places
    assert [place for place in places if not (ROOT / place).exists()] == []
