"""Intelligence and cases: what control has heard of, and what it believes."""

import re
from dataclasses import replace

import numpy as np

from simulator.chronicle.tips import KINDS, TRADER, tips_of
from simulator.control.beliefs import as_believed
from simulator.control.inspections import is_false
from simulator.control.lifecycle import NEVER
from simulator.exchange import (
    cases,
    intelligence,
)
from simulator.exchange.cases import put_cases
from simulator.papers.paper import declaration_numbers


def test_intelligence_tells_the_tips(nation, chronicle, days):
    busy = replace(nation, scale=8.0)
    moment, columns = intelligence.intelligence(busy, chronicle, days)
    tips = tips_of(busy, chronicle.states, days)
    assert columns["subject.type"].to_pylist() == [KINDS[one] for one in tips.kind]
    about = np.flatnonzero(tips.kind == TRADER)
    codes = nation.actors.texts.tax_codes.to_pylist()
    values = columns["subject.value"].to_pylist()
    assert [values[row] for row in about] == [codes[tips.trader[row]] for row in about]
    assert np.array_equal(moment // 86_400, tips.day)
    assert len(set(columns["id"].to_pylist())) == len(moment) > 80


def test_cases_tell_what_control_believes_also_where_it_errs(
    nation, block, outbox, monkeypatch, days
):
    monkeypatch.setattr(cases, "LEAST_EVADED_VND", 1)
    put_cases(outbox, nation, block, days)
    told = {row["decl"] for row in outbox.rows("cases") if row.get("decl")}
    batch, findings = block.batch, block.findings
    believed = as_believed(nation, batch, block.checks, findings)
    stands = block.lives.cancelled[batch.owner[findings.item]] == NEVER
    claims = stands & (believed.evaded_vnd[findings.item] >= 1)
    errs = claims & is_false(batch, findings)
    number = np.array(declaration_numbers(batch))[batch.owner[findings.item]]
    assert told == {f"{one:011d}" for one in number[claims].tolist()}
    assert errs.sum() > 3


def test_cases_name_declarations_only_where_checks_found_much(nation, block, outbox, days):
    put_cases(outbox, nation, block, days)
    found = outbox.rows("cases")
    with_declaration = {row["decl"] for row in found if row.get("decl")}
    assert len(with_declaration) < len(found) / 2
    assert all(re.fullmatch(r"[13]\d{10}", one) for one in with_declaration)
    last = {row["id"]: row["status"] for row in sorted(found, key=lambda row: row["_moment"])}
    assert last.keys() == {row["id"] for row in found if row["status"] == "OPEN"}
