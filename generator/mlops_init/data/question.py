"""A question about the data, and its answer where nobody can be asked."""

from collections.abc import Callable
from dataclasses import dataclass

YOUR_CHOICE = "your choice"


@dataclass(frozen=True)
class Question:
    """A decision that the rules are not sure of. The first option is the proposal."""

    flag: str  # the command-line option that answers the question
    text: str
    options: tuple[tuple[str, str], ...]  # (answer, what it means)


Ask = Callable[[Question], str]


def accept_proposal(question: Question) -> str:
    """The answer where nobody can be asked."""
    return question.options[0][0]
