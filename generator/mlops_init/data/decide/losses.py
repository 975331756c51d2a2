"""The metrics of a baseline in SQL, as evaluation.py of a project computes them."""

SMALLEST = "1e-9"
PRIOR_ROWS = 10.0  # the shares of a small group stay close to those of all rows
CENTERS = {"mae": "median(value)", "quantile": "median(value)"}
LOSSES = {  # of the label y and the prediction p
    "mae": "avg(abs(y - p))",
    "quantile": "avg(abs(y - p)) / 2",
    "mse": "avg((y - p) ** 2)",
    "rmse": "sqrt(avg((y - p) ** 2))",
    "poisson": f"avg(2 * (CASE WHEN y > 0 THEN y * ln(y / greatest(p, {SMALLEST})) ELSE 0 END "
    f"- y + greatest(p, {SMALLEST}))) FILTER (y >= 0)",
    "gamma": f"avg(2 * (ln(greatest(p, {SMALLEST}) / y) + y / greatest(p, {SMALLEST}) - 1)) "
    "FILTER (y > 0)",
}


def select_class_loss(metric: str) -> str:
    """The end of a query: the loss of the shares of classes in each group of the known rows."""
    share = f"(coalesce(g.n, 0) + {PRIOR_ROWS} * coalesce(o.share, 0)) / {_prior('t.n')}"
    squares = (
        f"(coalesce(t.squares, 0) + {2 * PRIOR_ROWS} * coalesce(t.products, 0) + "
        f"{PRIOR_ROWS**2} * a.squares) / {_prior('t.n')} ** 2"
    )
    loss = f"-ln(greatest({share}, 1e-15))"
    if metric == "brier":
        loss = f"1 - 2 * ({share}) + {squares}"
    return (
        ", overall AS (SELECT evaluated, label, count(*) / sum(count(*)) OVER "
        "(PARTITION BY evaluated) AS share FROM known GROUP BY 1, 2), "
        "every AS (SELECT evaluated, sum(share * share) AS squares FROM overall GROUP BY 1), "
        "groups AS (SELECT evaluated, part, label, count(*) AS n FROM known GROUP BY 1, 2, 3), "
        "totals AS (SELECT evaluated, part, sum(n) AS n, sum(n * n) AS squares, sum(n * share) AS "
        "products FROM groups JOIN overall USING (evaluated, label) GROUP BY 1, 2) "
        f"SELECT avg({loss}) FROM rows_evaluated r JOIN every a ON a.evaluated = r.fold "
        "LEFT JOIN overall o ON o.evaluated = r.fold AND o.label = r.label "
        "LEFT JOIN totals t ON t.evaluated = r.fold AND t.part = r.part "
        "LEFT JOIN groups g ON g.evaluated = r.fold AND g.part = r.part AND g.label = r.label"
    )


def _prior(rows: str) -> str:
    return f"(coalesce({rows}, 0) + {PRIOR_ROWS})"
