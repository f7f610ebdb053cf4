"""What follows the declarations that are sent as WCO messages.

From the trader, with function code 13: corrections (COR), presentation of the goods once they have
arrived (GPR), invalidation of what is cancelled (INV). From customs, in another namespace: answers
(RES) with function code 01 accepted, 09 cleared, 10 cancelled. The codes are those of a public
implementation of the WCO Data Model.
"""

import numpy as np
import pyarrow as pa

from simulator.block import Block
from simulator.control.corrections import corrected
from simulator.control.lifecycle import NEVER
from simulator.delivery.outbox import Outbox
from simulator.exchange.wco_items import item_elements, pointers
from simulator.exchange.wco_messages import DOCUMENT, Sample, message, moment_element
from simulator.exchange.xml_text import HEADER, element, inside
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, constant, digits
from simulator.kernel.glyphs import joined
from simulator.nation import Nation
from simulator.reference.regimes import IMPORT
from simulator.trade.selecting import select

_AMENDMENT = "13"
_ANSWER = "urn:wco:datamodel:WCO:RES-DMS:2"
_ACCEPTED, _CLEARED, _CANCELLED = "01", "09", "10"
# Mean time until goods are presented, and of an answer: assumptions.
_PRESENTED_SECONDS, _ANSWERED_SECONDS = 3_600.0, 30
# Why it is invalidated: lodged twice, or no longer needed; one in four is a duplicate (assumption).
_REASONS, _REASON_SHARES = ("1", "2"), (0.25, 0.75)


def put_follow_ups(outbox: Outbox, nation: Nation, block: Block, sample: Sample) -> None:
    """Hand over what follows the originals of a block."""
    if not len(sample.rows):
        return
    _put_corrections(outbox, nation, block, sample)
    _put_presentations(outbox, block, sample)
    _put_invalidations(outbox, block, sample)
    for code, moment in (
        (_ACCEPTED, block.decisions.decided),
        (_CLEARED, block.lives.cleared),
        (_CANCELLED, block.lives.cancelled),
    ):
        _put_answers(outbox, sample, code, moment[sample.rows])


def _put(
    outbox: Outbox, sample: Sample, kind: str, told: tuple[Ints, Ints], content: pa.Array
) -> None:
    """Hand over messages of the trader; `told` is which declarations of the sample, and when."""
    at, moment = told
    customs = sample.customs.take(pa.array(at))
    head = joined(
        element("FunctionCode", constant(_AMENDMENT, len(at))),
        element("FunctionalReferenceID", joined(sample.reference.take(pa.array(at)), f"-{kind}")),
        element("ID", customs),
        element("TypeCode", constant(kind, len(at))),
        moment_element("IssueDateTime", moment),
    )
    text = message(joined(head, content))
    outbox.put("wco_dec_xml", moment, {"name": joined(customs, f"-{kind}1"), "text": text})


def _put_corrections(outbox: Outbox, nation: Nation, block: Block, sample: Sample) -> None:
    """Hand over the first correction of the declarations that have one."""
    moment = block.lives.amended[sample.rows, 0]
    at = np.flatnonzero(moment != NEVER)
    if not len(at):
        return
    reason = block.lives.reason[sample.rows[at]]
    before = select(sample.batch, at)
    told = corrected(nation, before, reason, 1)
    changed = np.flatnonzero(
        (told.declared.value_e2 != before.declared.value_e2)
        | (told.declared.quantity_e2 != before.declared.quantity_e2)
    )
    has = np.zeros(len(at), dtype=np.int64)
    np.add.at(has, told.owner[changed], 1)
    items = inside(item_elements(nation, told).take(pa.array(changed)), has)
    first = np.searchsorted(told.owner[changed], np.arange(len(at)))
    number = np.append(told.declared.number[changed], 1)[first]
    amendment = joined(element("ChangeReasonCode", digits(reason)), pointers(number, has))
    content = joined(element("Amendment", amendment), element("GoodsShipment", items))
    _put(outbox, sample, "COR", (at, moment[at]), content)


def _put_presentations(outbox: Outbox, block: Block, sample: Sample) -> None:
    """Hand over that goods have come, where they were declared before their arrival."""
    arrived = block.consignments.arrived[sample.rows]
    wait = keyed.exponential(sample.batch.roster.key, "presented after", _PRESENTED_SECONDS)
    moment = arrived + wait.astype(np.int64)
    stands = block.lives.cancelled[sample.rows]
    is_early = arrived > sample.batch.roster.registered
    at = np.flatnonzero(
        (sample.batch.deals.direction == IMPORT)
        & is_early
        & ((stands == NEVER) | (moment < stands))
    )
    if len(at):
        port = block.consignments.discharged_at.take(pa.array(sample.rows[at]))
        place = element("GoodsLocation", element("ID", port))
        content = element("GoodsShipment", element("Consignment", place))
        _put(outbox, sample, "GPR", (at, moment[at]), content)


def _put_invalidations(outbox: Outbox, block: Block, sample: Sample) -> None:
    moment = block.lives.cancelled[sample.rows]
    at = np.flatnonzero(moment != NEVER)
    if len(at):
        drawn = keyed.choose(sample.batch.roster.key[at], "why invalidated", _REASON_SHARES)
        reason = pa.array(_REASONS).take(pa.array(drawn))
        content = element("Amendment", element("ChangeReasonCode", reason))
        _put(outbox, sample, "INV", (at, moment[at]), content)


def _put_answers(outbox: Outbox, sample: Sample, code: str, moment: Ints) -> None:
    """Hand over what customs answers, some seconds after it happened."""
    at = np.flatnonzero(moment != NEVER)
    if not len(at):
        return
    second = moment[at] + keyed.integers(
        sample.batch.roster.key[at], "answered after", 1, _ANSWERED_SECONDS
    )
    customs = sample.customs.take(pa.array(at))
    own = sample.reference.take(pa.array(at))
    content = joined(
        element("FunctionCode", constant(code, len(at))),
        element("FunctionalReferenceID", joined("RES-", customs, f"-{code}")),
        moment_element("IssueDateTime", second),
        element(
            "Declaration", joined(element("FunctionalReferenceID", own), element("ID", customs))
        ),
    )
    text = joined(
        f'{HEADER}<md:MetaData xmlns:md="{DOCUMENT}" xmlns="{_ANSWER}">',
        "<md:WCOTypeName>RES</md:WCOTypeName>",
        element("Response", content),
        "</md:MetaData>\n",
    )
    outbox.put("wco_dec_xml", second, {"name": joined(customs, f"-RES{code}"), "text": text})
