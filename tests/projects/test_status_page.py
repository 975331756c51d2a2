"""The status page in a real browser: it fits, requests nothing, and axe finds no violation."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.support.generator import run_cli
from tests.support.projects import Install, InstalledProject

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
LONG = "a_column_with_a_name_that_has_no_end_" * 4
HOSTILE = f"<img src=x onerror=alert(1)> & '{LONG}\""
WIDTHS = (320, 390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('.chart text[text-anchor]')]
    .map(text => text.getBoundingClientRect()).sort((a, b) => a.x - b.x);
  return boxes.some((box, i) => i && box.x < boxes[i - 1].right);
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def health(period: str, number: int) -> dict[str, Any]:
    """An evaluation; every fifth one has an alarm, and every seventh too few labels."""
    alarm = f"mae 9.1 is {number}% higher than the 7 expected" if number % 5 == 1 else None
    values = {"expected_error": 7.0, "highest_error": 8.4, "error": 9.1 if alarm else 6.5}
    quality = "alarm" if alarm else "too few labels" if number % 7 == 3 else "good"
    scores = {f"feature_{i}": 0.02 * i * (number % 4) for i in range(20)}
    return {
        "period": period,
        "release": "2024-01-abcdef01",
        "predictions": 123_456,
        "labelled": 4_321,
        "needed_labels": 100,
        "window": period if period == "all" else f"{period}-01 to {period}-28",
        "quality": quality,
        "alarm": alarm,
        "drift_scores": scores | {LONG: 0.2, HOSTILE: 1.5},
        **values,
    }


def write_records(folder: Path, periods: list[str]) -> None:
    """What the commands leave in `var/`, for the page alone."""
    for number, period in enumerate(periods, 1):
        place = folder / f"var/monitoring/{period}-0"
        place.mkdir(parents=True)
        (place / "health.json").write_text(json.dumps(health(period, number)))
    if periods:
        release = folder / "var/releases/2024-01-abcdef01"
        release.mkdir(parents=True)
        origin = {"release": release.name, "version": 1, "period": periods[0], "data": "d" * 64}
        origin |= {"spec": "s" * 64, "code": "c" * 64, "gate": f"{HOSTILE} is better"}
        (release / "release.json").write_text(json.dumps(origin))
        line = {"release": release.name, "version": 1, "at": "2024-02-01T08:00:00+00:00"}
        tried = {"release": "other", "version": 2, "share": 10}
        lines = [
            line,
            line | {"reason": HOSTILE, "rejected": "other"},
            line | {"challenger": tried},
        ]
        pointer = release.with_name("pointer.jsonl")
        pointer.write_text("".join(json.dumps(each) + "\n" for each in lines))
        rules = [{"name": "on_quality", "effect": "train", "sentence": HOSTILE}]
        decision = {"at": line["at"], "period": periods[0], "release": release.name}
        decision |= {"outcome": "train", "rules": rules}
        (folder / "var/retraining").mkdir()
        (folder / "var/retraining/decisions.jsonl").write_text(json.dumps(decision) + "\n")


@pytest.fixture(scope="module")
def installed(install: Install) -> InstalledProject:
    return install(4)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no browser: install chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))


def write_page(installed: InstalledProject, folder: Path) -> Path:
    """Run the command of the installed project in another folder."""
    command = [str(installed.folder / ".venv/bin/churn"), "status"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


@pytest.mark.parametrize("count", [0, 1, 3, 24])
def test_the_page_is_readable_everywhere(
    installed: InstalledProject, browser: Browser, tmp_path: Path, count: int
) -> None:
    for part in ("conf", "docs", ".github"):
        shutil.copytree(installed.folder / part, tmp_path / part)
    write_records(tmp_path, [f"{2024 + i // 12}-{i % 12 + 1:02}" for i in range(count)])
    page = write_page(installed, tmp_path)
    check_page(browser, page)
    if count == 0:  # it is the same for any number
        check_page(browser, page.with_name("runbook.html"))


def test_the_page_of_own_data_without_time_is_readable(
    installed: InstalledProject, browser: Browser, tmp_path: Path
) -> None:
    rows = [f"{i},{'abc'[i % 3]},{i % 7},{'yes' if i % 5 else 'no'}" for i in range(300)]
    (tmp_path / "rows.csv").write_text("\n".join(["id,kind,amount,churned", *rows]))
    folder = tmp_path / "own"
    words = ("--level", 4, "--data", tmp_path / "rows.csv", "--target", "churned", "--defaults")
    assert run_cli(folder, *words).status == 0
    write_records(folder, ["all"])
    check_page(browser, write_page(installed, folder))


def check_page(browser: Browser, file: Path) -> None:
    for width in WIDTHS:
        for scheme in SCHEMES:
            size = ViewportSize(width=width, height=800)
            # axe is a script, which the page itself does not allow.
            context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
            check_view(context.new_page(), file)
            context.close()


def check_view(page: Page, file: Path) -> None:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: seen.append(message.text))
    page.on("dialog", lambda dialog: seen.append(dialog.message))
    page.goto(file.as_uri())
    assert page.evaluate(OVERFLOW) == 0
    assert not page.evaluate(OVERLAPS)
    violations = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
    assert seen == [file.as_uri()]
