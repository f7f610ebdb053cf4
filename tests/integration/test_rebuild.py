"""A home carries its format; one of another format is refused, with the command that works."""

import json
import shlex

from orchestration.operations.status import status_of
from tests import builders
from warehouse.layout import FORMAT, Layout
from warehouse.settings import LakeSettings

# What the receipts of the first format told.
FIRST_RECEIPT = ("receipt_number", "sha256", "source", "names", "size_bytes", "received_at")


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
    first_format = {}
    for receipt in receipts:
        told = json.loads(receipt.read_text())
        first_format[receipt] = {name: told[name] for name in FIRST_RECEIPT}
        receipt.chmod(0o600)
        receipt.write_text(json.dumps(first_format[receipt]))
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
