"""Recognises durations, and reads them as seconds."""

# The same pattern as in dates.py of a generated project: `1:02:03`, `2 days 00:00:01`,
# `90 min`, `1h 30m`, `PT1H30M`.
NUMBER = r"(\d+(?:\.\d+)?) ?"
CLOCK = r"(\d+):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?"
UNITS = (
    rf"(?:{NUMBER}h(?:ours?|rs?)?)?,? ?(?:{NUMBER}m(?:in(?:ute)?s?)?)?,? ?"
    rf"(?:{NUMBER}s(?:ec(?:ond)?s?)?)?"
)
DURATION = rf"([+-]?)P?(?:{NUMBER}d(?:ays?)?,?)?[ T]*([+-]?)(?:{CLOCK}|{UNITS})"
SECONDS = (None, 86400, None, 3600, 60, 1, 3600, 60, 1)  # of each group; the others are signs
CODE = r"[0-9.]+ ?[A-Za-z]"  # 12D may be a seat
NAME_WORDS = (
    *("duration", "elapsed", "time", "runtime", "wait", "age", "lag", "delay", "length"),
    *("days", "hours", "minutes", "seconds"),
)


def is_duration(cell: str) -> str:
    """Whether a cell holds a duration, in SQL. The first condition is cheap."""
    may_be = f"contains({cell}, ':') OR right({cell}, 1) > '9'"
    is_one = f"regexp_full_match({cell}, '(?i){DURATION}') AND regexp_matches({cell}, '[0-9]')"
    return f"CASE WHEN {may_be} THEN {is_one} END"


def duration_in_seconds(cell: str) -> str:
    """The seconds of a duration, in SQL. A time of the day behind `-1 days +` is positive."""

    def group(number: int) -> str:
        return f"regexp_extract({cell}, '(?i)^{DURATION}$', {number})"

    def total(groups: range) -> str:
        parts = ((number, SECONDS[number - 1]) for number in groups)
        return " + ".join(
            f"coalesce(TRY_CAST({group(number)} AS DOUBLE), 0) * {each}"
            for number, each in parts
            if each
        )

    sign = f"CASE WHEN {group(1)} = '-' THEN -1 ELSE 1 END"
    of_time = f"CASE {group(3)} WHEN '-' THEN -1 WHEN '+' THEN 1 ELSE {sign} END"
    return f"{sign} * ({total(range(2, 3))}) + {of_time} * ({total(range(4, 10))})"
