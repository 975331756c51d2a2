"""The picture of the wizard can be made again, and shows the same."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.generator import ROOT

sys.path.append(str(ROOT / "generator" / "scripts"))
import recording


def frames(picture: Path) -> list[str]:
    """The words of each frame, but for how long it took."""
    groups = ElementTree.parse(picture).getroot().findall("{*}g")
    screens = ("\n".join("".join(line.itertext()) for line in group) for group in groups)
    return [re.sub(r"\(\d+\.\d.s\)", "", screen).strip() for screen in screens]


def test_its_script_makes_the_same_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "PICTURE", tmp_path / "wizard.svg")
    recording.main()
    assert frames(tmp_path / "wizard.svg") == frames(ROOT / "docs/wizard.svg")


def test_the_recording_has_a_frame_for_each_key() -> None:
    found = frames(ROOT / "docs/wizard.svg")
    assert len(found) == len(recording.KEYS)
    assert all(words in frame.replace("\xa0", " ") for (words, *_), frame in keyed(found))


def keyed(found: list[str]) -> list[tuple[tuple[str, str, float], str]]:
    return [(key, f"{frame} ") for key, frame in zip(recording.KEYS, found, strict=True)]
