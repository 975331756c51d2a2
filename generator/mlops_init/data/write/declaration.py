"""Formats conf/data.yml: every decision, with its reason as a comment."""

from dataclasses import asdict
from typing import Any

from ..decision import ColumnDecision, DataDecisions
from ..numbers import format_share
from ..prepared import PreparedData
from ..read.column import Column
from ..read.dialect import Dialect
from ..read.number_format import NumberFormat
from ..read.source import CSV
from ..read.words import ALWAYS_MISSING, CODE
from .yaml_text import format_comment, format_mapping, format_text

HEAD = (
    "# The one file that names your columns. Contract, features, requests, gate and drift are "
    "built from it."
)


def format_declaration(prepared: PreparedData, source: str) -> str:
    """The text of conf/data.yml, for data that lie at `source`, as seen from the project."""
    decisions = prepared.decisions
    lines = [HEAD, _format_line("source", format_text(source), _describe_source(prepared.origin))]
    if csv := _list_csv_settings(decisions):
        lines.append(_format_line("csv", format_mapping(csv), "how the files are written"))
    missing = format_mapping({"missing": _list_missing_words(decisions)})[1:-1]
    lines.append(f"{missing} # what means a missing value, in files and requests")
    lines.append(_format_line("task", decisions.task.value, decisions.task.reason))
    lines.append(f"target: {format_text(decisions.target)}")
    if decisions.classes:
        classes = format_mapping({"classes": list(decisions.classes)})[1:-1]
        lines.append(f"{classes} # other labels are refused; case and blanks do not matter")
    lines += _format_key_and_entity(decisions)
    lines.append(_format_time(decisions))
    lines.append(_format_line("metric", decisions.metric, "a mean over rows; smaller is better"))
    if decisions.metric == "quantile":
        lines.append("quantile: 0.5 # that is predicted; 0.9: nine of ten labels are below it")
    baseline = decisions.baseline
    text = format_mapping(baseline.settings)
    lines.append(_format_line("baseline", text, f"a model must beat it; {baseline.reason}"))
    features = decisions.columns_used_as("feature")
    features += [each for each in decisions.columns_used_as("entity") if each.type]
    if features:
        lines.append("features: # min and max are wider than observed: normal new rows pass")
    else:
        lines.append("features: {} # none besides the parts of the time")
    lines += [_format_feature(feature, decisions) for feature in features]
    if excluded := decisions.columns_used_as("excluded"):
        lines.append("excluded: # columns that no model reads, and why")
        lines += [f"  {format_text(each.name)}: {format_text(each.reason)}" for each in excluded]
    return "\n".join(lines) + "\n"


def _format_line(name: str, value: str, reason: str) -> str:
    return f"{name}: {value} {format_comment(reason)}"


def _describe_source(origin: str) -> str:
    if not origin:
        return "a file, or a folder of files of one kind"
    return f"a copy of {origin}; from level 1, this address may be the source of every ingest"


def _list_csv_settings(decisions: DataDecisions) -> dict[str, Any]:
    """What is unusual about the CSV files."""
    source = decisions.profile.source
    if source.kind not in CSV:
        return {}
    usual = asdict(Dialect())
    settings: dict[str, Any] = {
        name: value for name, value in asdict(source.dialect).items() if value != usual[name]
    }
    usual = asdict(NumberFormat())
    numbers = asdict(decisions.profile.numbers)
    settings |= {
        name: value for name, value in numbers.items() if value != usual[name] and name != "notes"
    }
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()
    }


def _list_missing_words(decisions: DataDecisions, column: Column | None = None) -> list[str]:
    """The words for a missing value in the files, or in one column of them."""
    source = decisions.profile.source
    words = list(dict.fromkeys((*ALWAYS_MISSING, *decisions.request.missing)))
    is_value = bool(source.code_columns) and not source.is_code_missing
    if is_value or (column and column.name in source.code_columns):
        words.remove(CODE)
    return words


def _format_key_and_entity(decisions: DataDecisions) -> list[str]:
    key, entity = decisions.key, decisions.entity
    if key.value:
        reason = f"joins predictions with labels; {key.reason}"
        lines = [_format_line("key", format_text(key.value), reason)]
    else:
        lines = [format_comment(f"no key ({key.reason}): identical rows are treated as one")]
    if entity.value:
        reason = f"what a prediction is about; {entity.reason}"
        lines.append(_format_line("entity", format_text(entity.value), reason))
    return lines


def _format_time(decisions: DataDecisions) -> str:
    time, period = decisions.time, decisions.period
    if not time.value:
        return format_comment(f"no time: {time.reason}")
    settings: dict[str, Any] = {
        "column": time.value,
        "period": period.value,
        "label_delay_hours": decisions.request.label_delay_hours,
    }
    column = decisions.profile.column(time.value)
    if column.date_format:
        settings["format"] = column.date_format
    if column.time_parts:
        settings["parts"] = list(column.time_parts)
    reason = f"{time.reason}; by {period.value}: {period.reason}"
    if column.reading:
        reason += f"; {column.reading}"
    if decisions.unit != "day":
        settings["unit"] = decisions.unit
        reason += f"; models are compared by {decisions.unit}, because there are few dates"
    if decisions.calendar:
        settings["calendar"] = list(decisions.calendar)
        reason += "; the parts in `calendar` are features"
    return _format_line("time", format_mapping(settings), reason)


def _format_feature(feature: ColumnDecision, decisions: DataDecisions) -> str:
    column, reason = feature.column, feature.reason
    settings: dict[str, Any] = {"type": feature.type}
    if feature.min is not None:
        settings |= {"min": feature.min, "max": feature.max}
    if column.missing:
        settings["nullable"] = True
        reason += f"; missing in {format_share(column.missing)} of the rows"
    if feature.type == "date" and column.date_format:
        settings["format"] = column.date_format
    if feature.type == "number" and column.number_format:
        settings["format"] = column.number_format
    if (words := _list_missing_words(decisions, column)) != _list_missing_words(decisions):
        settings["missing"] = words
        reason += f"; {CODE} is a value"
    if column.reading:
        reason += f"; {column.reading}"
    if feature.personal_data:
        reason += f"; looks like {feature.personal_data}"
    return "  " + _format_line(format_text(feature.name), format_mapping(settings), reason)
