"""What other systems send of a played nation: every table, when it is known, as it was decided."""

import hashlib
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from benchmark.arrays import DAY_SECONDS, numbers_in
from benchmark.judgement import Capacity
from benchmark.kinds import KINDS, PHYSICAL
from benchmark.play.audits import audit
from benchmark.play.game import play
from benchmark.play.nation import LivedNation
from benchmark.play.opening import open_nation
from benchmark.selection import audits, checks, join
from simulator.arguments import SimulationArguments
from simulator.chronicle.audit_scope import audit_branches
from simulator.chronicle.themes import THEMES, VALUE, themes_of
from simulator.control.lifecycle import NEVER
from simulator.delivery.tables import TABLES, find_table
from simulator.kernel.arrays import pick
from simulator.reference.files import Reference, reference_tables
from tests.simulator.decoded import read_text_table, table_files
from tests.simulator.foreknowledge import of_reference, told_by_file
from tests.unit.benchmark.test_lived_nation import GREEDY

WEEKS = 4
SEED = 4_711_075
LATEST = Capacity(None, 40)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mechanisms")
    (folder / "greedy.py").write_text(GREEDY)
    return open_nation(
        SimulationArguments(
            out=Path(), first_date=date(2025, 3, 3), days=WEEKS * 7, scale=0.0004, seed=SEED,
            warmup_days=49, mechanisms=("greedy", "mistake"), mechanism_folder=folder,
        ),
        history_weeks=4,
    )  # fmt: skip


class Reader:
    """Looks at a share of each week, audits some of its traders, and keeps what was sent."""

    name = "reader"

    def __init__(self, share, theme=None):
        self.share, self.theme, self.views = share, theme, []

    def learn(self, outcomes):
        self.last = outcomes

    def choose(self, week):
        self.views.append(week)
        numbers = numbers_in(week.registered["tk"]["SO_TK"])
        numbers = numbers[: round(len(numbers) * self.share)]
        ranks = np.arange(1, len(numbers) + 1)
        kinds = np.where(ranks % 3 == 0, KINDS.index("scanner"), PHYSICAL)
        looks = checks(numbers, kinds, np.full(len(numbers), week.now), ranks)
        if self.theme is None or len(self.views) > 1:
            return looks
        codes = pc.unique(week.registered["tk"]["MA_DN"]).drop_null().slice(0, 40)
        today, ones = week.now // DAY_SECONDS, np.ones(len(codes), dtype=np.int64)
        period = (ones * (today - 300), ones * today)
        made = audits(codes, period, ones * week.now, np.arange(1, len(codes) + 1), self.theme)
        return join([looks, made])


@pytest.fixture(scope="module")
def games(start, tmp_path_factory):
    """With their files: nobody looked at; everything, and audits of values; the same again."""
    played = []
    busy = 1.0, THEMES.index("TRI_GIA")
    for share, theme in ((0.0, None), busy, busy):
        nation = LivedNation(start, tmp_path_factory.mktemp("game"))
        policy = Reader(share, theme)
        played.append((policy, play(nation, policy, LATEST)))
    return played


def rows_of(folders, name):
    spec = find_table(name)
    parts = [read_text_table(path, spec) for one in folders for path in table_files(one, name)]
    return pa.concat_tables(
        [part.cast(pa.schema([(column, pa.string()) for column in part.column_names]))
         for part in parts]
    ).combine_chunks()  # fmt: skip


def sent_by(policy, name):
    return rows_of([view.sent for view in policy.views], name)


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def lacking(folders):
    return {name for name in TABLES if not any(table_files(one, name) for one in folders)}


def test_tables_are_sent_every_week_and_before_the_game(start, games):
    rare = {
        "qtnvl", "qtsp", "dmtt", "partner_statistics", "andinh", "cases", "vipham", "dmmt",
        "licence", "ktstqct", "lao_cai_gate", "intelligence", "khaibosung", "co_form",
        "wco_dec_xml", "nsw_gate", "hoanthue", "thutuc", "hosocv", "thietbi",
    }  # fmt: skip
    assert lacking([start.post.root / "history"]) <= rare
    often = {"tk", "hang", "thue", "nop", "sukien", "manifest", "port_message", "lang_son_gate"}
    for view in games[1][0].views:
        assert not lacking([view.sent]) & (often | {"tygia"})


@pytest.mark.full
def test_every_outside_table_is_sent(tmp_path):
    opened = open_nation(
        SimulationArguments(
            out=Path(), first_date=date(2024, 4, 1), days=56, scale=0.004, warmup_days=182
        )
    )
    policy = Reader(0.05, THEMES.index("TUAN_THU"))
    play(LivedNation(opened, tmp_path), policy, LATEST)
    assert lacking([opened.post.root / "history", *(view.sent for view in policy.views)]) == set()


def test_equal_choices_are_sent_equal_files(games):
    for one, other in zip(games[1][0].views, games[2][0].views, strict=True):
        assert contents(one.sent) == contents(other.sent)


def test_files_are_the_same_until_choices_differ(games):
    idle, busy = games[0][0].views, games[1][0].views
    assert contents(idle[0].sent) == contents(busy[0].sent)
    assert contents(idle[1].sent) != contents(busy[1].sent)


def test_no_file_lands_before_its_week_is_over_or_names_a_later_moment(games):
    moments = {"tk": "NGAY_DK", "sukien": "THOI_DIEM", "kiemtra": "DEN", "phanluong": "THOI_DIEM"}
    for view in games[1][0].views:
        monday = view.now // DAY_SECONDS - 6
        for path in contents(view.sent):
            dated = re.search(r"/(\d{4})/(\d{2})/(\d{2})/", path)
            if dated:
                landed = date(*map(int, dated.groups())) - date(1970, 1, 1)
                assert monday <= landed.days <= monday + 6, path
        end = str(np.datetime64(view.now, "s")).replace("T", " ")
        for name, column in moments.items():
            if table_files(view.sent, name):
                assert pc.max(rows_of([view.sent], name)[column]).as_py() <= end


def test_a_week_is_told_of_rates_and_offices_what_its_days_brought(start, games):
    nation, history = start.post.nation, start.post.root / "history"
    views = games[1][0].views
    begin = nation.written_from
    folders = [(history, views[0].now // DAY_SECONDS - 7)]
    folders += [(view.sent, view.now // DAY_SECONDS) for view in views]
    told = {}
    reference = Reference(
        nation.goods, nation.countries, nation.offices, nation.tariff, nation.rates
    )
    for folder, last in folders:
        known = of_reference(folder)
        assert {name: one for name, one in known.items() if one.is_too_much} == {}
        for name, table in reference_tables(reference, nation.first_day, last).items():
            if name in known:
                rows = told_by_file(folder, name)
                days = (rows["told"] - pd.Timestamp(0)).dt.days
                assert days.between(begin, last).all()
                told[name] = pd.concat([told.get(name), rows])
            key = list(find_table(name).key)
            now = told[name].drop_duplicates(key, keep="last")[table.column_names].fillna("")
            expected = table.to_pandas().fillna("")
            assert sorted(now.itertuples(index=False)) == sorted(expected.itertuples(index=False))
        begin = last + 1
    assert table_files(history, "hs")
    # Steel bears a new duty from 8 March on.
    assert {name for name in told if table_files(views[0].sent, name)} == {"tygia", "pvtm"}


def test_checks_are_told_of_own_choices_alone_and_as_outcomes_tell_them(start, games):
    assert not any(table_files(view.sent, "kiemtra") for view in games[0][0].views[3:])
    policy, game = games[1]
    told = sent_by(policy, "kiemtra")
    first = str(np.datetime64(start.nation.written_from, "D"))
    own = told.filter(pc.greater_equal(told["TU"], first))
    found = {(r["SO_TK_GOC"], r["STT"], r["THUE_TANG"])
             for r in own.filter(pc.equal(own["KET_QUA"], "1")).to_pylist()}  # fmt: skip
    known = game.outcomes.filter(pc.equal(game.outcomes["KET_QUA"], "1"))
    expected = {(r["SO_TK_GOC"], r["STT"], r["THUE_TANG"]) for r in known.to_pylist()}
    assert found
    assert found <= expected


def test_images_are_sent_of_the_goods_that_were_to_be_scanned(games):
    for policy, _ in games[:2]:
        registered = [numbers_in(view.registered["tk"]["SO_TK"]) for view in policy.views]
        chosen = np.concatenate([own[2::3] for own in registered]) if policy.share else []
        images = numbers_in(sent_by(policy, "scan_result")["decl"])
        seen = np.intersect1d(images, np.concatenate(registered))
        assert np.isin(seen, chosen).all()
        assert len(seen) > 20 or not policy.share


def test_lanes_of_the_game_say_nothing_of_what_a_rule_would_have_chosen(start, games):
    lanes = sent_by(games[0][0], "phanluong")
    first = str(np.datetime64(start.nation.written_from, "D"))
    own = lanes.filter(pc.greater_equal(lanes["THOI_DIEM"], first))
    assert own.num_rows > 50
    for column in ("LUONG", "NHOM_CAN_CU", "NGAU_NHIEN", "XAC_SUAT"):
        assert len(pc.unique(own[column])) == 1, column


def test_audits_stand_in_the_books_with_their_theme_and_end_when_they_are_told(start, games):
    policy, game = games[1]
    books = sent_by(policy, "ktstq")
    first = str(np.datetime64(start.nation.written_from, "D"))
    # What was decided before the game may begin on its first Monday.
    own = books.filter(pc.greater(books["NGAY_QD"], first))
    assert pc.unique(own["CHU_DE"]).to_pylist() == ["TRI_GIA"]
    assert set(own["OP"].to_pylist()) == {"I", "U"}
    decided = own.filter(pc.equal(own["OP"], "I"))
    assert decided["NGAY_KL"].null_count == decided.num_rows
    lines = sent_by(policy, "ktstqct")
    found = game.outcomes.filter(pc.equal(game.outcomes["HINH_THUC"], "8"))
    found = found.filter(pc.equal(found["KET_QUA"], "1"))
    told = set(zip(found["SO_TK_GOC"].to_pylist(), found["STT"].to_pylist(), strict=True))
    booked = {
        (row["SO_TK_GOC"], row["STT"])
        for row in lines.to_pylist()
        if row["MA_QD"] in set(own["MA_QD"].to_pylist())
    }
    assert booked
    assert booked <= told


def test_a_theme_finds_more_of_its_own(start):
    nation = LivedNation(start)
    play(nation, Reader(0.0), LATEST)
    # What is a slip is not looked for elsewhere when it was seen once.
    slip = [kind.name for kind in start.nation.mechanisms].index("mistake")
    ledger = replace(nation._ledger, mechanism=np.full(len(nation._ledger), slip))
    codes = pa.array(start.nation.traders.tax_codes)
    one, now = np.ones(len(codes), dtype=np.int64), start.nation.last_day * DAY_SECONDS
    period = one * start.nation.first_day, one * start.nation.last_day

    def found(theme):
        chosen = audits(codes, period, one * now, np.cumsum(one), THEMES.index(theme))
        made = audit(start.nation, ledger, ledger.found == NEVER, chosen, (0, now))
        return (themes_of(pick(ledger, made.item)) == VALUE).sum()

    assert found("TRI_GIA") > found("XUAT_XU") > 0


def test_an_audit_that_was_chosen_is_held_by_an_audit_branch_and_names_its_proposal(start, games):
    own = pa.concat_tables(
        read_text_table(path, find_table("ktstq"))
        for view in games[1][0].views
        for path in table_files(view.sent, "ktstq")
    )
    own = own.filter(pc.equal(own["LOAI"], "TS"))
    assert own.num_rows > 10
    offices = start.nation.offices
    branches = audit_branches(start.nation)
    held = {codes[place] for codes in (offices.old_codes, offices.new_codes) for place in branches}
    chosen = own.filter(pc.is_valid(own["MA_DE_XUAT"]))
    assert chosen.num_rows > 10
    assert set(own["MA_HQ"].to_pylist()) <= held


def test_nothing_that_is_sent_names_the_seed(start, games):
    seed = str(SEED).encode()
    folders = [start.post.root / "history", games[1][0].views[0].sent]
    for folder in folders:
        for path in contents(folder):
            assert str(SEED) not in path
            raw = (folder / path).read_bytes()
            assert seed not in raw or path.endswith(".gz"), path
