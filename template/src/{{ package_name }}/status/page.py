"""Writes the status page to `var/status/`: files that need nothing else, and no network."""

import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt

from ..deployment.pointer import Delivery
from ..deployment.release import CARD_PAGE, release_folder
from ..errors import warn
from ..formatting import format_number
from ..settings import NAME, root, var
from ..storage import atomic_file, remove
from .alarms import Alarm, find_alarms
from .chart import SERIES, draw_chart
from .records import Records, name_period, read_records

RUNBOOK = "docs/how-to/runbook.md"
LINK = re.compile(r"\[([^]]+)\]\((?!https?:|#)[^)]+\)")  # to a page that is not copied
MAX_PERIODS = 24  # the newest are shown
MAX_ROWS = 50  # of the other tables
LEVELS = (0.5, 1, 2, 4)  # multiples of the threshold where the colour of a score changes


def update_page() -> None:
    """Write the page; a page that fails is a warning, because what was decided is valid."""
    try:
        write_page()
    except Exception as error:  # of any kind: the loop must not fail because of its picture
        warn(f"the status page is not written ({error}): run `{NAME} status`")


def write_page() -> tuple[Path, list[Alarm]]:
    """(index.html, the alarms on it). Its links lead to files of the same folder."""
    records, folder = read_records(), var("status")
    alarms = find_alarms(records)
    card, runbook = copy_card(records, folder / CARD_PAGE), write_runbook(folder / "runbook.html")
    links = {"card": card, "runbook": runbook}
    write(folder / "index.html", "page.html", **describe(records), alarms=alarms, **links)
    return folder / "index.html", alarms


def describe(records: Records) -> dict[str, Any]:
    """What the template shows."""
    periods = records.periods[-MAX_PERIODS:]
    spec = records.spec
    numbers = {line.release: line.version for line in records.history}
    return {
        "records": records,
        "metric": spec.metric if spec else "error",
        "periods": periods,
        "versions": numbers | {version.run: version.number for version in records.versions},
        "chart": draw_chart(periods),
        "series": SERIES,
        "features": order_features(records)[:MAX_ROWS],
        "decisions": records.decisions[::-1][:MAX_ROWS],
        "deliveries": list_deliveries(records)[:MAX_ROWS],
        "verdicts": records.versions[::-1][:MAX_ROWS],
    }


def order_features(records: Records) -> list[str]:
    """The features that drifted most in the newest period first."""
    scores: dict[str, float] = {}
    for health in records.periods[-MAX_PERIODS:]:
        scores = dict.fromkeys(scores, 0.0) | health.drift_scores
    return sorted(scores, key=lambda name: -scores[name])


def list_deliveries(records: Records) -> list[tuple[str, str, str]]:
    """(when, what, why) of each line of the pointer, newest first."""
    passed = {version.run: version.passed for version in records.versions}
    rows = [
        (line.at, describe_delivery(before, line), line.reason or passed.get(subject(line)) or "")
        for before, line in pairwise([None, *records.history])
        if line
    ]
    return rows[::-1]


def subject(line: Delivery) -> str:
    """The release that a line is about."""
    return line.challenger.release if line.challenger else line.release


def describe_delivery(before: Delivery | None, line: Delivery) -> str:
    if challenger := line.challenger:
        role = "in the shadow" if challenger.shadow else "as a challenger"
        return f"Version {challenger.version} is tried {role}, at {challenger.share:g} %"
    if line.rejected and before and before.release == line.release:
        return f"The trial of {line.rejected} ended; version {line.version} stays active"
    if line.rejected:
        return f"Rolled back to version {line.version}"
    return f"Version {line.version} became the active release"


def copy_card(records: Records, target: Path) -> bool:
    """Copy the model card of the active release, if it has one."""
    card = records.active and release_folder(records.active.release) / CARD_PAGE
    if not (card and card.is_file()):
        remove(target)
        return False
    with atomic_file(target) as part:
        part.write_bytes(card.read_bytes())
    return True


def write_runbook(target: Path) -> bool:
    """The runbook as a page, in which each section can be linked to."""
    file = root() / RUNBOOK
    if not file.is_file():  # an image of a job has no documentation
        return False
    text = LINK.sub(r"\1", file.read_text(encoding="utf-8"))
    markdown = MarkdownIt("js-default")  # HTML in the text is escaped
    tokens = markdown.parse(text)
    for opening, title in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", re.sub(r"\W+", "-", title.content.lower()))
    write(target, "runbook.html", text=markdown.renderer.render(tokens, markdown.options, {}))
    return True


def write(target: Path, template: str, **values: Any) -> None:
    """Render a template; all that is inserted into it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": format_number, "period": name_period, "time": format_time}
    environment.globals |= {"NAME": NAME, "heat": heat_level}
    with atomic_file(target) as part:
        part.write_text(environment.get_template(template).render(**values), encoding="utf-8")


def format_time(time: str | datetime) -> str:
    """2026-11-28 08:17 UTC; a text that is no time as it is."""
    try:
        moment = datetime.fromisoformat(time) if isinstance(time, str) else time
    except ValueError:
        return str(time)
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def heat_level(score: float, threshold: float | None) -> int:
    """0 to 4; from 2 on, the feature has drifted. 0 without a threshold."""
    if threshold is None:
        return 0
    return sum(score >= level * threshold for level in LEVELS)
