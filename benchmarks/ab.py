"""How often a comparison of two equal releases decides wrongly, and how long it takes to be right.

    python benchmarks/ab.py [REPLAYS]

Each replay is 120 days of a canary whose labels are looked at every evening, and stopped at the
first decision. A row has the skewed loss of an absolute error, each day its own difficulty and, in
half of the rows of the table, each entity its own too. `repeated z-test` compares all rows so far.
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "template/src/{{ package_name }}/canary/sequential.py"
SPEC = importlib.util.spec_from_file_location("sequential", FILE)
assert SPEC and SPEC.loader
sequential = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(sequential)

DAYS, ENTITIES, ERROR_RATE, Z = 120, 400, 0.05, 1.96
DIFFERENCES = (0.02, 0.05, 0.1, 0.2, 0.3)
Sides = tuple[np.ndarray, np.ndarray]  # of each replay, day and row


def draw_losses(random: np.random.Generator, rows: int, worse: float) -> np.ndarray:
    """(days, rows): absolute errors; the difficulty of a day is shared by both sides."""
    return np.abs(random.normal(0, 1 + worse, (DAYS, rows)))


def first_day(decided: np.ndarray) -> int | None:
    """The first day on which there is a decision."""
    days = np.flatnonzero(decided)
    return int(days[0]) + 1 if len(days) else None


def z_test(champion: np.ndarray, challenger: np.ndarray) -> np.ndarray:
    """Whether all rows so far differ, on each day."""
    means, variances = [], []
    for losses in (champion, challenger):
        count = np.arange(1, DAYS + 1) * losses.shape[1]
        mean = losses.sum(1).cumsum() / count
        means.append(mean)
        variances.append(((losses**2).sum(1).cumsum() / count - mean**2) / count)
    return np.abs(means[1] - means[0]) > Z * np.sqrt(sum(variances))


def always_valid(values: np.ndarray) -> np.ndarray:
    """Whether the values of the units so far contradict a mean of zero."""
    units = np.arange(1, len(values) + 1)
    evidence = sequential.log_e_value(units, values.cumsum(), (values**2).cumsum())
    return evidence >= np.log(1 / ERROR_RATE)


def replay_days(random: np.random.Generator, share: float, worse: float) -> Sides:
    """Decisions by the day as the unit: rows are assigned one by one."""
    rows = 200
    few = max(1, round(rows * share))
    difficulty = random.lognormal(0, 0.3, (DAYS, 1))
    champion = difficulty * draw_losses(random, rows - few, 0)
    challenger = difficulty * draw_losses(random, few, worse)
    return z_test(champion, challenger), always_valid(challenger.mean(1) - champion.mean(1))


def replay_entities(random: np.random.Generator, share: float, worse: float) -> Sides:
    """Decisions by the entity as the unit: an entity stays on its side, and some are difficult."""
    few = max(1, round(ENTITIES * share))
    own = random.lognormal(0, 0.5, ENTITIES)
    champion = own[few:] * draw_losses(random, ENTITIES - few, 0)
    challenger = own[:few] * draw_losses(random, few, worse)
    days = np.arange(1, DAYS + 1)[:, None]
    means = [losses.cumsum(0) / days for losses in (champion, challenger)]  # so far
    values = means[1] - means[0][:, :few]  # (days, pairs): alike, so that they are symmetric
    units = np.full(DAYS, few)
    evidence = sequential.log_e_value(units, values.sum(1), (values**2).sum(1))
    return z_test(champion, challenger), evidence >= np.log(1 / ERROR_RATE)


def run(replays: int) -> None:
    random = np.random.default_rng(0)
    print("| equal releases | repeated z-test decides | always-valid test decides |")
    print("| --- | --- | --- |")
    for name, replay in (("rows", replay_days), ("entities", replay_entities)):
        for share in (0.05, 0.2, 0.5):
            both = [replay(random, share, 0.0) for _ in range(replays)]
            wrong = [np.mean([each[test].any() for each in both]) for test in (0, 1)]
            print(f"| {share:.0%} of {name} | {wrong[0]:.1%} | {wrong[1]:.1%} |")
            assert wrong[1] <= ERROR_RATE < wrong[0], "the comparison decides too often"
    print("\n| challenger is worse by | share | decided in 120 days | days until then (median) |")
    print("| --- | --- | --- | --- |")
    for worse in DIFFERENCES:
        for share in (0.05, 0.5):
            days = [first_day(replay_days(random, share, worse)[1]) for _ in range(replays // 5)]
            found = [day for day in days if day]
            median = f"{np.median(found):.0f}" if found else ""
            print(f"| {worse:.0%} | {share:.0%} | {len(found) / len(days):.0%} | {median} |")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
