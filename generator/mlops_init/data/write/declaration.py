"""Writes conf/data.yml: what was decided, and after each decision the reason as a comment."""

import json
import re
from dataclasses import asdict
from typing import Any

from ..decision import Choice, Plan
from ..read.dialect import Dialect
from ..read.source import CSV

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ ]*[A-Za-z0-9_]|[A-Za-z_]")
# What YAML takes for something else than a word.
WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
HEAD = (
    "# The one file that names your columns. Contract, features, requests, gate and drift are "
    "built from it.\n"
)


def written(plan: Plan) -> str:
    """The text of conf/data.yml."""
    lines = [f"source: {scalar(plan.source)} # {comment(_source(plan))}"]
    if how := _csv(plan):
        lines.append(f"csv: {flow(how)} # how the files are written")
    lines.append(f"task: {plan.task} # {comment(plan.why_task)}")
    lines.append(f"target: {scalar(plan.target)}")
    if plan.key:
        lines.append(f"key: {scalar(plan.key)} # joins a prediction with its label: {plan.why_key}")
    else:
        lines.append(f"# no key: {comment(plan.why_key)}")
    if plan.entity:
        lines.append(f"entity: {scalar(plan.entity)} # comes back: whom a prediction is about")
    lines.append(_time(plan))
    lines.append(f"metric: {plan.metric} # a mean over rows, smaller is better")
    lines.append(
        "features: # ranges are wider than what was found: tomorrow's normal rows must pass"
    )
    lines += [_feature(choice) for choice in plan.using("feature")]
    if left := plan.using("left out"):
        lines.append("excluded: # columns that no model reads, and why")
        lines += [f"  {scalar(each.name)}: {scalar(each.why)}" for each in left]
    return HEAD + "\n".join(lines) + "\n"


def _source(plan: Plan) -> str:
    if not plan.origin:
        return "a file, or a folder of files of one kind"
    return f"a copy of {plan.origin}; from level 1 that may stand here, and is read at each ingest"


def _csv(plan: Plan) -> dict[str, Any]:
    source = plan.profile.source
    if source.kind not in CSV:
        return {}
    usual, said = asdict(Dialect()), asdict(source.dialect)
    found: dict[str, Any] = {name: word for name, word in said.items() if word != usual[name]}
    if plan.profile.decimal != ".":
        found["decimal"] = plan.profile.decimal
    if plan.missing:
        found["missing"] = list(plan.missing)
    return found


def _time(plan: Plan) -> str:
    if not plan.time:
        return f"# no time: {comment(plan.why_time)}"
    column = plan.profile.of(plan.time)
    said: dict[str, Any] = {"column": plan.time, "period": plan.period}
    said["label_delay_hours"] = plan.label_delay_hours
    if column.format:
        said["format"] = column.format
    return f"time: {flow(said)} # {comment(plan.why_time)}; by {plan.period}: {plan.why_period}"


def _feature(choice: Choice) -> str:
    said: dict[str, Any] = {"type": choice.type}
    if choice.low is not None:
        said |= {"min": choice.low, "max": choice.high}
    if choice.column.missing:
        said["nullable"] = True
    if choice.type == "date" and choice.column.format:
        said["format"] = choice.column.format
    why = choice.why
    if choice.column.missing:
        why += f"; {choice.column.missing:.1%} missing"
    if choice.personal:
        why += f"; seems to hold {choice.personal}: may it be used?"
    return f"  {scalar(choice.name)}: {flow(said)} # {comment(why)}"


def flow(said: dict[str, Any]) -> str:
    """A mapping on one line."""
    return "{" + ", ".join(f"{name}: {value_of(value)}" for name, value in said.items()) + "}"


def value_of(value: Any) -> str:
    """A value as YAML has it; a whole number without a point."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(quoted(word) for word in value) + "]"
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
    return scalar(str(value))


def scalar(text: str) -> str:
    """A text as YAML reads it back: plain where it is safe."""
    plain = PLAIN.fullmatch(text) and text.lower() not in WORDS
    path = re.fullmatch(r"[\w./-]*\.[a-z.]+", text) and not text.startswith("-")
    return text if plain or path else quoted(text)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def comment(text: str) -> str:
    """A reason on one line: a column may be called anything."""
    return " ".join(text.split())
