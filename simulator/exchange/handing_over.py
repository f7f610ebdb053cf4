"""All of this package and the settlement reports: what blocks hand over, what comes whole."""

from collections.abc import Iterator

from simulator.block import Block
from simulator.chronicle.life import Chronicle
from simulator.delivery.outbox import Outbox
from simulator.delivery.plan import DeliveryPlan, Receipt
from simulator.delivery.tables import find_table
from simulator.exchange.cases import put_cases
from simulator.exchange.certificates import put_certificates
from simulator.exchange.intelligence import publish_intelligence
from simulator.exchange.licences import publish_licences, put_licence_sums
from simulator.exchange.parcels import put_parcels
from simulator.exchange.partner_statistics import (
    publish_partner_statistics,
    put_partner_sums,
)
from simulator.exchange.wco_follow_ups import put_follow_ups
from simulator.exchange.wco_messages import put_messages
from simulator.kernel.arrays import Ints
from simulator.nation import Nation
from simulator.settlement.material_sums import put_material_sums
from simulator.settlement.reports import publish_settlement
from simulator.trade.scheme_states import SchemeStates


def put_exchange(
    outbox: Outbox, nation: Nation, states: SchemeStates, block: Block, days: Ints
) -> None:
    """Hand over parcels, certificates, cases and messages of a block, and leave its sums."""
    put_parcels(outbox, nation, days)
    put_certificates(outbox, nation, states, block, days)
    put_cases(outbox, nation, block, days)
    if outbox.wants("wco_dec_xml"):
        put_follow_ups(outbox, nation, block, put_messages(outbox, nation, block))
    put_partner_sums(outbox, nation, block)
    put_licence_sums(outbox, nation, block)
    put_material_sums(outbox, nation, block)


def publish_exchange(plan: DeliveryPlan, nation: Nation, chronicle: Chronicle) -> Iterator[Receipt]:
    """Write what one process makes of all blocks: statistics, licences, settlement and more."""
    if plan.wants(find_table("partner_statistics")):
        yield from publish_partner_statistics(plan, nation)
    if plan.wants(find_table("licence")):
        yield from publish_licences(plan, nation)
    if plan.wants(find_table("intelligence")):
        yield from publish_intelligence(plan, nation, chronicle)
    if plan.wants(find_table("qtnvl")):
        yield from publish_settlement(plan, nation, chronicle)
