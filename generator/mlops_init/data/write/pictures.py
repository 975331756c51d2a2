"""The pictures of a data card, as SVG: matplotlib, and nothing that changes from run to run."""

import io
import warnings
from typing import TYPE_CHECKING, Any

from ..decision import Choice, Plan
from ..read.dialect import literal
from ..read.profile import Column

if TYPE_CHECKING:
    import duckdb

SHOWN = 12  # columns with a distribution of their own
BINS = 30
BARS = 12
WIDE = 40  # columns in the picture of missing values


def drawn(database: "duckdb.DuckDBPyConnection", plan: Plan) -> dict[str, str]:
    """File name -> SVG."""
    found = {"distributions.svg": _distributions(database, plan)}
    if any(choice.column.missing for choice in plan.choices):
        found["missing.svg"] = _missing(plan)
    if plan.time:
        found["target-over-time.svg"] = _over_time(database, plan)
    return found


def _figure(rows: int, columns: int, size: tuple[float, float]) -> tuple[Any, Any]:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # The same data are the same bytes: no date, no random ids; text stays text.
    mpl.rcParams.update({"svg.hashsalt": "mlops-init", "svg.fonttype": "none", "font.size": 8})
    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def _svg(figure: Any) -> str:
    out = io.StringIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of signs that its font lacks: a reader's font draws them
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _distributions(database: "duckdb.DuckDBPyConnection", plan: Plan) -> str:
    target = next(choice for choice in plan.choices if choice.use == "target")
    shown = [target, *plan.using("feature")][:SHOWN]
    across = 3
    down = -(-len(shown) // across)
    figure, places = _figure(down, across, (9, 2.1 * down))
    for choice, place in zip(shown, places.flat, strict=False):
        _distribution(database, choice, place)
    for place in list(places.flat)[len(shown) :]:
        place.set_axis_off()
    return _svg(figure)


def _distribution(database: "duckdb.DuckDBPyConnection", choice: Choice, place: Any) -> None:
    column = choice.column
    color = "tab:orange" if choice.use == "target" else "tab:blue"
    if column.kind == "number" and column.distinct > BARS:
        edges, heights = _histogram(database, column)
        place.bar(edges, heights, width=(edges[1] - edges[0]) if len(edges) > 1 else 1, color=color)
    elif column.kind == "date":
        counts = database.execute(
            f"SELECT date_trunc('month', {column.read}) AS m, count(*) FROM cells "
            "WHERE m IS NOT NULL GROUP BY m ORDER BY m"
        ).fetchall()
        place.plot([row[0] for row in counts], [row[1] for row in counts], color=color)
    else:
        words = column.values[:BARS]
        place.barh([plain(word) for word, _ in words], [n for _, n in words], color=color)
        place.invert_yaxis()
    place.set_title(plain(column.name) + (" (target)" if choice.use == "target" else ""))


def _histogram(
    database: "duckdb.DuckDBPyConnection", column: Column
) -> tuple[list[float], list[int]]:
    low, width = float(column.low), (float(column.high) - float(column.low)) / BINS or 1.0
    query = (
        f"SELECT least({BINS - 1}, floor(({column.read} - {low!r}) / {width!r}))::INT AS b, "
        f"count(*) FROM cells WHERE {column.read} IS NOT NULL GROUP BY b ORDER BY b"
    )
    counts = dict(database.execute(query).fetchall())
    return [low + (b + 0.5) * width for b in range(BINS)], [counts.get(b, 0) for b in range(BINS)]


def _missing(plan: Plan) -> str:
    columns = sorted((choice.column for choice in plan.choices), key=lambda each: each.missing)
    columns = [column for column in columns if column.missing][-WIDE:]
    figure, places = _figure(1, 1, (9, 0.6 + 0.22 * len(columns)))
    place = places[0][0]
    names = [plain(column.name) for column in columns]
    place.barh(range(len(names)), [100 * column.missing for column in columns])
    place.set_yticks(range(len(names)), names)
    place.set_xlabel("% of the rows without a value")
    return _svg(figure)


def _over_time(database: "duckdb.DuckDBPyConnection", plan: Plan) -> str:
    column = plan.profile.of(str(plan.time))
    target = plan.profile.of(plan.target)
    start = f"date_trunc('{plan.period}', {column.read})"
    figure, places = _figure(1, 1, (9, 2.5))
    place = places[0][0]
    for name, measured in _measures(plan, target):
        rows = database.execute(
            f"SELECT {start} AS p, {measured} FROM cells WHERE {target.cell} IS NOT NULL "
            "GROUP BY p ORDER BY p"
        ).fetchall()
        place.plot([row[0] for row in rows], [row[1] for row in rows], marker=".", label=name)
    if plan.task == "regression":
        place.set_ylabel(f"mean of {plain(plan.target)}")
    else:
        place.set_ylabel(f"share of each {plain(plan.target)}")
        place.legend()
    return _svg(figure)


def _measures(plan: Plan, target: Column) -> list[tuple[str, str]]:
    if plan.task == "regression":
        return [("mean", f"avg({target.read})")]
    words = [word for word, _ in target.values[:6]]
    return [(plain(w), f"avg(({target.cell} = {literal(w)})::INT)") for w in words]


def plain(text: str) -> str:
    """A label: short, and no formula to matplotlib."""
    short = text if len(text) <= 24 else text[:23] + "…"
    return short.replace("$", r"\$")
