"""Officers: where they serve, how well they find what is there, and the few that are bought.

Numbers, skills and honesty are assumptions. No file shows them; the truth names whom schemes pay.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors.brokers import Brokers
from simulator.actors.provinces import PARTS, part_of_department
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, runs_of
from simulator.kernel.keyed import Keys
from simulator.reference.offices import ROLES as OFFICE_ROLES
from simulator.reference.offices import Offices

DOCUMENTS, INSPECTION, AUDIT = range(3)
_DUTIES = 3
_OFFICERS_A_TRADER, _FEWEST_OFFICERS = 0.05, 900
_PARTS_OF_DUTIES = (0.55, 0.45)
_LEAST_OF_DUTY, _LEAST_AUDITORS = 2, 6
_WEAK_SHARE, _WEAK_SKILL, _SKILL_SIGMA = 0.12, 0.45, 0.18
_METHOD_SIGMA, _ZEAL_SIGMA = 0.2, 0.3
_BOUGHT_SHARE, _FEWEST_BOUGHT = 0.008, 4
_CODES, _STRIDE = 100_000, 38_197
# Some firms have a contact at an office: an officer who does most of their papers; some declarants
# have a desk. Who inspects goods does papers too where there is much of them, and is sent to the
# goods of those whose papers he knows.
_CONTACT_SHARE, _DESK_SHARE, _BY_ONE_SHARE, _BY_INSPECTOR_SHARE = 0.042, 0.25, 0.8, 0.45


@dataclass(frozen=True, slots=True)
class Officers:
    """Officers, one position each, sorted by office and duty.

    Attributes:
        key: Identity.
        codes: MA_CB; they keep it when offices are renamed.
        office: Position in offices.
        duty: DOCUMENTS, INSPECTION or AUDIT.
        skill: By how much the chance to find something is multiplied; about 1, weak ones half.
        zeal: By how much the chance is multiplied that something is written down, right or wrong,
            or that a lane is overridden; about 1.
        is_bought: Lets somebody's goods through.
        broker: Whose goods those are, position in brokers; -1 for the honest.
        start, count: Where the officers of an office and duty lie, shape (offices, 3).
    """

    key: Keys
    codes: list[str]
    office: Ints
    duty: Ints
    skill: Floats
    zeal: Floats
    is_bought: Bools
    broker: Ints
    start: Ints
    count: Ints

    def __len__(self) -> int:
        """Return the number of officers."""
        return len(self.codes)

    def skill_by(self, officer: Ints, method: Ints) -> Floats:
        """Return the skill of each officer with a method: some read papers better than goods."""
        own = keyed.derive(self.key[officer], "method", method)
        result: Floats = self.skill[officer] * np.exp(_METHOD_SIGMA * keyed.normal(own, "skill"))
        return result

    def on_duty(self, office: Ints, duty: int, keys: Keys) -> Ints:
        """Return who does a task at each office: documents, inspection or audit.

        Offices without such officers take those who do documents there.
        """
        wished = np.where(self.count[office, duty] > 0, duty, DOCUMENTS)
        number = self.count[office, wished]
        drawn: Ints = self.start[office, wished] + keyed.integers(
            keys, f"officer {duty}", 0, number
        )
        return drawn

    def at_work(self, office: Ints, who: tuple[Keys, Keys], keys: Keys) -> tuple[Ints, Ints, Bools]:
        """Return who would read the papers and who open the goods; whether it is a firm's contact.

        Args:
            office: Position in offices.
            who: Identities of the trader and of who declares for it, a broker or itself.
            keys: Identity of each task.
        """
        contact, desk = (
            keyed.derive(one, name, office)
            for one, name in zip(who, ("contact", "desk"), strict=True)
        )
        by_one = keyed.happens(keys, "by the usual one", _BY_ONE_SHARE)
        by_contact = by_one & keyed.happens(contact, "has a contact", _CONTACT_SHARE)
        by_desk = by_one & keyed.happens(desk, "has a desk", _DESK_SHARE)
        whose = np.where(by_contact, contact, np.where(by_desk, desk, keys))
        inspects = keyed.happens(whose, "an inspector", _BY_INSPECTOR_SHARE)
        reader = self.on_duty(office, DOCUMENTS, whose)
        inspector = self.on_duty(office, INSPECTION, np.where(inspects, whose, keys))
        return np.where(inspects, inspector, reader), inspector, by_contact


def _counts(offices: Offices, traders: int) -> Ints:
    """Return how many officers of each duty serve at each office, shape (offices, 3)."""
    total = max(_FEWEST_OFFICERS, round(_OFFICERS_A_TRADER * traders))
    weight = (offices.import_weight + offices.export_weight) * offices.handles
    share = weight / weight.sum()
    counts = np.zeros((len(share), _DUTIES), dtype=np.int64)
    for duty, part in enumerate(_PARTS_OF_DUTIES):
        wanted = np.maximum(np.rint(share * total * part), _LEAST_OF_DUTY)
        counts[:, duty] = np.where(offices.handles, wanted, 0)
    audits = np.array(offices.role) == OFFICE_ROLES.index("KTSTQ")
    counts[audits, AUDIT] = max(_LEAST_AUDITORS, round(total * 0.1 / max(int(audits.sum()), 1)))
    counts[audits, DOCUMENTS] = _LEAST_OF_DUTY
    return counts


def _bought(key: Keys, duty: Ints, weight: Floats) -> Ints:
    """Return the few officers that are bought: at inspections of busy offices."""
    wanted = max(_FEWEST_BOUGHT, round(_BOUGHT_SHARE * len(key)))
    temptation = np.where(duty == INSPECTION, weight, 0.0) + 1e-12
    rank = keyed.exponential(key, "bought", 1.0) / temptation
    chosen: Ints = np.argsort(rank, kind="stable")[:wanted].astype(np.int64)
    return chosen


def _tied_brokers(key: Keys, office: Ints, offices: Offices, brokers: Brokers) -> Ints:
    """Return the broker of each bought officer: of the same part of the nation, seldom honest."""
    part = PARTS[brokers.province]
    rows = np.stack([(part == own) * (1.02 - brokers.compliance) ** 2 + 1e-12 for own in range(3)])
    rows *= np.sqrt(brokers.weight)
    there = np.array([part_of_department(text[:2]) for text in offices.department])[office]
    return keyed.choose_row(key, "tied broker", keyed.stacked(rows), there, len(brokers))


def draw_officers(seed: int, traders: int, offices: Offices, brokers: Brokers) -> Officers:
    """Return the officers of a nation of so many traders."""
    counts = _counts(offices, traders)
    total = int(counts.sum())
    parent = keyed.root(seed, "officers")
    key = keyed.identities(parent, total)
    cell = runs_of(counts.ravel())
    office, duty = cell // _DUTIES, cell % _DUTIES
    skill = np.exp(_SKILL_SIGMA * keyed.normal(key, "skill"))
    skill = np.where(keyed.happens(key, "weak", _WEAK_SHARE), _WEAK_SKILL * skill, skill)
    weight = (offices.import_weight + offices.export_weight)[office] / counts[office, duty]
    chosen = _bought(key, duty, weight)
    broker = np.full(total, -1, dtype=np.int64)
    broker[chosen] = _tied_brokers(key[chosen], office[chosen], offices, brokers)
    shift = int(parent % np.uint64(_CODES))
    numbers = (np.arange(total) * _STRIDE + shift) % _CODES
    return Officers(
        key=key,
        codes=[f"CB{number:05d}" for number in numbers.tolist()],
        office=office,
        duty=duty,
        skill=skill,
        zeal=np.exp(_ZEAL_SIGMA * keyed.normal(key, "zeal") - _ZEAL_SIGMA**2 / 2),
        is_bought=broker >= 0,
        broker=broker,
        start=(np.cumsum(counts) - counts.ravel()).reshape(counts.shape),
        count=counts,
    )
