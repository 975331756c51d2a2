"""The declaration of the data, `conf/data.yml`, as one checked and frozen object."""

import codecs
import hashlib
from typing import Literal, Self
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from .values import spell_numbers

CLASS_METRICS = ("log_loss", "brier")
NUMBER_METRICS = ("mae", "mse", "rmse", "poisson", "gamma", "quantile")
METRICS = {
    "regression": NUMBER_METRICS,
    "binary": CLASS_METRICS,
    "multiclass": CLASS_METRICS,
}
ROW_HASH = "row_hash"  # the key of rows without a key column: a hash of their values
NO_TIME = "all"  # the period of rows without a time
# The columns of a prediction: the value, and for classes `probability_<class>` each.
PREDICTION, PROBABILITY = "prediction", "probability_"


# What most tools write for a missing value.
MISSING = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND"),
    *("1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
# Read in dates.py.
DATE_WORDS = ("quarter", "week", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns", "excel")
CALENDAR_PARTS = ("year", "month", "day_of_year", "weekday", "hour")


def check_address(text: str | None) -> str | None:
    """A path or an address; ValueError for an address that no library can read."""
    try:
        urlsplit(text or "")
    except ValueError:  # its message may quote a password
        raise ValueError("this is no address: write it as https://host/path") from None
    return text


def redact(source: str) -> str:
    """A source without password and signed query, so that it can be printed and stored."""
    if "://" not in source:
        return source
    parts = urlsplit(source)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


class FrozenModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Csv(FrozenModel):
    """The dialect of the CSV files of the source."""

    delimiter: str = ","
    decimal: Literal[".", ","] = "."
    encoding: str = "utf-8"
    quote: str = '"'
    escape: str | None = None  # before a quote inside quotes; None: such a quote is doubled
    thousands: Literal[",", ".", " ", "'"] | None = None
    symbols: tuple[str, ...] = ()  # around numbers, such as $ or %; they are ignored
    negative: tuple[Literal["\u22125", "(5)", "5-"], ...] = ()  # ways to write -5
    header: bool = True  # False: the columns are called column_1, column_2 and so on
    skip: int = Field(default=0, ge=0)  # lines above the header
    totals: tuple[str, ...] = ()  # rows that begin with one of these words are skipped

    @field_validator("encoding")
    @classmethod
    def check_encoding(cls, name: str) -> str:
        try:
            return codecs.lookup(name).name
        except LookupError:
            raise ValueError(f"there is no encoding {name}: use utf-8, cp1252 or another") from None


class Feature(FrozenModel):
    """A column that the model reads. The contract accepts values from `min` to `max`."""

    type: Literal["number", "category", "boolean", "date", "text"]
    min: float | None = None
    max: float | None = None
    nullable: bool = False
    format: str | None = None  # of a date: strftime codes or a word; of a number: duration
    missing: tuple[str, ...] | None = None  # words for a missing value, if other than in `missing`
    effect: Literal["up", "down"] | None = None  # the expected effect of a larger value

    @model_validator(mode="after")
    def check_format(self) -> Self:
        if self.type == "date":
            check_date_format(self.format)
        elif self.format and (self.type, self.format) != ("number", "duration"):
            raise ValueError(f"a {self.type} has no format {self.format}")
        return self


def check_date_format(value: str | None) -> str | None:
    if value and "%" not in value and value not in DATE_WORDS:
        raise ValueError(f"use strftime codes such as %d.%m.%Y, or one of {', '.join(DATE_WORDS)}")
    if value and value.startswith("%Y-%d-%m"):
        raise ValueError("a date such as 2024-05-06 is always ISO 8601: write the month first")
    return value


class Time(FrozenModel):
    """The time of a row, the length of a period, and the delay until the label is known.

    Rows of one `unit` are alike: models are compared on whole units. Where a period has a single
    date, one day is a whole period, so the unit is the entity or the row.
    """

    column: str
    period: Literal["day", "week", "month", "quarter", "year"] = "month"
    label_delay_hours: float = Field(default=0, ge=0)
    format: str | None = None  # strftime codes or a word, of a date that is not ISO 8601
    parts: tuple[str, ...] = Field(default=(), max_length=5)  # columns of year, month …
    unit: Literal["day", "entity", "row"] = "day"
    calendar: tuple[Literal["year", "month", "day_of_year", "weekday", "hour"], ...] = ()

    _check_format = field_validator("format")(check_date_format)


class Baseline(FrozenModel):
    """What a model must be better than: predictions that need no model.

    `constant`: one value for all rows. `group`: one value for each group of rows with the same
    values of `columns`. `last`: the last label of the group that was known. `season`: its label
    one `season` earlier.
    """

    kind: Literal["constant", "group", "last", "season"] = "constant"
    columns: tuple[str, ...] = ()
    season: Literal["day", "week", "52_weeks", "year"] = "year"


class DataSpec(FrozenModel):
    """The data of this project. No other module contains the name of a column."""

    source: str
    csv: Csv = Csv()
    missing: tuple[str, ...] = MISSING  # words for a missing value
    task: Literal["regression", "binary", "multiclass"]
    target: str
    classes: tuple[str, ...] = ()  # the labels; others are refused. Empty: all are accepted
    key: str = ROW_HASH
    entity: str | None = None
    time: Time | None = None
    metric: str
    quantile: float = Field(default=0.5, gt=0, lt=1)  # what to predict for the metric `quantile`
    baseline: Baseline = Baseline()
    features: dict[str, Feature] = {}
    excluded: dict[str, str] = {}  # column: the reason why no model reads it

    _check_source = field_validator("source")(check_address)

    @model_validator(mode="after")
    def check_columns(self) -> Self:
        time = [self.time.column] if self.time else []
        special = [self.target, self.key, *time]
        if names := self.features.keys() & {*special, *self.excluded}:
            raise ValueError(f"{min(names)} cannot be a feature and target, key, time or excluded")
        if len({*special, self.entity}) < len(special) + 1:
            raise ValueError("target, key, entity and time must be different columns")
        if not self.features and not (self.time and self.time.calendar):
            raise ValueError("declare `features`, or `calendar` of the time: a model needs inputs")
        if self.time and self.time.unit == "entity" and not self.entity:
            raise ValueError("time.unit is entity, but no `entity` is declared: use row")
        for name in (*self.features, self.key, *time, self.entity or self.key):
            if name == PREDICTION or (self.is_classification and name.startswith(PROBABILITY)):
                raise ValueError(f"{name} is a column of the predictions: rename it")
        return self

    @model_validator(mode="after")
    def check_task(self) -> Self:
        if self.is_classification and any(feature.effect for feature in self.features.values()):
            raise ValueError("`effect` moves a number up or down: remove it for classes")
        if self.metric not in METRICS[self.task]:
            allowed = " or ".join(METRICS[self.task])
            raise ValueError(f"metric {self.metric} does not fit a {self.task} task: use {allowed}")
        return self

    @model_validator(mode="after")
    def check_classes(self) -> Self:
        if self.classes and not self.is_classification:
            raise ValueError("a regression has no `classes`: remove them")
        if len({name.strip().casefold() for name in self.classes}) < len(self.classes):
            raise ValueError("two of the `classes` differ only in case: labels ignore it")
        return self

    @model_validator(mode="after")
    def check_baseline(self) -> Self:
        kind = self.baseline.kind
        if kind in ("last", "season") and (self.is_classification or not self.time):
            raise ValueError(f"baseline {kind} needs a regression with a time: use group")
        if kind == "group" and not self.baseline.columns:
            raise ValueError("baseline group needs the `columns` that form the groups")
        for name in self.baseline.columns:
            if name not in (*self.features, self.entity):
                raise ValueError(f"baseline: {name} is neither a feature nor the entity")
        return self

    @property
    def unit(self) -> Literal["day", "entity", "row"]:
        """Whose rows are alike, so that they are resampled together."""
        if self.time:
            return self.time.unit
        return "entity" if self.entity else "row"

    @property
    def is_classification(self) -> bool:
        return self.task != "regression"

    @property
    def has_hash_key(self) -> bool:
        return self.key == ROW_HASH

    @property
    def digest(self) -> str:
        """sha256 of the declaration without the place and the format of the data."""
        ignored = {"source", "csv", "excluded"}
        text = self.model_dump_json(exclude=ignored, exclude_defaults=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> str:
        """The declaration as it is stored with a model."""
        stored = self.model_copy(update={"source": redact(self.source)})
        return f"{stored.model_dump_json(indent=2)}\n"

    @property
    def inputs(self) -> list[str]:
        """The columns that a model reads: the features, and the time if its parts are features."""
        calendar = [self.time.column] if self.time and self.time.calendar else []
        return [*self.features, *calendar]

    @property
    def all_columns(self) -> list[str]:
        """All declared columns but the excluded ones."""
        names = (self.target, self.key, self.entity, self.time and self.time.column)
        parts = self.time.parts if self.time else ()
        return [*self.features, *parts, *(name for name in names if name)]

    def missing_words(self, name: str) -> tuple[str, ...]:
        """The words for a missing value in a column; -999 also as -999.0 and -999,00."""
        feature = self.features.get(name)
        own = None if feature is None else feature.missing
        return spell_numbers(self.missing if own is None else own)

    def columns(self, *kinds: str) -> list[str]:
        """The names of the features with one of these types, in the declared order."""
        return [name for name, feature in self.features.items() if feature.type in kinds]
