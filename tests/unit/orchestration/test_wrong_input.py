"""Wrong input of every kind: one line, what to do, the right status, no trace and no content."""

import json
import os
import sys

import pytest

from data_contracts.errors import CustomsDataError
from data_contracts.json_files import read_json
from orchestration.cli import main as command
from warehouse.layout import Layout

SECRET = "0100000017"


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run the command with --json in a folder of broken things; return status, object, message."""
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(bytes(range(1, 256)) * 20)
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "nowhere-link").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "cut.json").write_text('{\n "declaration_number": "' + SECRET)
    (tmp_path / "wide.csv").write_text(f"kind_of_check,cost_vnd\nphysical,1,{SECRET}\n")
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "world.json").write_text('{"arguments": {')
    Layout(tmp_path / "lake").ensure()
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CUSTOMS_")]:
        monkeypatch.delenv(name)
    umask = os.umask(0o022)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["customs", *words, "--json"])
        with pytest.raises(SystemExit) as ended:
            command.main()
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        assert "Errno" not in told.err
        assert "a fault of the program" not in told.err
        assert SECRET not in told.out + told.err
        assert len(told.out.splitlines()) == 1
        return int(ended.value.code or 0), json.loads(told.out), told.err

    yield call
    os.umask(umask)


LOOP, PIPE = "found a link that leads to itself", "found a pipe or a device"
LAKE = ("--home", "lake")
WRONG_USE = [
    ("lanes serve --port 99999", "65535"),
    ("lanes serve --port 0", "1"),
    ("lanes serve --workers 0", "1"),
    ("dashboards serve --port 99999", "65535"),
    ("dashboards serve --port -1", "1"),
    ("quarantine list --limit 99999999999999999999", "1000000000"),
    ("quarantine show abc --record 0", "1"),
    ("targets --top 0", "1"),
    ("train king", "risk"),
    ("score ../risk", "risk"),
    ("publish --role king", "analyst"),
    ("sql --role king x", "analyst"),
    ("build --target oracle", "sail"),
    ("build --target sail --select fct_declaration", "leave it out"),
    ("demo --days 0", "1"),
    ("demo --scale 11", "10"),
    ("demo --from 9999-12-31", "2039-10-31"),
    ("simulate run --out x --scale 0", "0.000001"),
    ("simulate run --out x --scale nan", "expected a number from 0.000001 to 10, found nan"),
    ("simulate run --out x --days x", "expected a whole number from 1 to 3660, found x"),
    ("bench play --seed 1.5", "expected a whole number from 0 to 9223372036854775807, found 1.5"),
    ("bench commit --out x --seed 1 y", "found y"),
    ("bench play --policy-seconds inf", "expected a number from 0.1 to 1000000000, found inf"),
    ("simulate run --out x --days 99999999999999999999", "3660"),
    ("simulate run --out x --seed -1", "0"),
    ("simulate run --out x --warmup -1", "0"),
    ("simulate run --out x --random-arm 1.5", "1"),
    ("simulate run --out x --processes 0", "1"),
    ("simulate run --out x --audits -1", "0"),
    ("simulate run --out x --from 9999-12-31", "2039-10-31"),
    ("simulate run --out x --from 0001-01-01", "2014-03-01"),
    ("simulate run --out x --form pdf", "csv"),
    ("simulate run --out x --only nobody", "vcis_extract"),
    ("simulate run --out empty", "is a file"),
    ("simulate run --out loop", f"expected a folder, {LOOP}: loop"),
    ("simulate run --out loop/x", f"expected a folder, {LOOP}: loop/x"),
    ("simulate run --out pipe", f"expected a folder, {PIPE}: pipe"),
    ("simulate run --out nowhere-link", "expected a folder, found a link that leads nowhere"),
    ("simulate run --out /dev/null", f"expected a folder, {PIPE}: /dev/null"),
    ("simulate run --out x --truth loop", f"expected a folder, {LOOP}: loop"),
    ("simulate run --out x --truth pipe", f"expected a folder, {PIPE}: pipe"),
    ("bench play --policy-folder folder loop", f"expected a folder, {LOOP}: loop"),
    ("bench select value --out loop/x.csv --capacity 1", f"expected a file, {LOOP}: loop/x.csv"),
    ("bench commit --out loop --seed 7", f"expected a folder, {LOOP}: loop"),
    ("bench commit --out pipe --seed 7", f"expected a folder, {PIPE}: pipe"),
    ("bench page --results empty --out pipe.html/x.html --home loop", f"expected a path, {LOOP}"),
    ("bench commit --out x\udcff --seed 7", "expected a folder named in UTF-8, found 'x\\udcff'"),
    ("simulate run --out x\udcff", "expected a folder named in UTF-8, found 'x\\udcff'"),
    ("bench page --results empty --out x\udcff.html", "expected a file named in UTF-8, found"),
    ("bench play --from 9999-01-01", "2039-10-31"),
    ("bench play --scale -1", "0.000001"),
    ("bench play --days 0", "7"),
    ("bench play --days 3", "'--days': expected a whole number from 7 to 3660, found 3"),
    ("bench play --warmup 0", "'--warmup': expected a whole number from 7 to 3660, found 0"),
    ("bench play --from 2039-10-25 --days 7", "must not lie after 2039-10-31"),
    ("bench play --policy king", "policies: expected some of oracle"),
    ("bench play --policy value value", "each once"),
    ("bench play --mechanisms undervaluatoin", "is undervaluation meant?"),
    ("bench play --secret cut.json --seed 1", "leave out --seed"),
    ("bench play --policy-folder nowhere", "does not exist"),
    ("bench score --truth nowhere --selection empty", "does not exist"),
    ("bench score --truth folder --selection folder", "is a directory"),
    ("bench score --truth folder --selection empty --world nowhere", "does not exist"),
    ("bench ceiling --truth folder nowhere --capacity 1", "does not exist"),
    ("bench ceiling --truth folder ./folder --capacity 1", "found a folder twice"),
    (
        "bench select value --out x.csv --capacity 1 --world . --from 2025-02-01 --to 2025-01-31",
        "expected a day from --from on (2025-02-01), found 2025-01-31",
    ),
    ("bench mechanisms --truth folder --world nowhere", "does not exist"),
    ("bench mechanisms --truth folder --page folder", "is a directory"),
    ("bench compare --a empty nowhere --b empty", "does not exist"),
    ("bench page --results nowhere --out x.html", "does not exist"),
    ("bench reveal --commitment empty --secret nowhere", "does not exist"),
    ("bench commit --out x --seed 7", "drawn at random from 72057594037927936"),
    ("bench commit --out x --seed 5000000000 5000000000", "found 2 seeds, 1 of them different"),
    ("bench commit --out empty --seed 5000000000", "is a file"),
    ("simulate report nowhere", "does not exist"),
    ("simulate report folder --truth nowhere", "does not exist"),
    ("simulate run --out x --mechanisms undervaluatoin", "is undervaluation meant?"),
    ("simulate run --out x --mechanisms none mistake", "none stands alone"),
    ("simulate run --out x --mechanism-folder nowhere", "does not exist"),
    ("simulate run --out x --truth empty", "is a file"),
    ("bench select guess --out x.csv --capacity 1", "random"),
    ("bench select random --out x.csv --capacity 0 --world folder", "1"),
    (
        "bench select random --out x.txt --capacity 1 --world folder",
        "named .csv, .csv.gz, .parquet",
    ),
    ("bench select random --out x.csv --capacity 1 --world folder --memory much", "2GB"),
    (
        "bench score --truth folder --selection empty --memory 1KB",
        "'--memory': expected 64MB at least, found 1KB",
    ),
    ("simulate run --out x --live 15 --only manifest", "live goes with vcis_extract, found man"),
    ("bench commit --out x --seed -1", "0"),
    ("contracts check --root folder", "No such option"),
    ("contracts diff HEAD --root empty", "there is no folder"),
    ("contracts diff HEAD --root nothing", "there is no folder"),
    ("rebuild lake", "--home"),
]
FAILED = [
    (
        "lanes decide cut.json --home lake",
        "$: expected a JSON document in UTF-8, found its end (line 2, column 35)",
    ),
    (
        "lanes decide empty --home lake",
        "$: expected a JSON document in UTF-8, found nothing (line 1, column 1)",
    ),
    ("lanes decide binary --home lake", "found bytes that are no UTF-8"),
    ("build --home lake", "customs land SOURCE PATH comes first"),
    ("build --target sail --home lake", "customs land SOURCE PATH comes first"),
    ("publish --home lake", "run customs build"),
    ("train --home lake", "run customs publish"),
    ("score --home lake", "run customs train"),
    ("targets --home lake", "run customs train"),
    ("lanes snapshot --home lake", "run customs train"),
    ("status --home empty", "give another --home"),
    ("status --home folder", "there is no lake"),
    ("land vcis_extract binary --home world", "holds other files and no lake"),
    ("evaluate --train binary --test binary", "expected CSV in UTF-8"),
    ("simulate report world", "world.json, line 1, column 16: expected JSON, found its end"),
    ("simulate run --out world --days 1 --scale 0.00001", "choose an empty folder"),
    ("simulate report world --truth folder", "world.json, line 1"),
    ("bench mechanisms --truth folder --world folder", "items.parquet: expected a file"),
    ("bench select oracle --out x.csv --capacity 1 --truth world", "make the nation anew"),
    ("bench compare --a cut.json --b cut.json", "customs bench score --json"),
    ("bench reveal --commitment cut.json --secret cut.json", "customs bench commit"),
    ("bench commit --out x --seed 1 --parameters cut.json", "JSON object of the simulator"),
    ("bench play --secret cut.json", "customs bench commit"),
    ("bench score --truth folder --selection wide.csv", "wide.csv, header: expected the columns"),
    ("bench score --truth folder --selection wide.csv --costs wide.csv", "a CSV of costs"),
    ("contracts diff nothing", "found neither: nothing"),
    ("contracts diff folder", "found no contracts in it"),
    ("rebuild folder --home new", "holds no landing/"),
    ("rebuild lake --home lake", "give a folder that is not there yet"),
]


@pytest.mark.parametrize(("words", "told"), WRONG_USE)
def test_what_cannot_be_is_wrong_use_before_anything_starts(run, tmp_path, words, told):
    before = sorted(path.name for path in tmp_path.rglob("*"))
    status, answer, message = run(*words.split())
    assert status == 2
    assert told in answer["message"]
    assert told in message
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "words",
    [
        ("simulate", "run", "--out", ""),
        ("simulate", "run", "--out", "x", "--truth="),
        ("simulate", "report", ""),
        ("bench", "play", "--policy-folder", "folder", ""),
        ("bench", "score", "--truth", "folder", "--selection", "empty", "--world", ""),
        ("land", "vcis_extract", "empty", ""),
        ("status", "--home="),
    ],
)
def test_a_path_of_nothing_is_not_the_folder_one_stands_in(run, tmp_path, words):
    before = sorted(path.name for path in tmp_path.rglob("*"))
    status, answer, _ = run(*words)
    assert status == 2
    assert "expected a path, found nothing" in answer["message"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


@pytest.mark.parametrize(("words", "told"), FAILED)
def test_what_is_broken_says_where_and_what_to_do(run, words, told):
    status, answer, message = run(*words.split())
    assert status == 1
    assert "error" in answer
    assert told in message


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CUSTOMS_THREADS", "many", "CUSTOMS_THREADS"),
        ("CUSTOMS_RELEASE_GROUPS", '{"analyst"', "expected JSON"),
        ("CUSTOMS_RELEASE_GROUPS", "[]", "CUSTOMS_RELEASE_GROUPS"),
    ],
)
def test_a_setting_that_cannot_be_is_named(run, monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)
    status, answer, _ = run("status", *LAKE)
    assert status == 2
    assert words in answer["message"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "line 1, column 1: expected JSON, found nothing"),
        (b'{"a":\n 1,}', "line 2, column 4: expected JSON, found trailing comma in object"),
        (b'{"\xff": 1}', "line 1, column 3: expected JSON, found bytes that are no UTF-8"),
        (b'{"a":\n', "line 2, column 1: expected JSON, found its end"),
        (b"[]", "at $: expected `object`, got `array`"),
        (b'{"a": "x"}', "at $[...]: expected `int`, got `str`"),
    ],
)
def test_a_broken_file_says_where_it_is_broken(tmp_path, content, told):
    (tmp_path / "file.json").write_bytes(content)
    with pytest.raises(CustomsDataError) as refused:
        read_json(tmp_path / "file.json", dict[str, int], remedy="make it again")
    assert str(refused.value) == f"{tmp_path / 'file.json'}, {told}; make it again"
