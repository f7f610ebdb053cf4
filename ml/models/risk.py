"""The risk model: the chance that an inspection of a goods item finds something."""

from ml.features.declaration import DECLARATION_FEATURES
from ml.features.goods import GOODS_FEATURES
from ml.features.trader import TRADER_FEATURES
from ml.features.valuation import VALUATION_FEATURES
from ml.inputs import GOODS_ITEM
from ml.model import Model

MODEL = Model(
    name="risk",
    features=(
        *VALUATION_FEATURES,
        *GOODS_FEATURES,
        *TRADER_FEATURES,
        *DECLARATION_FEATURES,
    ),
    inputs=GOODS_ITEM,
    target="finding",
    # The other sources have no inspections of their own, or no profiles in VND.
    source_systems=("vcis_extract",),
)
