"""What is made of what: the materials of each product, and products that stand for others.

The goods list says for each material one line that is made of it. A line without materials of its
own is made like its model: the product nearest in price of the same heading, else of its chapter.
"""

from dataclasses import dataclass

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, group_starts, runs_of
from simulator.kernel.keyed import Keys
from simulator.reference.goods import Goods

_LEAST_WEIGHT = 1e-9


@dataclass(frozen=True, slots=True)
class Materials:
    """What products are made of.

    Attributes:
        model: The product whose materials and norms hold for a line, itself where it has some, -1
            where nothing like it is made of imported materials; shape (lines,).
        start, count: Where a product's materials lie in `line`, shape (lines,).
        line: Materials, sorted by product.
        edges: Cumulative import weights of `line`, from 0, one longer than `line`.
    """

    model: Ints
    start: Ints
    count: Ints
    line: Ints
    edges: Floats

    def draw(self, keys: Keys, name: str, product: Ints) -> Ints:
        """Return a material of each product, by import weight; products need a model."""
        model = self.model[product]
        begin = self.edges[self.start[model]]
        end = self.edges[self.start[model] + self.count[model]]
        wanted = begin + keyed.uniform(keys, name) * (end - begin)
        position = np.searchsorted(self.edges, wanted, side="right") - 1
        last = self.start[model] + self.count[model] - 1
        drawn: Ints = self.line[np.minimum(position, last)]
        return drawn

    def use_of(self, made: Floats) -> Floats:
        """Return how often each line is drawn as material when products are made so often."""
        by_model = np.bincount(np.maximum(self.model, 0), made, minlength=len(made))
        model = runs_of(self.count)
        own = np.diff(self.edges)
        whole = np.bincount(model, own, minlength=len(made))
        use: Floats = np.bincount(
            self.line, by_model[model] * own / whole[model], minlength=len(made)
        ).astype(np.float64)
        return use


def _models(goods: Goods, is_product: Bools) -> Ints:
    """Return the product that stands for each line, -1 for none."""
    price = goods.log_price - np.log(goods.kg_per_unit)
    model = np.full(len(goods), -1, dtype=np.int64)
    products = np.flatnonzero(is_product)
    distance = np.abs(price[:, None] - price[products][None, :])
    for group in (goods.hs2, goods.hs4):
        apart = np.where(group[:, None] == group[products][None, :], distance, np.inf)
        nearest = np.argmin(apart, axis=1)
        found = np.isfinite(apart[np.arange(len(goods)), nearest])
        model = np.where(found, products[nearest], model)
    return np.where(is_product, np.arange(len(goods)), model)


def materials_of(goods: Goods) -> Materials:
    """Return which materials each product is made of."""
    material = np.flatnonzero(goods.is_material & (goods.product_of >= 0))
    order = material[np.argsort(goods.product_of[material], kind="stable")]
    count = np.bincount(goods.product_of[order], minlength=len(goods)).astype(np.int64)
    weights = np.maximum(goods.import_weight[order], _LEAST_WEIGHT)
    return Materials(
        model=_models(goods, count > 0),
        start=group_starts(count),
        count=count,
        line=order,
        edges=np.concatenate([[0.0], np.cumsum(weights)]),
    )
