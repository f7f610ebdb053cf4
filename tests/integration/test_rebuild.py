"""A home carries its format; one of another format is refused, with the command that works."""

import hashlib
import json
import shlex
import sqlite3
from contextlib import closing

import pytest

from orchestration.operations.status import status_of
from tests import builders
from warehouse.layout import FORMAT, Layout
from warehouse.settings import LakeSettings

# What the receipts of the first format told.
FIRST_RECEIPT = ("receipt_number", "sha256", "source", "names", "size_bytes", "received_at")


def as_of_first_format(receipt, **changes):
    """Write a receipt as the first format did and return what it tells."""
    told = json.loads(receipt.read_text())
    first = {name: told[name] for name in FIRST_RECEIPT} | changes
    receipt.chmod(0o600)
    receipt.write_text(json.dumps(first))
    return first


def tried_twice(customs, landed, *, is_withdrawn):
    """Make a lake whose second delivery was refused under its first name, and return its home."""
    home = landed / "lake"
    content = builders.csv_bytes([builders.tk("300000000020")])
    (landed / "in" / "tk_20250302_1.csv").write_bytes(content)
    customs("land", "vcis_extract", "in", "--home", home, cwd=landed)
    sha256 = hashlib.sha256(content).hexdigest()
    names = ["export.csv", "tk_20250302_1.csv"]
    as_of_first_format(home / "landing" / sha256[:2] / f"{sha256}.json", names=names)
    if is_withdrawn:
        done = customs("land", "--withdraw", sha256, "--home", home, cwd=landed)
        assert done.returncode == 0, done.stderr
    return home


def deliveries(home):
    """Return name, state and time of receipt of each delivery by its number."""
    with closing(sqlite3.connect(home / "ledger.sqlite")) as ledger:
        query = "select receipt_number, name, state, received_at from delivery"
        return {number: rest for number, *rest in ledger.execute(query)}


def everything_in(home):
    """Return content, rights and time of change of each file."""
    return {
        path: (path.read_bytes(), path.stat().st_mode, path.stat().st_mtime_ns)
        for path in home.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("has_ledger", [True, False])
def test_a_delivery_that_was_tried_twice_keeps_its_number_and_time(customs, landed, has_ledger):
    home = tried_twice(customs, landed, is_withdrawn=False)
    before = deliveries(home)
    assert before[2][:2] == ["tk_20250302_1.csv", "accepted"]
    if not has_ledger:
        for part in home.glob("ledger.sqlite*"):
            part.unlink()
    done = customs("rebuild", home, "--home", "again", cwd=landed)
    assert done.returncode == 0, done.stderr
    after = deliveries(landed / "again")
    assert {number: after[number] for number in before} == before
    # The other name means something else: what it says of the bytes is refused, apart from them.
    assert [rest[:2] for number, rest in after.items() if number not in before] == [
        ["export.csv", "refused"]
    ]


def test_what_was_taken_back_stays_so_under_every_name(customs, landed):
    home = tried_twice(customs, landed, is_withdrawn=True)
    before = deliveries(home)
    assert before[2][:2] == ["tk_20250302_1.csv", "withdrawn"]
    done = customs("rebuild", home, "--home", "again", cwd=landed)
    assert done.returncode == 0, done.stderr
    assert deliveries(landed / "again") == before


def test_what_the_rules_of_now_refuse_needs_no_withdrawal(customs, landed):
    home = tried_twice(customs, landed, is_withdrawn=True)
    # What this program does not take any more, the one before had taken.
    with closing(sqlite3.connect(home / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("update delivery set name = 'export.csv' where receipt_number = 2")
    done = customs("rebuild", home, "--home", "again", cwd=landed)
    assert done.returncode == 0, done.stderr
    assert deliveries(landed / "again")[2][:2] == ["export.csv", "refused"]
    assert {rest[1] for rest in deliveries(landed / "again").values()} == {"accepted", "refused"}


def test_a_rebuild_only_reads_and_leaves_nothing_when_it_fails(customs, landed):
    home = tried_twice(customs, landed, is_withdrawn=True)
    raw = sorted(path for path in home.glob("landing/*/*") if path.suffix != ".json")
    for path in raw:
        # The rights are of the bytes, which both lakes share.
        path.chmod(0o600)
    before = everything_in(home)
    content = raw[-1].read_bytes()
    raw[-1].rename(landed / "kept")
    failed = customs("rebuild", home, "--home", "again", cwd=landed)
    assert failed.returncode == 1
    assert sorted(path.name for path in landed.iterdir()) == ["in", "kept", "lake"]
    (landed / "kept").rename(raw[-1])
    (landed / "again").mkdir()
    done = customs("rebuild", home, "--home", "again", cwd=landed)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in landed.iterdir()) == ["again", "in", "lake"]
    assert everything_in(home) == before
    assert (landed / "again" / raw[-1].relative_to(home)).read_bytes() == content


def test_a_folder_that_holds_something_is_no_place_for_a_rebuilt_lake(customs, landed):
    customs("land", "vcis_extract", "in", "--home", "lake", cwd=landed)
    refused = customs("rebuild", "lake", "--home", "in", cwd=landed)
    assert refused.returncode == 1
    assert "holds other files; give a folder that is not there yet" in refused.stderr


def test_a_rebuild_without_a_new_home_tells_of_no_lake_and_what_to_give(customs, landed):
    customs("land", "vcis_extract", "in", "--home", "customs-data", cwd=landed)
    refused = customs("rebuild", "customs-data", cwd=landed)
    assert refused.returncode == 2
    assert refused.stderr == "customs: give --home NEW, a folder that is not there yet\n"
    done = customs("rebuild", "customs-data", cwd=landed, CUSTOMS_HOME="again")
    assert done.returncode == 0, done.stderr


def test_a_home_carries_its_format_and_another_is_refused_with_what_works(customs, demo):
    layout = Layout(demo / "customs-demo")
    assert layout.format_path.read_text() == f"{FORMAT}\n"
    layout.format_path.unlink()
    refused = customs("status", cwd=demo)
    assert refused.returncode == 1
    assert f"has format 1, this program works with {FORMAT}" in refused.stderr
    command = refused.stderr.partition("its landing: customs ")[2].strip()
    done = customs(*shlex.split(command.replace("NEW", "again")), cwd=demo)
    assert done.returncode == 0, done.stderr
    again = customs("status", "--home", "again", "--json", cwd=demo)
    assert json.loads(again.stdout)["tables"]["declaration"]["accepted"] == 1
    layout.format_path.write_text(str(FORMAT + 1))
    assert "use the program that made it" in customs("status", cwd=demo).stderr
    layout.format_path.write_text("two")
    assert "expected the number" in customs("status", cwd=demo).stderr


def test_a_demo_of_the_first_format_is_made_again_not_rebuilt(customs, demo):
    layout = Layout(demo / "customs-demo")
    layout.format_path.unlink()
    layout.nation.mkdir()
    refused = customs("status", cwd=demo)
    assert refused.returncode == 1
    assert f"move it away and make it again: customs demo --home {layout.home}" in refused.stderr
    again = customs("rebuild", layout.home, "--home", "again", cwd=demo)
    assert again.returncode == 1
    assert "customs demo --home NEW" in again.stderr
    assert not (demo / "again").exists()


def test_a_rebuilt_lake_keeps_receipts_and_withdrawals(customs, landed):
    home, again = landed / "lake", landed / "again"
    second = builders.tk("300000000020")
    builders.write_csv(landed / "in" / "tk_20250302_1.csv", [second])
    customs("land", "vcis_extract", "in", "--home", home, cwd=landed)
    receipts = sorted(home.glob("landing/*/*.json"))
    first_format = {receipt: as_of_first_format(receipt) for receipt in receipts}
    customs("land", "--withdraw", receipts[0].stem, "--home", home, cwd=landed)
    before = status_of(LakeSettings(home=home))
    key = Layout(home).secrets / "pseudonym_key.json"
    key.write_text("kept")
    done = customs("rebuild", home, "--home", again, "--json", cwd=landed)
    assert done.returncode == 0, done.stderr
    after = status_of(LakeSettings(home=again))
    assert after["sources"] == before["sources"]
    assert after["sources"]["vcis_extract"]["states"] == {"accepted": 1, "withdrawn": 1}
    assert after["tables"] == before["tables"]
    for receipt in receipts:
        told = json.loads((again / receipt.relative_to(home)).read_text())
        assert told == told | first_format[receipt]
    assert len(receipts) == len(list(again.glob("landing/*/*.json")))
    assert (again / key.relative_to(home)).read_text() == "kept"
    assert customs("rebuild", home, "--home", again, cwd=landed).returncode == 1
