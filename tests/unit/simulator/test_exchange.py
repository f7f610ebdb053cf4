"""Exchange with others: certificates, licences, statistics, parcels, messages."""

import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from simulator.control.lifecycle import NEVER
from simulator.delivery.partial_sums import add_parts
from simulator.exchange import (
    certificates,
    licences,
    parcels,
    partner_statistics,
)
from simulator.exchange.licensed_use import expected_use
from simulator.papers.numbers import LICENCE_DAYS, certificate_texts, licence_numbers
from simulator.reference.calendar import WEEK_DAYS
from simulator.reference.certificates import is_standing
from simulator.reference.declaration_kinds import BRANCH, PRIMARY


def _certificate_numbers(block):
    told = block.batch.declared
    return certificate_texts(
        told.certificate, block.batch.duties.schedule, told.certificate == 0
    ).to_pylist()


def _standing_numbers(block):
    """Return the certificate numbers that stand for all goods of two months."""
    texts = _certificate_numbers(block)
    return {texts[row] for row in np.flatnonzero(is_standing(block.batch.declared.certificate))}


def _declared(block):
    """Return the declared quantity of each certificate number of honest declarations."""
    batch, told = block.batch, block.batch.declared
    texts = _certificate_numbers(block)
    total: Counter[str] = Counter()
    lies = {text for text, one in zip(texts, batch.planted.mechanism, strict=True) if one >= 0}
    for text, quantity, kind in zip(
        texts, told.quantity_e2, batch.roster.kind[batch.owner], strict=True
    ):
        if text not in lies and kind in {PRIMARY, BRANCH}:
            total[text] += int(quantity)
    return total


def test_certificates_agree_with_honest_declarations(nation, chronicle, block, outbox, days):
    certificates.put_certificates(outbox, nation, chronicle.states, block, days)
    standing = _standing_numbers(block)
    own = set(_certificate_numbers(block)) - standing
    found = [row for row in outbox.rows("co_form") if row["name"].split("_")[0] in own]
    assert len(found) > 20
    declared = _declared(block)
    agree = honest = 0
    for row in found:
        root = ET.fromstring(row["text"])  # noqa: S314 - our own text
        number = root.findtext("ReferenceNo")
        assert root.get("form") == number.split("-")[0]
        total = sum(round(float(one.text) * 100) for one in root.iter("Quantity"))
        honest += number in declared
        agree += declared[number] == total
        assert [one.get("no") for one in root.iter("Item")] == [
            str(place) for place in range(1, len(list(root.iter("Item"))) + 1)
        ]
    assert honest > 0.7 * len(found)
    # One in ten was made out before the goods were loaded.
    assert 0.75 * honest < agree < honest
    assert len({row["name"] for row in found}) == len(found)


def _quantity(row) -> float:
    return float(ET.fromstring(row["text"]).findtext(".//Quantity"))  # noqa: S314 - our own text


def _standing_forms(nation, states, outbox, start):
    """Return all standing certificates of two months, and the numbers of the false ones."""
    outbox.tables.clear()
    days = np.arange(start, start + 1)
    certificates.put_used_again(outbox, nation, states, days, np.ones(40))
    kind, plans = [one.name for one in nation.mechanisms].index("false_certificate"), nation.schemes
    own = np.flatnonzero((nation.mechanism_of == kind) & (plans.parameters[:, 1] < 0.5))
    friends = np.flatnonzero(nation.countries.asean)
    claimed = friends[np.floor(plans.parameters[own, 0] * len(friends)).astype(np.int64)]
    trader, day = plans.trader[own], np.full(len(own), start)
    line = nation.traders.lines[trader, 0, 0, 0]
    best = nation.tariff.best_preference(line, claimed, day)
    keys = certificates.again_keys(nation, trader, day, best, claimed)
    numbers = certificate_texts(keys, best, best < 0).to_pylist()
    return outbox.rows("co_form"), set(numbers)


def test_honest_firms_have_standing_certificates_as_false_ones_do(
    nation, chronicle, outbox, monkeypatch, days
):
    window = days[0] // 60 * 60 + 60
    found, false = _standing_forms(nation, chronicle.states, outbox, window)
    monkeypatch.setattr(certificates, "_COVERS_LN", 0.0)
    of_one_deal = [
        _quantity(row) for row in _standing_forms(nation, chronicle.states, outbox, window)[0]
    ]
    covers = np.array([_quantity(row) for row in found]) / of_one_deal
    is_false = np.array([row["name"].split("_")[0] in false for row in found])
    assert 0 < is_false.sum() < len(false) + 1 < (~is_false).sum()
    # A false one is made for one deal and shown for all; an honest one is of all deals.
    assert (covers[is_false] == 1).all()
    assert np.median(covers[~is_false]) > 3


def test_a_scheme_that_a_catch_stopped_has_no_standing_certificate(nation, chronicle, outbox, days):
    window = days[0] // 60 * 60 + 60
    found, false = _standing_forms(nation, chronicle.states, outbox, window)
    states = chronicle.states
    stop = states.first_day + states.week(np.array([window])) * WEEK_DAYS
    stopped = replace(states, end_day=np.minimum(states.end_day, stop))
    left, _ = _standing_forms(nation, stopped, outbox, window)
    names = [{row["name"].split("_")[0] for row in rows} for rows in (found, left)]
    gone = names[0] - names[1]
    assert gone
    assert gone <= false
    assert not (names[1] & false)


def test_counted_goods_come_whole_on_every_certificate(nation, chronicle, block, outbox, days):
    kind = [one.name for one in nation.mechanisms].index("false_certificate")
    planted = replace(block.batch.planted, mechanism=np.full(len(block.batch.owner), kind))
    all_forged = replace(block, batch=replace(block.batch, planted=planted))
    certificates.put_certificates(outbox, nation, chronicle.states, all_forged, days)
    texts = "".join(row["text"] for row in outbox.rows("co_form"))
    pieces = re.findall(r'<Quantity unit="(?:PCE|PR|SET)">([^<]*)<', texts)
    assert len(pieces) > 5
    assert [one for one in pieces if not one.endswith(".00")] == []


def test_statistics_show_what_really_came(nation, block, outbox):
    partner_statistics.put_partner_sums(outbox, nation, block)
    day = partner_statistics.publication_day(np.array([661]))[0]
    assert str(np.datetime64(int(day), "D")) == "2025-04-25"
    codes, (mass, usd) = add_parts(
        outbox.plan, partner_statistics.NAME, (0, 10**5), "code", ("mass", "value")
    )
    batch = block.batch
    stands = (block.lives.cancelled == NEVER) & ~block.decisions.is_refused
    rows = stands[batch.owner]
    assert 0.9 < mass.sum() / batch.true.kg_e2[rows].sum() < 1.05
    columns = partner_statistics.statistics(nation, codes, mass, usd)
    told = np.array(columns["value_usd"].to_pylist())
    assert 0.8 < told.sum() / (usd.sum() / 100) <= 1.05
    assert set(columns["flow"].to_pylist()) == {"X", "M"}
    flows = zip(columns["flow"].to_pylist(), columns["basis"].to_pylist(), strict=True)
    assert set(flows) == {("X", "FOB"), ("M", "CIF")}
    assert "VN" not in columns["reporter"].to_pylist()
    keys = [tuple(columns[one].to_pylist()) for one in ("month", "reporter", "hs6", "flow")]
    assert len(set(zip(*keys, strict=True))) == len(told)


def test_partners_count_what_any_mechanism_hides(nation, block, outbox):
    hides = block.batch.planted.hidden_worth > 0
    names = {nation.mechanisms[one].name for one in block.batch.planted.mechanism[hides]}
    assert names == {"concealed_goods", "second_declaration"}
    every = np.full(len(block.batch.owner), 0.5)
    planted = replace(block.batch.planted, hidden_worth=every)
    total = []
    for own in (planted, replace(planted, hidden_worth=0 * every)):
        hidden = replace(block, batch=replace(block.batch, planted=own))
        shutil.rmtree(outbox.plan.spill / partner_statistics.NAME, ignore_errors=True)
        partner_statistics.put_partner_sums(outbox, nation, hidden)
        found = add_parts(outbox.plan, partner_statistics.NAME, (0, 10**5), "code", ("value",))
        total.append(found[1][0].sum())
    assert total[0] == pytest.approx(1.5 * total[1], rel=1e-6)


def test_relief_for_parcels_ends(nation, outbox, days):
    parcels.put_parcels(outbox, nation, days)
    found = outbox["parcels"].to_pydict()
    number, value = np.array(found["PARCELS"]), np.array(found["VALUE_VND"])
    tax, day = np.array(found["TAX_VND"]), np.array(found["_moment"]) // 86_400
    assert 2.0e6 < number.sum() / len(days) / nation.scale < 7e6
    early = day < parcels.RELIEF_ENDS
    assert early.any()
    assert (~early).any()
    assert tax[early].sum() / value[early].sum() < 0.02
    assert 0.08 < tax[~early].sum() / value[~early].sum() < 0.12


def test_licences_know_what_is_used_of_them(nation, block, outbox, days):
    licences.put_licence_sums(outbox, nation, block)
    term, run = days[0] // LICENCE_DAYS, (days[0], days[-1])
    last = (term + 1) * LICENCE_DAYS - 1
    codes, (mass,) = add_parts(outbox.plan, licences.NAME, (last, last), "code", ("mass",))
    expected = expected_use(nation)
    moment, columns = licences.licences(nation, expected, (term, run), (codes, mass))
    assert ((moment // 86_400 >= days[0]) & (moment // 86_400 <= days[-1])).all()
    told = pd.DataFrame({name: columns[name].to_pylist() for name in ("no", "used", "quantity")})
    told = told.assign(moment=moment, used=[int(one * 100) for one in told["used"]])
    licence = told.sort_values("moment").groupby("no")["used"]
    more = licence.last() - licence.first()
    assert more.sum() == mass.sum()
    assert (told["used"] <= told["quantity"].astype(float) * 100).mean() > 0.93
    batch = block.batch
    kind = nation.goods.licence[batch.declared.line]
    rows = np.flatnonzero((kind >= 0) & (batch.deals.direction[batch.owner] == 0))
    owner = batch.owner[rows]
    shown = licence_numbers(nation, batch.deals.trader[owner], kind[rows], batch.roster.day[owner])
    known = set(columns["no"].to_pylist())
    stands = (block.lives.cancelled == NEVER) & ~block.decisions.is_refused
    assert set(shown.filter(pa.array(stands[owner])).to_pylist()) < known
    holder = codes // LICENCE_DAYS // len(nation.goods)
    assert (more > 0).sum() == len(np.unique(holder))
    assert all(json.loads(one) for one in columns["hs"].to_pylist())
    assert all(one.startswith(("Bộ ", "Ngân hàng ")) for one in columns["agency"].to_pylist())
    assert not any("quản lý" in one for one in columns["agency"].to_pylist())
