"""A user who reviews the decisions can give a column another use or type."""

from pathlib import Path

import pytest
from mlops_init.data.decision import DataDecisions
from mlops_init.data.edit import change_use, list_uses
from mlops_init.data.prepare import prepare
from mlops_init.data.request import DataRequest

ROWS = "id,day,city,size,owner,wanted\n" + "".join(
    f"{n},2024-{n % 12 + 1:02}-{n % 28 + 1:02},c{n % 7},{n * 37 % 101},o{n % 50},{n * 53 % 97}.5\n"
    for n in range(300)
)


def decide(tmp_path: Path, *changes: tuple[str, str]) -> tuple[DataDecisions, list[str]]:
    """The decisions after these changes, and why some were refused."""
    (tmp_path / "rows.csv").write_text(ROWS)
    waiting, problems = list(changes), []

    def review(decisions: DataDecisions, problem: str) -> DataRequest | None:
        problems.extend([problem] if problem else [])
        return change_use(decisions, *waiting.pop(0)) if waiting else None

    request = DataRequest(tmp_path / "rows.csv", "wanted")
    return prepare(request, review=review).decisions, problems


def uses(decisions: DataDecisions) -> dict[str, str]:
    return {each.name: each.type or each.use for each in decisions.columns}


BEFORE = {"id": "key", "day": "time", "city": "category", "size": "number"} | {
    "owner": "category",
    "wanted": "target",
}


def test_a_review_that_changes_nothing_keeps_every_decision(tmp_path: Path) -> None:
    decisions, problems = decide(tmp_path)
    assert (uses(decisions), problems) == (BEFORE, [])


@pytest.mark.parametrize(
    ("column", "use", "after"),
    [
        ("size", "category", {"size": "category"}),
        ("size", "excluded", {"size": "excluded"}),
        ("owner", "entity", {"owner": "category"}),  # with a time it is a feature as well
        ("id", "excluded", {"id": "excluded"}),
        ("id", "number", {"id": "number"}),
        ("day", "date", {"day": "date"}),
        ("size", "target", {"size": "target", "wanted": "number"}),
    ],
)
def test_a_column_gets_the_use_that_the_user_chooses(
    tmp_path: Path, column: str, use: str, after: dict[str, str]
) -> None:
    decisions, problems = decide(tmp_path, (column, use))
    assert (uses(decisions), problems) == (BEFORE | after, [])


def test_the_last_change_of_a_column_counts(tmp_path: Path) -> None:
    changes = [("size", "excluded"), ("size", "category"), ("day", "excluded"), ("day", "time")]
    decisions, problems = decide(tmp_path, *changes)
    assert (uses(decisions), problems) == (BEFORE | {"size": "category"}, [])


def test_a_change_that_is_refused_changes_nothing(tmp_path: Path) -> None:
    decisions, problems = decide(tmp_path, ("city", "key"), ("size", "excluded"))
    assert len(problems) == 1
    assert "city" in problems[0]
    assert uses(decisions) == BEFORE | {"size": "excluded"}


def test_only_dates_can_become_dates(tmp_path: Path) -> None:
    decisions, _ = decide(tmp_path)
    assert "date" in list_uses(decisions.profile.column("day"))
    assert "date" not in list_uses(decisions.profile.column("size"))
