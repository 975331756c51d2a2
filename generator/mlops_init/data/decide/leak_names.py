"""Finds names of what is known only after the event that is predicted."""

import re

from ..read.column import split_words
from .names import word_set

# Words that mean it anywhere in a name, and words that mean it as the whole name.
LATER_WORDS = word_set("""
    survival followup recurrence elapsed ended closed resolved outcome death died
""")
LATER_NAMES = word_set("time days duration end follow result final dauer duree duracion")
# The time until an event, as studies call it: futime, surv_months, rfsdays.
STUDY_TIME = re.compile(
    r"(fu|follow|followup|surv|survival|death|fail|failure|relapse|recur|rfs|dfs|pfs|efs|censor)"
    r"(time|days|weeks|months|mos|years|yrs)"
)
UNTIL_WORDS = word_set("to until till")  # as in time_to_event
EARLIER_WORDS = word_set("""
    since last previous prior before start lag past old earlier first initial
""")
# What is derived from the target: price_per_m2, churn_reason, log_price.
BEHIND_TARGET = word_set("""
    per reason cause date on at score rate ratio category cat bin band class bucket rank
    percent pct percentile probability prob flag code eur usd gbp grund pro par por
""")
BEFORE_TARGET = word_set("log ln sqrt scaled normalized predicted pred final actual")
MIN_LETTERS = 4  # of a target, so that its name means something
MIN_GLUED = 3


def is_called_later(name: str) -> bool:
    """Whether a name means a time until the event, or its result."""
    words = split_words(name)
    if not may_be_called_later(name):
        return False
    is_until = words[0] in LATER_NAMES and bool(UNTIL_WORDS & {*words})
    return bool(LATER_WORDS & {*words}) or len(words) == 1 or is_until or _is_study_time(words)


def may_be_called_later(name: str) -> bool:
    """Whether a name has a word of such names, as `travel_time` and `test_result` have."""
    words = split_words(name)
    is_later = bool((LATER_WORDS | LATER_NAMES) & {*words}) or _is_study_time(words)
    return is_later and not (EARLIER_WORDS | {"per"}) & {*words}


def _is_study_time(words: tuple[str, ...]) -> bool:
    return bool(STUDY_TIME.fullmatch("".join(words)))


def is_called_after(name: str, target: str) -> bool:
    """Whether a name says that it is derived from the target."""
    words, of_target = split_words(name), split_words(target)
    count = len(of_target)
    if sum(map(len, of_target)) < MIN_LETTERS or len(words) <= count:
        return False
    if words[0] in BEFORE_TARGET:
        return words[1:] == of_target
    begins = all(map(_is_same_word, words, of_target))
    is_earlier = bool(EARLIER_WORDS & {*words})
    return begins and bool(BEHIND_TARGET & {*words[count:]}) and not is_earlier


def ends_with_target(name: str, target: str) -> bool:
    """Whether the last word of a name has the target glued to its end, as `edrel` has `rel`."""
    last, whole = "".join(split_words(name)[-1:]), "".join(split_words(target))
    return len(whole) >= MIN_GLUED and last != whole and last.endswith(whole)


def _is_same_word(first: str, second: str) -> bool:
    """`churn` and `churned` are the same."""
    short, long = sorted((first, second), key=len)
    return long.startswith(short) and (len(short) == len(long) or len(short) >= MIN_LETTERS)
