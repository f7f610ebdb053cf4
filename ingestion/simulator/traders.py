"""The firms and persons that trade: who they are, what they deal in, how they behave."""

from dataclasses import dataclass

import numpy as np

from ingestion.simulator.arrays import Bools, Floats, Generator, Ints, choose
from ingestion.simulator.goods import Countries, Lines, Offices
from ingestion.simulator.identifiers import draw_tax_codes
from ingestion.simulator.wording import PROVINCES

COMMERCIAL, PROCESSING, EXPORT_PRODUCTION, EXPORT_ZONE = range(4)
FIRM, HOUSEHOLD, PERSON = range(3)
BASKET, HABITS = 6, 3
_BASKET_WEIGHTS = (0.38, 0.24, 0.15, 0.11, 0.07, 0.05)
_TRADERS_AT_SCALE_ONE, _FEWEST_TRADERS = 100_000, 1_500
_PERSON_SHARE, _HOUSEHOLD_SHARE = 0.01, 0.02
_OPEN = 10**9
_ENTRY_A_YEAR, _EXIT_A_YEAR = 0.12, 0.03


@dataclass(frozen=True, slots=True)
class Traders:
    """All traders of the nation, one position each.

    Attributes:
        tax_codes: As text: 10 digits, 10-3 for branches, 12 for households and persons.
        kind, trade: FIRM…PERSON and COMMERCIAL…EXPORT_ZONE.
        founded_day, closed_day: Days since 1970; a far day while open.
        weight: Activity, not normalised.
        import_share: Share of imports in its declarations.
        capital_million_vnd, employees: Size as the registry knows it.
        is_priority: Authorised economic operator.
        province: Position in wording.PROVINCES.
        broker: Position of the usual broker; -1 declares itself.
        import_basket, export_basket: Tariff lines it deals in, shape (n, BASKET).
        origins, markets: Countries it buys from and sells to, shape (n, HABITS).
        offices: Offices it uses, shape (n, HABITS).
        price_effect: ln of its usual price against the level, by bargaining and quality.
        compliance: Latent compliance in (0, 1); only the truth file shows it.
        legacy_rank: What the risk system of the day thinks of it, higher is riskier.
    """

    tax_codes: list[str]
    kind: Ints
    trade: Ints
    founded_day: Ints
    closed_day: Ints
    weight: Floats
    import_share: Floats
    capital_million_vnd: Ints
    employees: Ints
    is_priority: Bools
    province: Ints
    broker: Ints
    import_basket: Ints
    export_basket: Ints
    origins: Ints
    markets: Ints
    offices: Ints
    price_effect: Floats
    compliance: Floats
    legacy_rank: Floats

    def __len__(self) -> int:
        """Return the number of traders."""
        return len(self.tax_codes)

    def active(self, first_day: int, last_day: int) -> Floats:
        """Return the weights of those who trade through all of a period, 0 for the others."""
        return np.where(
            (self.founded_day <= first_day) & (self.closed_day > last_day), self.weight, 0.0
        )


def trader_count(scale: float) -> int:
    """Return the number of traders of a nation of this scale."""
    return max(_FEWEST_TRADERS, round(_TRADERS_AT_SCALE_ONE * scale))


def broker_count(traders: int) -> int:
    """Return the number of customs brokers."""
    return max(60, traders // 25)


def _baskets(rng: Generator, lines: Lines, weights: Floats, count: int) -> Ints:
    """Return baskets: a leading line, the others mostly of its chapter; shape (count, BASKET)."""
    leading = choose(rng, weights, count)
    basket = choose(rng, weights, count * BASKET).reshape(count, BASKET)
    basket[:, 0] = leading
    for chapter in np.unique(lines.hs2[leading]):
        members = np.flatnonzero(lines.hs2[leading] == chapter)
        inside = np.where(lines.hs2 == chapter, weights, 0.0)
        same = choose(rng, inside, len(members) * BASKET).reshape(-1, BASKET)
        stays = rng.random(same.shape) < 0.7  # noqa: PLR2004 - most goods are of one trade
        stays[:, 0] = False
        basket[members] = np.where(stays, same, basket[members])
    return basket


def _habits(rng: Generator, weights: Floats, count: int) -> Ints:
    return choose(rng, weights, count * HABITS).reshape(count, HABITS)


def _tax_codes(rng: Generator, kind: Ints, province: Ints) -> list[str]:
    """Return ten digits for firms, some with a branch suffix, and twelve for natural persons."""
    codes = draw_tax_codes(rng, len(kind), np.array([int(code) for code in PROVINCES])[province])
    is_branch = rng.random(len(kind)) < 0.03  # noqa: PLR2004
    personal = rng.integers(0, 10**9, len(kind))
    return [
        f"{code:010d}" + (f"-{1 + code % 3:03d}" if branch else "")
        if own == FIRM
        else f"{int(PROVINCES[home]):03d}{number:09d}"
        for code, branch, own, home, number in zip(
            codes.tolist(), is_branch, kind, province, personal.tolist(), strict=True
        )
    ]


def _brokers(rng: Generator, count: int) -> Ints:
    """Return each trader's broker; the biggest tenth of them serves about half."""
    weights: Floats = np.arange(1, broker_count(count) + 1, dtype=np.float64) ** -0.85
    declares_itself = rng.random(count) < 0.35  # noqa: PLR2004
    return np.where(declares_itself, -1, choose(rng, weights, count))


def _periods(rng: Generator, count: int, period: tuple[int, int]) -> tuple[Ints, Ints]:
    """Return when each trader was founded and closes; each year some come and some go."""
    first, last = period
    years = (last - first) / 365
    founded = first - np.rint(rng.gamma(2.2, 1_500.0, count)).astype(np.int64)
    newcomer = rng.random(count) < _ENTRY_A_YEAR * years
    closing = rng.random(count) < _EXIT_A_YEAR * years
    founded = np.where(newcomer, rng.integers(first, last + 1, count), founded)
    return founded, np.where(closing, rng.integers(first, last + 60, count), _OPEN)


def _weights(rng: Generator, kind: Ints, trade: Ints) -> Floats:
    """Return activities with a heavy tail; nobody has more than 1.2 % of all."""
    weight = rng.pareto(1.25, len(kind)) + 0.35
    weight *= np.where(kind == FIRM, np.where(trade == COMMERCIAL, 1.0, 2.2), 0.15)
    capped: Floats = np.minimum(weight, weight.sum() * 0.012)
    return capped


def _sizes(rng: Generator, weight: Floats) -> tuple[Ints, Ints]:
    """Return capital in million VND and employees."""
    capital = np.exp(rng.normal(9.2, 1.5, len(weight))) * weight**0.4
    employees = np.exp(rng.normal(3.2, 1.1, len(weight))) * weight**0.5
    return np.rint(capital).astype(np.int64), np.rint(employees).astype(np.int64) + 1


def draw_traders(
    rng: Generator,
    count: int,
    period: tuple[int, int],
    goods: tuple[Lines, Countries, Offices],
) -> Traders:
    """Return the nation's traders; `period` is the first and last day that is lived."""
    lines, countries, offices = goods
    kind = choose(
        rng, (1 - _HOUSEHOLD_SHARE - _PERSON_SHARE, _HOUSEHOLD_SHARE, _PERSON_SHARE), count
    )
    trade = np.where(kind == FIRM, choose(rng, (0.74, 0.08, 0.11, 0.07), count), COMMERCIAL)
    weight = _weights(rng, kind, trade)
    founded, closed = _periods(rng, count, period)
    province = rng.integers(0, len(PROVINCES), count)
    compliance = rng.beta(6.0, 1.6, count)
    is_young = founded > period[0] - 3 * 365
    capital, employees = _sizes(rng, weight)
    return Traders(
        tax_codes=_tax_codes(rng, kind, province),
        kind=kind,
        trade=trade.astype(np.int64),
        founded_day=founded,
        closed_day=closed,
        weight=weight,
        import_share=np.clip(rng.beta(1.8, 1.5, count), 0.05, 0.97),
        capital_million_vnd=capital,
        employees=employees,
        is_priority=(weight > np.quantile(weight, 0.995)) & (compliance > 0.8),  # noqa: PLR2004
        province=province,
        broker=_brokers(rng, count),
        import_basket=_baskets(rng, lines, lines.import_weight, count),
        export_basket=_baskets(rng, lines, lines.export_weight, count),
        origins=_habits(rng, countries.import_weight, count),
        markets=_habits(rng, countries.export_weight, count),
        offices=_habits(rng, offices.weight, count),
        price_effect=rng.normal(0.0, 0.14, count),
        compliance=compliance,
        legacy_rank=0.8 * is_young + 1.2 * (1 - compliance) + rng.normal(0.0, 0.5, count),
    )


def basket_slots(rng: Generator, count: int) -> Ints:
    """Return which goods of the basket each of `count` items is."""
    return choose(rng, _BASKET_WEIGHTS, count)
