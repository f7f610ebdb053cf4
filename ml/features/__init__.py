"""Every feature of the risk model, in the order the model sees them."""

from ml.features.declaration import DECLARATION_FEATURES
from ml.features.definition import Feature, check_features
from ml.features.goods import GOODS_FEATURES
from ml.features.trader import TRADER_FEATURES
from ml.features.valuation import VALUATION_FEATURES

FEATURES: tuple[Feature, ...] = (
    *VALUATION_FEATURES,
    *GOODS_FEATURES,
    *TRADER_FEATURES,
    *DECLARATION_FEATURES,
)

check_features(FEATURES)
