"""Publishes the tables that one process holds whole: reference, registry snapshots, audits."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from simulator.cargo.route_table import route_rows
from simulator.chronicle.assessments import outcomes_of
from simulator.chronicle.living import Chronicle
from simulator.chronicle.violations import violations_of
from simulator.delivery.dispatch import Dispatcher
from simulator.delivery.gathering import publish
from simulator.delivery.numbering import MOMENT
from simulator.delivery.plan import DeliveryPlan, Receipt, add_up
from simulator.delivery.tables import find_table
from simulator.exchange.handing_over import publish_exchange
from simulator.nation import Nation
from simulator.reference.files import Reference, reference_tables
from simulator.reference.offices import REORGANISED
from simulator.revenue.plan import plans
from simulator.settlement.late_reports import late_reports
from simulator.sources.audit_rows import audit_tables
from simulator.sources.programme import programme_tables
from simulator.sources.registry_rows import registry_snapshots

_DAY_SECONDS = 86_400
# Rows are put in order for so many days at once: what their order can tell apart.
_ORDERED_DAYS = 90


def publish_whole(plan: DeliveryPlan, nation: Nation, chronicle: Chronicle) -> Receipt:
    """Write reference files, registry snapshots and audits of a run."""
    audited = chronicle.audited
    receipts = [*_publish_reference(plan, nation)]
    if plan.wants(find_table("tuyen")):
        around, days = nation.surroundings, (nation.written_from, nation.last_day)
        rows = route_rows(around.routes, around.office_codes, days, REORGANISED)
        receipts.extend(_publish_by_moment(plan, "tuyen", rows))
    if plan.wants(find_table("thutuc")):
        reports = programme_tables(nation, plan)
        receipts.extend(publish(plan, name, day, rows) for name, day, rows in reports)
    if plan.wants(find_table("ktstq")):
        for name, table in audit_tables(nation, chronicle.ledger, audited).items():
            receipts.extend(_publish_by_moment(plan, name, table))
    if plan.wants(find_table("dutoan")):
        expected = plans(nation, chronicle.states)
        receipts.extend(publish(plan, "dutoan", day, rows) for day, rows in expected.items())
    if plan.wants(find_table("dn")):
        outcomes = outcomes_of(nation, chronicle.ledger, audited)
        late = chronicle.overdue, late_reports(nation)
        violations = violations_of(nation, chronicle.ledger, (audited, outcomes), late)
        snapshots = registry_snapshots(nation, chronicle.states, violations)
        receipts.extend(publish(plan, name, day, rows) for name, day, rows in snapshots)
    receipts.extend(publish_exchange(plan, nation, chronicle))
    return add_up(receipts)


def _publish_reference(plan: DeliveryPlan, nation: Nation) -> Iterator[Receipt]:
    reference = Reference(
        nation.goods, nation.countries, nation.offices, nation.tariff, nation.rates
    )
    tables = reference_tables(reference, nation.first_day, nation.last_day)
    for name, table in tables.items():
        yield publish(plan, name, nation.written_from, table)


def _publish_by_moment(plan: DeliveryPlan, name: str, table: pa.Table) -> Iterator[Receipt]:
    """Write rows that come on their own days, in the order in which they are sent."""
    moment = table[MOMENT].to_numpy()
    run = (moment // _DAY_SECONDS - plan.first_day) // _ORDERED_DAYS
    spec = find_table(name)
    for number in np.unique(run).tolist():
        own = table.take(pa.array(np.flatnonzero(run == number))).combine_chunks()
        yield publish(plan, name, plan.first_day, Dispatcher(plan).order(spec, own))
