"""The firms and persons that trade: who they are, how much, what, with whom, over which office."""

from dataclasses import dataclass

from simulator.actors.habits import Habits
from simulator.actors.lives import Lives, month_factors
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.keyed import Keys

_TRADERS_AT_SCALE_ONE, _FEWEST_TRADERS = 100_000, 1_500


@dataclass(frozen=True, slots=True)
class Traders(Habits):
    """All traders of the nation, one position each; the last `slots` are reserved for re-births.

    With whom and what they trade is as in Habits.

    Attributes:
        key: Identity.
        tax_codes: 10 digits, 10-3 for branches, 12 for households and persons.
        kind, trade, company: FIRM…, COMMERCIAL…, position in COMPANY_TYPES.
        is_maker: Makes things itself.
        is_priority: Authorised operator.
        is_ordinary: Not a reserved slot; False never trades unless the chronicle wakes it.
        province: Position in PROVINCES.
        home: Country of the owners abroad, position in countries; -1 for domestic firms.
        parent: Partner that owns it; -1.
        sector: Position in SECTORS of its main goods.
        founded_day, closed_day, rest_from, rest_until, growth: As in Lives; slots FAR.
        weight: Share of the nation's declarations in a usual month.
        log_size: ln of the value of one of its goods items against the usual one.
        import_share: Share of imports in its declarations.
        capital_million_vnd, employees: As the registry knows them.
        broker: Usual broker; -1 declares itself.
        compliance: Latent compliance in (0, 1); only the truth file shows it.
        successor, predecessor, head, branch, owner_of, address_of: As in Bonds.
        log_volume: ln of the mean value of an item of each of a habit's goods, USD, of the shape of
            `lines`.
    """

    key: Keys
    tax_codes: list[str]
    kind: Ints
    trade: Ints
    company: Ints
    is_maker: Bools
    is_priority: Bools
    is_ordinary: Bools
    province: Ints
    home: Ints
    parent: Ints
    sector: Ints
    founded_day: Ints
    closed_day: Ints
    rest_from: Ints
    rest_until: Ints
    growth: Floats
    weight: Floats
    log_size: Floats
    import_share: Floats
    capital_million_vnd: Ints
    employees: Ints
    broker: Ints
    compliance: Floats
    successor: Ints
    predecessor: Ints
    head: Ints
    branch: Ints
    owner_of: Ints
    address_of: Ints
    log_volume: Floats

    def __len__(self) -> int:
        """Return the number of traders, slots included."""
        return len(self.key)

    @property
    def lives(self) -> Lives:
        """When they are founded, rest and close."""
        return Lives(
            self.founded_day, self.closed_day, self.rest_from, self.rest_until, self.growth
        )


def trader_count(scale: float) -> int:
    """Return the number of traders on the first day of a nation of this scale."""
    return max(_FEWEST_TRADERS, round(_TRADERS_AT_SCALE_ONE * scale))


def activity(traders: Traders, month: int, lives: Lives | None = None) -> Floats:
    """Return how much each trader trades in a month, not normalised, shape (n,).

    Args:
        traders: All traders.
        month: Months since 1970-01.
        lives: Lives to use instead of the traders' own, once some have been closed or woken.
    """
    factors = month_factors(traders.key, lives or traders.lives, month)
    weights: Floats = traders.weight * factors
    return weights
