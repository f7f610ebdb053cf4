"""Publishes the tables one process holds whole: reference, registry, audits, exemption lists."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa

from simulator.cargo.route_table import route_rows
from simulator.chronicle.assessments import Outcomes, outcomes_of
from simulator.chronicle.life import Chronicle
from simulator.chronicle.violations import violations_of
from simulator.control.overdue import late_reports
from simulator.delivery.gathering import Dispatcher, publish
from simulator.delivery.numbering import MOMENT
from simulator.delivery.plan import DeliveryPlan, Receipt, add_up
from simulator.delivery.tables import find_table
from simulator.exchange.handing_over import publish_exchange
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.files import Reference, reference_lists
from simulator.reference.listed import Listed, told_by_day
from simulator.reference.offices import REORGANISED
from simulator.revenue.exemptions import list_rows
from simulator.revenue.plan import plans
from simulator.sources.audit_rows import audit_tables
from simulator.sources.programme import programme_tables
from simulator.sources.registry_rows import registry_snapshots

# Rows are put in order for so many days at once: what their order can tell apart.
_ORDERED_DAYS = 90


def publish_whole(plan: DeliveryPlan, nation: Nation, chronicle: Chronicle) -> Receipt:
    """Write reference files, registry snapshots, audits and exemption lists of a run."""
    outcomes = cache(lambda: outcomes_of(nation, chronicle.ledger, chronicle.audited))
    makers: dict[str, Callable[[], Iterator[Receipt]]] = {
        # What holds on the days that are written is told on others too.
        "bieuthue": lambda: _published(replace(plan, only=()), _reference(nation)),
        "tuyen": lambda: _publish_by_moment(plan, "tuyen", _routes(nation)),
        "thutuc": lambda: _published(plan, programme_tables(nation, plan)),
        "ktstq": lambda: _publish_audits(plan, nation, chronicle, outcomes()),
        "dmmt": lambda: _publish_by_moment(plan, "dmmt", list_rows(nation, chronicle.grants)),
        "dutoan": lambda: _published(
            plan, (("dutoan", *each) for each in plans(nation, chronicle.states).items())
        ),
        "dn": lambda: _published(plan, _registry(nation, chronicle, outcomes())),
    }
    receipts: list[Receipt] = []
    for table, make in makers.items():
        if plan.wants(find_table(table)):
            receipts.extend(make())
    receipts.extend(publish_exchange(plan, nation, chronicle))
    return add_up(receipts)


def _published(
    plan: DeliveryPlan, told: Iterable[tuple[str, int, dict[str, pa.Array] | pa.Table]]
) -> Iterator[Receipt]:
    """Write tables of days of their own: name, day and rows of each."""
    for name, day, rows in told:
        yield publish(plan, name, day, rows)


def _routes(nation: Nation) -> pa.Table:
    around, days = nation.surroundings, (nation.written_from, nation.last_day)
    return route_rows(around.routes, around.office_codes, days, REORGANISED)


def _publish_audits(
    plan: DeliveryPlan, nation: Nation, chronicle: Chronicle, outcomes: Outcomes
) -> Iterator[Receipt]:
    tables = audit_tables(nation, chronicle.ledger, chronicle.audited, outcomes)
    for name, table in tables.items():
        yield from _publish_by_moment(plan, name, table)


def _registry(
    nation: Nation, chronicle: Chronicle, outcomes: Outcomes
) -> Iterator[tuple[str, int, dict[str, pa.Array]]]:
    late = chronicle.overdue, late_reports(nation)
    audits = chronicle.audited, outcomes
    violations = violations_of(nation, chronicle.sanctions, chronicle.ledger, audits, late)
    return registry_snapshots(nation, chronicle.states, chronicle.record, violations)


def _reference(nation: Nation) -> Iterator[tuple[str, int, pa.Table]]:
    days = nation.written_from, nation.last_day
    return told_by_day(lists_of(nation), nation.written_from, days)


def lists_of(nation: Nation) -> dict[str, Listed]:
    """Return the reference tables of a nation, with the days on which their rows are known."""
    reference = Reference(
        nation.goods, nation.countries, nation.offices, nation.tariff, nation.rates
    )
    return reference_lists(reference, nation.first_day, nation.last_day)


def _publish_by_moment(plan: DeliveryPlan, name: str, table: pa.Table) -> Iterator[Receipt]:
    """Write rows that come on their own days, in the order in which they are sent."""
    moment = table[MOMENT].to_numpy()
    run = (moment // DAY_SECONDS - plan.first_day) // _ORDERED_DAYS
    spec = find_table(name)
    for number in np.unique(run).tolist():
        own = table.take(pa.array(np.flatnonzero(run == number))).combine_chunks()
        yield publish(plan, name, plan.first_day, Dispatcher(plan).order(spec, own))
