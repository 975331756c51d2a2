"""The recording of the wizard is up to date."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.generator import ROOT

sys.path.append(str(ROOT / "generator" / "scripts"))
import recording


def frames(picture: Path) -> list[str]:
    """The text of each frame, without durations."""
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
    all_frames = frames(ROOT / "docs/wizard.svg")
    assert len(all_frames) == len(recording.KEYS)
    assert all(
        words in frame.replace("\xa0", " ") for (words, *_), frame in frames_by_key(all_frames)
    )


def frames_by_key(all_frames: list[str]) -> list[tuple[tuple[str, str, float], str]]:
    return [(key, f"{frame} ") for key, frame in zip(recording.KEYS, all_frames, strict=True)]
