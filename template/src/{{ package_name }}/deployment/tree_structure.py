"""Checks that trees are trees: the libraries that read them trust each index in their files."""

from typing import Any

import numpy as np

LEAF, NUMBER, CATEGORY = 0, 1, 2  # codes of treelite for the kind of a node
OPERATORS = range(1, 6)  # codes of treelite: = < <= > >=
OF_NODE = (
    *("node_type", "cleft", "cright", "split_index", "threshold", "cmp", "default_left"),
    *("leaf_value", "leaf_vector_begin", "leaf_vector_end"),
    *("category_list_begin", "category_list_end", "category_list_right_child"),
)
LISTS = ("leaf_vector", "category_list")  # of a tree; a node has a part of each


def check_trees(trees: Any, inputs: int) -> None:
    """ValueError unless a model of treelite can predict rows with this number of inputs."""
    header = trees.get_header_accessor()
    classes, shape = header.get_field("num_class"), header.get_field("leaf_vector_shape")
    outputs = [len(classes), int(classes.max(initial=0))]
    require(len(shape) == 2 and all(np.isin(shape, [1, *outputs])), "its leaves have a wrong shape")
    size = int(shape[0] * shape[1])
    for name, output in zip(("target_id", "class_id"), outputs, strict=True):
        ids = header.get_field(name)
        all_known = is_between(ids, 0 if size == 1 else -1, output)
        require(len(ids) == trees.num_tree and all_known, f"its {name} is wrong")
    require(trees.num_feature == inputs, f"its trees read {trees.num_feature} inputs, not {inputs}")
    require(is_finite(header.get_field("base_scores")), "a base score is no number")
    for number in range(trees.num_tree):
        accessor = trees.get_tree_accessor(number)
        tree = {name: accessor.get_field(name) for name in (*OF_NODE, *LISTS)}
        try:
            check_nodes(tree, int(accessor.get_field("num_nodes")[0]), inputs, size)
        except ValueError as error:
            raise ValueError(f"tree {number}: {error}") from None


def check_nodes(tree: dict[str, Any], nodes: int, inputs: int, size: int) -> None:
    """ValueError unless each node has what its kind needs; a leaf has so many values."""
    require(nodes > 0 and all(len(tree[name]) == nodes for name in OF_NODE), "nodes are missing")
    kinds = tree["node_type"]
    leaf, number, category = (kinds == code for code in (LEAF, NUMBER, CATEGORY))
    require((leaf | number | category).all(), "a node has no kind")
    check_children(tree["cleft"], tree["cright"], leaf)
    require(is_between(tree["split_index"][~leaf], 0, inputs), "a node reads no input")
    require(not np.isnan(tree["threshold"][number]).any(), "a threshold is no number")
    require(np.isin(tree["cmp"][number], OPERATORS).all(), "a node compares nothing")
    values = (tree["leaf_value"][leaf], tree["leaf_vector"])
    require(all(map(is_finite, values)), "the value of a leaf is no number")
    for name in LISTS:
        begin, end = tree[f"{name}_begin"], tree[f"{name}_end"]
        require((begin <= end).all() and (end <= len(tree[name])).all(), f"a {name} is wrong")
    lengths = (tree["leaf_vector_end"] - tree["leaf_vector_begin"])[leaf]
    require((lengths == (size if size > 1 else 0)).all(), "a leaf has a wrong number of values")


def check_children(left: Any, right: Any, leaf: Any) -> None:
    """Each node but the first is the child of at most one, so that there is no circle."""
    require(np.all(left[leaf] == -1), "a leaf has a child")
    children = np.concatenate([left[~leaf], right[~leaf]])
    require(is_between(children, 1, len(leaf)), "a node has no child")
    require(len(np.unique(children)) == len(children), "a node has two parents")


def is_between(numbers: Any, first: int, size: int) -> bool:
    return bool(((numbers >= first) & (numbers < size)).all())


def is_finite(numbers: Any) -> bool:
    return bool(np.isfinite(numbers).all())


def require(condition: Any, problem: str) -> None:
    if not condition:
        raise ValueError(problem)
