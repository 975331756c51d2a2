"""Predicts many rows with compiled trees, several times faster than scikit-learn or treelite.

A leaf is a bit. For each range of a feature, a table holds the leaves of each tree that a value in
this range can reach. A row reaches the lowest leaf that is in all its ranges (QuickScorer, 2015).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..deployment.compiled_model import CompiledModel

CHUNK = 1024  # rows whose leaves fit into the cache
MAX_LEAVES, MAX_CELLS = 64, 20_000_000  # larger tables would not be faster
CATEGORY, LESS_OR_EQUAL = 2, 3  # codes of treelite
CATEGORIES = ("category_list", "category_list_begin", "category_list_end")
FIELDS: tuple[str, ...] = (
    *("cleft", "cright", "split_index", "default_left", "threshold", "leaf_value", "cmp"),
    *("node_type", *CATEGORIES, "category_list_right_child"),
)
Test = tuple[int, int, int, int]  # tree, node, its first leaf, the first leaf to its right


def softmax(margins: np.ndarray) -> np.ndarray:
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


LINKS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": lambda margins: margins,
    "exponential": np.exp,
    "sigmoid": lambda margins: softmax(np.hstack([np.zeros_like(margins), margins])),
    "softmax": softmax,
}


class TreeTables:
    """Predicts as an estimator does. ValueError for trees that do not fit into tables."""

    def __init__(self, compiled: CompiledModel) -> None:
        model, header = compiled.trees, compiled.trees.get_header_accessor()
        accessors = [model.get_tree_accessor(number) for number in range(model.num_tree)]
        # Copies: treelite returns views of memory that ends with the model.
        self._trees = [{name: each.get_field(name).copy() for name in FIELDS} for each in accessors]
        self.classes_, link = compiled.plan.classes, header.get_field("postprocessor")
        leaves = max(int((tree["cleft"] < 0).sum()) for tree in self._trees)
        ranges = min(leaves * len(self._trees), 257 * model.num_feature)
        operators = {int(code) for tree in self._trees for code in tree["cmp"]}
        is_mean = header.get_field("average_tree_output")[0]
        is_large = leaves > MAX_LEAVES or ranges * len(self._trees) > MAX_CELLS
        if is_large or is_mean or link not in LINKS or operators - {0, LESS_OR_EQUAL}:
            raise ValueError("these trees do not fit into tables")
        self._link, self._base = LINKS[link], header.get_field("base_scores").copy()
        self._outputs = np.eye(len(self._base))[header.get_field("class_id")]
        # Numbers of the same size, then the place of the exponent in the second and its offset.
        small = (np.uint32, np.float32, np.int32, 23, 127)
        self._types: Any = small if leaves <= 32 else (np.uint64, np.float64, np.int64, 52, 1023)
        self._values, tests = np.zeros((len(self._trees), leaves)), dict[int, list[Test]]()
        for number in range(len(self._trees)):
            self._collect(tests, number, 0, 0)
        self._tables = {feature: self._table(each) for feature, each in tests.items()}

    def predict(self, rows: np.ndarray) -> np.ndarray:
        return self.predict_proba(rows)[:, 0]

    def predict_proba(self, rows: np.ndarray) -> np.ndarray:
        """The outputs of each row: a probability of each class, or one number."""
        ranges = {  # of each value; a missing one comes last
            feature: edges.searchsorted(np.minimum(rows[:, feature], edges[-1]))
            for feature, (edges, _) in self._tables.items()
        }
        margins = np.tile(self._base, (len(rows), 1))
        bits, real, integer, place, offset = self._types
        first = np.arange(len(self._trees)) * self._values.shape[1] - offset
        for start in range(0, len(rows), CHUNK):
            chunk = slice(start, start + CHUNK)
            reached = np.full((len(margins[chunk]), len(self._trees)), ~bits(0))
            for feature, each in ranges.items():
                reached &= self._tables[feature][1].take(each[chunk], axis=0)
            lowest = (reached & (~reached + bits(1))).astype(real).view(integer) >> place
            margins[chunk] += self._values.take(lowest + first) @ self._outputs
        return self._link(margins)

    def _collect(self, tests: dict[int, list[Test]], number: int, node: int, leaf: int) -> int:
        """Collect the tests by feature, and the values of leaves; returns the next leaf."""
        tree = self._trees[number]
        if tree["cleft"][node] < 0:
            self._values[number, leaf] = tree["leaf_value"][node]
            return leaf + 1
        right = self._collect(tests, number, tree["cleft"][node], leaf)
        tests.setdefault(int(tree["split_index"][node]), []).append((number, node, leaf, right))
        return self._collect(tests, number, tree["cright"][node], right)

    def _table(self, tests: list[Test]) -> tuple[np.ndarray, np.ndarray]:
        """(the upper edge of each range, the leaves of each tree that each range can reach)."""
        bits = self._types[0]
        splits = [self._split(number, node) for number, node, _, _ in tests]
        edges = np.unique(np.concatenate([np.append(split, np.inf) for split, _ in splits]))
        table = np.full((len(edges) + 1, len(self._trees)), ~bits(0))
        for (number, node, leaf, right), (_, is_left) in zip(tests, splits, strict=True):
            goes_left = np.append(is_left(edges), self._trees[number]["default_left"][node] > 0)
            table[~goes_left, number] &= ~bits((1 << right) - (1 << leaf))
        return edges, table

    def _split(self, number: int, node: int) -> tuple[Any, Callable[[np.ndarray], np.ndarray]]:
        """The edges of a test, and which values go to the left."""
        tree = self._trees[number]
        if tree["node_type"][node] != CATEGORY:
            threshold = tree["threshold"][node]
            return threshold, lambda values: values <= threshold
        codes, begins, ends = (tree[name] for name in CATEGORIES)
        listed, inverted = codes[begins[node] : ends[node]], tree["category_list_right_child"][node]
        # Codes are whole numbers: with an edge before it, each has a range of its own.
        edges = np.r_[listed, listed - 1.0]
        return edges, lambda values: np.isin(values, listed) != bool(inverted)
