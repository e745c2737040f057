"""Scenario discovery: under what conditions a success criterion is met, as boxes in the space of factors.

PRIM (Friedman and Fisher 1999; Bryant and Lempert 2010) and CART (Breiman et al. 1984), both by the
exploratory modelling workbench (Kwakkel 2017, Environmental Modelling & Software 96).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from sos_sim.sensitivity.estimators import Numbers
from sos_sim.sensitivity.guard import quiet_library
from sos_sim.sensitivity.reading import SAYS
from sos_sim.sensitivity.study import Condition

Successes = NDArray[np.bool_]
Limit = tuple[float, float] | frozenset[str]
"""Lowest and highest value of a number (either may be infinite), or the categories that are left."""

LEAST_MASS: Final = 0.05
"""No box holds less of the rows than this."""
MOST_BOXES: Final = 3
LEAST_GAIN: Final = 0.005
"""Branches of a tree that lower the Gini impurity of all rows by less than this a leaf are pruned."""
SIGNIFICANT: Final = 0.05
"""A limit of a PRIM box whose quasi-p is larger could be chance, and is dropped."""
CONFIRMED: Final = 0.01
"""So rare must the successes of all boxes together be among held-out rows, were there no conditions."""
_PEEL: Final = 0.05
_RELATIONS: Final[Mapping[str, Callable[[Numbers, float], Any]]] = {
    "below": np.less,
    "at most": np.less_equal,
    "above": np.greater,
    "at least": np.greater_equal,
}
_NO_LIMIT: Final = -1.0
"""What the workbench puts in place of a quasi-p where nothing is limited."""


class Box(NamedTuple):
    """Limits by factor, a pair of numbers or a set of categories; quasi-p of either limit where it is known.

    ``inside`` says which rows it holds, of those that earlier boxes have left. ``trajectory`` (step, coverage,
    density, mass, limited) leads to it.
    """

    limits: Mapping[str, Limit]
    quasi_p: Mapping[str, tuple[float, float]]
    inside: Successes
    trajectory: pd.DataFrame


def successes(conditions: Sequence[Condition], values: Mapping[str, Numbers]) -> Successes:
    """Which rows meet all conditions; ``values`` holds the mean over seeds of each output by label, shape (rows,)."""
    met = [_RELATIONS[condition.relation](values[condition.output.label], condition.bound) for condition in conditions]
    return np.asarray(np.logical_and.reduce(met), dtype=bool)


def discover(factors: pd.DataFrame, success: Successes, method: str) -> list[Box]:
    """Boxes in which success is common, the best first; none when all rows or no rows succeed.

    ``factors`` has a row each and a column for every factor, numbers or categories. ``method`` is "prim"
    or "cart". Both can make boxes out of noise: they see two rows of three, and a box is kept only if success
    is surely commoner in it among the third (binomial test). What is then told of it counts all rows.
    """
    seen = np.arange(len(success)) % 3 != 0
    if success[seen].all() or not success[seen].any():
        return []
    with quiet_library():
        found = {"prim": _prim, "cart": _cart}[method](factors[seen].reset_index(drop=True), success[seen])
    boxes, left = [], np.ones(len(success), dtype=bool)
    for candidate in found:
        inside = left & _holds(factors, candidate.limits)
        if candidate.limits and _chance_of(success[inside & ~seen], float(success.mean())) <= CONFIRMED / len(found):
            boxes.append(candidate._replace(inside=inside))
            left &= ~inside
    return boxes[:MOST_BOXES]


def box_tables(
    boxes: Sequence[Box], success: Successes, outputs: Mapping[str, Numbers], method: str
) -> dict[str, pd.DataFrame]:
    """Boxes as tables.

    ``boxes``: method, box, coverage (share of all successes inside), density (share of rows inside that succeed),
    mass (share of rows inside), overall (share of all rows that succeed), rows. ``box_limits``: method, box,
    factor, low, high, categories, quasi_p_low, quasi_p_high. ``box_means``: method, box, output, inside, outside.
    ``peeling``: method, box, step, coverage, density, mass, limited, chosen.
    """
    found = {
        "boxes": pd.DataFrame([_measures(box, success) for box in boxes], columns=list(_MEASURED)),
        "box_limits": pd.DataFrame(
            [limit for number, box in enumerate(boxes, 1) for limit in _limits(number, box)], columns=_LIMIT_COLUMNS
        ),
        "box_means": pd.DataFrame(
            [
                {
                    "box": number,
                    "output": label,
                    "inside": values[box.inside].mean(),
                    "outside": values[~box.inside].mean(),
                }
                for number, box in enumerate(boxes, 1)
                for label, values in outputs.items()
            ],
            columns=["box", "output", "inside", "outside"],
        ),
        "peeling": pd.concat(
            [pd.DataFrame(columns=_PEELING_COLUMNS)]
            if not boxes
            else [box.trajectory.assign(box=number)[_PEELING_COLUMNS] for number, box in enumerate(boxes, 1)],
            ignore_index=True,
        ),
    }
    found["boxes"].insert(0, "box", np.arange(1, len(boxes) + 1))
    for table in found.values():
        table.insert(0, "method", method)
    return found


def sentences(
    boxes: Sequence[Box],
    success: Successes,
    conditions: Sequence[Condition],
    outputs: Mapping[str, Numbers],
    method: str,
) -> list[str]:
    """What the boxes say, a sentence or two a box; the first is told with how often success appears at all."""
    criterion = " and ".join(str(condition) for condition in conditions)
    overall = SAYS.sentence(
        "success",
        criterion=criterion,
        share=float(success.mean()),
        rows=len(success),
        method=method.upper(),
        found=bool(boxes),
    )
    told = [_box_said(box, success, outputs, method, first=not place) for place, box in enumerate(boxes)]
    return [" ".join([overall, *told[:1]]), *told[1:]]


def _box_said(box: Box, success: Successes, outputs: Mapping[str, Numbers], method: str, first: bool) -> str:
    found = _measures(box, success)
    outside = [] if box.inside.all() else list(outputs.items())
    return SAYS.sentence(
        "box",
        method=method.upper(),
        first=first,
        limits=[_limit_said(name, limit) for name, limit in box.limits.items()],
        **{name: float(found[name]) for name in ("density", "mass", "coverage")},
        means=[(label, values[box.inside].mean(), values[~box.inside].mean()) for label, values in outside],
    )


def _limit_said(factor: str, limit: Limit) -> str:
    if isinstance(limit, frozenset):
        return SAYS.sentence("limit", factor=factor, categories=sorted(limit), low=None, high=None)
    low, high = (float(end) if np.isfinite(end) else None for end in limit)
    return SAYS.sentence("limit", factor=factor, categories=[], low=low, high=high)


_MEASURED: Final = ("coverage", "density", "mass", "overall", "rows")
_LIMIT_COLUMNS: Final = ["box", "factor", "low", "high", "categories", "quasi_p_low", "quasi_p_high"]
_PEELING_COLUMNS: Final = ["box", "step", "coverage", "density", "mass", "limited", "chosen"]


def _measures(box: Box, success: Successes) -> dict[str, float]:
    inside = success[box.inside]
    values = (inside.sum() / success.sum(), inside.mean(), box.inside.mean(), success.mean(), box.inside.sum())
    return dict(zip(_MEASURED, values, strict=True))


def _limits(number: int, box: Box) -> list[dict[str, Any]]:
    rows = []
    for name, limit in box.limits.items():
        words = ", ".join(sorted(limit)) if isinstance(limit, frozenset) else ""
        low, high = (np.nan, np.nan) if isinstance(limit, frozenset) else limit
        chance = box.quasi_p.get(name, (np.nan, np.nan))
        rows.append(dict(zip(_LIMIT_COLUMNS, (number, name, low, high, words, *chance), strict=True)))
    return rows


def _prim(factors: pd.DataFrame, success: Successes) -> list[Box]:
    """One box after another, each from the rows that earlier ones have left."""
    from ema_workbench.analysis import prim

    usual = float(success.mean())
    asked = {"threshold": usual} if "threshold" in inspect.signature(prim.Prim).parameters else {}  # workbench below 3
    search = prim.Prim(factors, success, peel_alpha=_PEEL, mass_min=LEAST_MASS, **asked)
    boxes: list[Box] = []
    for _ in range(MOST_BOXES):
        found = search.find_box()
        if found is None or found.res_dim == 0 or found.mean < usual:
            break
        step = _best_step(found.peeling_trajectory)
        found.select(step)
        trajectory = _trajectory(found.peeling_trajectory, step)
        _drop_chance(found)
        limits = _limits_of(factors, found.box_lims[found._cur_box])
        boxes.append(Box(limits, _chances(_quasi_p(found), limits), _holds(factors, limits), trajectory))
    return boxes


def _quasi_p(found: Any) -> Any:
    """Chances of the limits of a PRIM box, which the workbench calls ``p_values`` from version 3 on."""
    return (found.p_values if hasattr(found, "p_values") else found.qp)[found._cur_box]


def _best_step(trajectory: pd.DataFrame) -> int:
    """The step with the largest harmonic mean of coverage and density, among boxes that are not too small."""
    both = 2.0 * trajectory["coverage"] * trajectory["density"] / (trajectory["coverage"] + trajectory["density"])
    return int(np.argmax(np.where(trajectory["mass"] >= LEAST_MASS, both, -1.0)))


def _drop_chance(found: Any) -> None:
    """Drop the limits of a PRIM box that could be chance, the least certain first."""
    while True:
        doubtful = {
            name: least
            for name, pair in _quasi_p(found).items()
            if (least := min(chance for chance in pair if chance != _NO_LIMIT)) > SIGNIFICANT
        }
        if not doubtful:
            return
        found.drop_restriction(max(doubtful, key=lambda name: doubtful[name]), found._cur_box)


def _trajectory(steps: pd.DataFrame, chosen: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "step": np.arange(len(steps)),
            "coverage": steps["coverage"],
            "density": steps["density"],
            "mass": steps["mass"],
            "limited": steps["res_dim"].astype(int),
            "chosen": np.arange(len(steps)) == chosen,
        }
    )


def _cart(factors: pd.DataFrame, success: Successes) -> list[Box]:
    """The leaves in which success is commoner than overall, those that hold most successes first."""
    from ema_workbench.analysis import cart
    from sklearn.tree import DecisionTreeClassifier

    search = cart.CART(factors, success, mass_min=LEAST_MASS)
    coded = pd.get_dummies(factors, prefix_sep=cart.CART.sep).to_numpy()
    tree = DecisionTreeClassifier(
        min_samples_leaf=max(1, int(LEAST_MASS * len(factors))), ccp_alpha=LEAST_GAIN, random_state=1
    )
    search.clf = tree.fit(coded, success)
    if tree.get_n_leaves() < 2:
        return []
    leaf_of, leaves = tree.apply(coded), np.flatnonzero(tree.tree_.children_left == -1)
    boxes = [_leaf(factors, limits, leaf_of == leaf) for leaf, limits in zip(leaves, search.boxes, strict=True)]
    clear = [box for box in boxes if success[box.inside].mean() > success.mean()]
    return sorted(clear, key=lambda box: -int(success[box.inside].sum()))


def _leaf(factors: pd.DataFrame, limits: pd.DataFrame, inside: Successes) -> Box:
    """A leaf of the tree with its rows.

    The workbench reads only splits that exclude a category; which categories are left is read off the rows.
    """
    limits = limits.copy().astype(object)
    for name in factors.select_dtypes("category").columns:
        left: Any = [set(factors[name][inside].unique())] * 2
        limits[name] = left
    return Box(_limits_of(factors, limits), {}, inside, pd.DataFrame(columns=_PEELING_COLUMNS))


def _limits_of(factors: pd.DataFrame, limits: pd.DataFrame) -> dict[str, Limit]:
    """The limits that exclude a row; where nothing is excluded on one side the limit is infinite."""
    kept: dict[str, Limit] = {}
    for name, column in factors.items():
        low, high = limits[name]
        if isinstance(low, set):
            if not column.isin(low).all():
                kept[str(name)] = frozenset(str(word) for word in low)
        elif low > column.min() or high < column.max():
            kept[str(name)] = (
                float(low) if low > column.min() else -np.inf,
                float(high) if high < column.max() else np.inf,
            )
    return kept


def _holds(factors: pd.DataFrame, limits: Mapping[str, Limit]) -> Successes:
    """Which rows lie within all limits."""
    inside = np.ones(len(factors), dtype=bool)
    for name, limit in limits.items():
        column = factors[name]
        within = column.astype(str).isin(limit) if isinstance(limit, frozenset) else column.between(*limit)
        inside &= within.to_numpy()
    return inside


def _chance_of(inside: Successes, overall: float) -> float:
    """How probable so many successes would be, were they as common as overall (binomial test)."""
    return float(stats.binomtest(int(inside.sum()), len(inside), overall, "greater").pvalue) if len(inside) else 1.0


def _chances(quasi_p: Mapping[str, Any], limits: Mapping[str, Limit]) -> dict[str, tuple[float, float]]:
    """Quasi-p of the limits that are kept, NaN where there is no limit."""
    return {name: (_chance(pair[0]), _chance(pair[1])) for name, pair in quasi_p.items() if name in limits}


def _chance(value: float) -> float:
    return float("nan") if value == _NO_LIMIT else float(value)
