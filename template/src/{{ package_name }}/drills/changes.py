"""Faults of the data: what they change in rows. Pure."""

import numpy as np
import pandas as pd

from .project import DrillProject

OTHER_UNIT = 1.609  # kilometres in a mile
POISONED = 0.5  # of the labels of a period
DRIFT = 0.05  # of the labels, each period more; for numbers in standard deviations
SKEW = pd.Timedelta(days=120)


def numbers_by_strength(project: DrillProject) -> list[str]:
    """The numbers that have values, those that say most about the target first."""
    rows, spec = project.rows, project.spec
    values = project.rows_of(project.healthy)[spec.columns("number")]
    labels = rows[spec.target]
    if spec.is_classification:
        labels = pd.Series(pd.factorize(labels)[0], rows.index)
    strength = {
        name: np.nan_to_num(abs(rows[name].corr(labels, method="spearman")))
        for name in values.dropna(axis="columns", how="all")
    }
    return sorted(strength, key=lambda name: -strength[name])


def nullable_number(project: DrillProject) -> str:
    """A number that may be missing, such as the value of a sensor; else the weakest."""
    names = numbers_by_strength(project)
    nullable = [name for name in names if project.spec.features[name].nullable]
    return next(iter([*nullable, names[-1]]))


def change_unit(project: DrillProject, rows: pd.DataFrame, since: pd.Series) -> pd.DataFrame:
    name = numbers_by_strength(project)[0]
    return rows.assign(**{name: rows[name].where(since == 0, rows[name] / OTHER_UNIT)})


def rename_column(project: DrillProject, rows: pd.DataFrame, since: pd.Series) -> pd.DataFrame:
    name = next(iter(project.spec.features))
    return rows.rename(columns={name: f"{name}_v2"})


def freeze_sensor(project: DrillProject, rows: pd.DataFrame, since: pd.Series) -> pd.DataFrame:
    """The value before the fault, again and again."""
    name = numbers_by_strength(project)[-1]
    last = project.rows_of(project.healthy)[name].dropna().iloc[-1]
    return rows.assign(**{name: rows[name].where(since == 0, last)})


def remove_values(project: DrillProject, rows: pd.DataFrame, since: pd.Series) -> pd.DataFrame:
    name = nullable_number(project)
    return rows.assign(**{name: rows[name].where(since == 0)})


def skew_clock(project: DrillProject, rows: pd.DataFrame, since: pd.Series) -> pd.DataFrame:
    name = project.time.column
    return rows.assign(**{name: rows[name] + SKEW})


def leak_target(project: DrillProject, rows: pd.DataFrame, since: pd.Series) -> pd.DataFrame:
    """A feature holds the answer, in the rows to train on: it is filled when the label is known."""
    name, target = nullable_number(project), project.spec.target
    labels = rows[target]
    known = labels if labels.dtype.kind == "f" else pd.Series(pd.factorize(labels)[0], rows.index)
    usual = project.rows[name]
    ranks = known.rank(pct=True)
    values = usual.min() + (usual.max() - usual.min()) * ranks
    return rows.assign(**{name: values.where(labels.notna(), rows[name])})


def poison_labels(project: DrillProject, rows: pd.DataFrame, since: pd.Series) -> pd.DataFrame:
    return replace_labels(project, rows, since, np.where(since > 0, POISONED, 0.0))


def drift_labels(project: DrillProject, rows: pd.DataFrame, since: pd.Series) -> pd.DataFrame:
    """What rows mean changes a little more each period."""
    target = project.spec.target
    if project.spec.is_classification:
        return replace_labels(project, rows, since, DRIFT * since.to_numpy())
    shift = 2 * DRIFT * project.rows[target].std() * since
    return rows.assign(**{target: rows[target] + shift})


def replace_labels(
    project: DrillProject, rows: pd.DataFrame, since: pd.Series, share: np.ndarray
) -> pd.DataFrame:
    """A share of the labels becomes the label of another row."""
    target, random = project.spec.target, np.random.default_rng(project.settings.seed)
    other = rows[target].sample(frac=1, random_state=random).to_numpy()
    is_replaced = (random.random(len(rows)) < share) & rows[target].notna()
    return rows.assign(**{target: rows[target].mask(is_replaced, other)})


def remove_labels(project: DrillProject, rows: pd.DataFrame, since: pd.Series) -> pd.DataFrame:
    target = project.spec.target
    return rows.assign(**{target: rows[target].where(since == 0)})
