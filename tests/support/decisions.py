"""Decisions about columns that a test makes up."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlops_init.data.decision import (
    Ask,
    ColumnDecision,
    DataDecisions,
    Question,
    accept_proposal,
)
from mlops_init.data.prepare import prepare
from mlops_init.data.request import DataRequest

ROWS = 400
Random = np.random.Generator
Decide = Callable[..., DataDecisions]


@pytest.fixture
def random() -> Random:
    return np.random.default_rng(0)


@pytest.fixture
def decide(tmp_path: Path) -> Decide:
    """`decide(columns, target="y", …)`: the decisions about these columns."""

    def decide(columns: dict[str, Any], ask: Ask | None = None, **options: Any) -> DataDecisions:
        file = tmp_path / "x.csv"
        pd.DataFrame(columns).to_csv(file, index=False)
        return prepare(DataRequest(file, **{"target": "y"} | options), ask=ask).decisions

    return decide


class Answers:
    """Answers questions by their option, else with the proposal, and remembers the questions."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.questions: list[Question] = []

    def __call__(self, question: Question) -> str:
        self.questions.append(question)
        name = question.flag.removeprefix("--").replace(" ", "_")
        return self.answers.get(name, accept_proposal(question))

    @property
    def flags(self) -> list[str]:
        return [question.flag for question in self.questions]


def column_of(decisions: DataDecisions, name: str) -> ColumnDecision:
    return next(column for column in decisions.columns if column.name == name)
