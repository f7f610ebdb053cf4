"""A policy from outside: a command that is held to its format, blamed by week, and confined."""

import gc
import json
import os
import re
import socket
import tempfile
import textwrap
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from benchmark.judgement import Capacity
from benchmark.play import confined
from benchmark.play.contest import Contest, hold
from benchmark.play.game import OUTCOMES, WeekView
from benchmark.play.opening import History
from benchmark.play.outsiders import Outsider, entries_in
from data_contracts.errors import CustomsDataError
from orchestration.cli.failure import failure_of
from simulator.arguments import SimulationArguments
from simulator.chronicle.themes import THEMES
from simulator.mechanisms.loading import load_folder
from tests.architecture.tree import REPOSITORY

CAPACITY = Capacity(5, 1)
SEED = 90_210_417
ARGUMENTS = SimulationArguments(
    out=Path(), first_date=date(2025, 3, 3), days=14, scale=0.0003, warmup_days=14
)
SOUND = """#!/bin/sh
# Audits one trader, looks at five declarations, and keeps a diary at home.
echo "$1" >> "$HOME/diary"
now=$(sed -n 's/.*"now": "\\(.*\\)",/\\1/p' "$1/week.json")
day=${now%% *}
{
    echo rank,so_tk_goc,trader,period_from,period_to,theme,kind_of_check,selected_at
    echo "1,,0100000001,2025-01-01,$day,TRI_GIA,audit,$now"
} > "$2"
test "$(basename "$(tail -n 1 diary)")" = "$(basename "$1")" || exit 4
test "$(wc -l < diary)" = "$(sed -n 's/.*"week": \\(.*\\),/\\1/p' "$1/week.json")" || exit 5
"""
DEEP = """#!/usr/bin/env python3
import os, sys
with open(sys.argv[2], "w") as file:
    file.write("rank,kind_of_check,selected_at\\n")
os.symlink(sys.argv[1], "link")
for _ in range(3_000):
    os.mkdir("a", 0o300)
    os.chdir("a")
"""
PROBE = """#!/usr/bin/env python3
import ctypes, os, socket, subprocess, sys
from pathlib import Path

def tried(name, call):
    try:
        print(name, "REACHED", call())
    except Exception as error:
        print(name, "refused", type(error).__name__)

parent = os.getppid()
tried("secret", lambda: Path(SECRET).read_bytes())
tried("folder", lambda: os.listdir(Path(SECRET).parent))
tried("tree", lambda: os.listdir("/tmp"))
for name in ("environ", "cmdline", "maps", "mem", "root", "cwd"):
    tried(name, lambda: os.listdir(f"/proc/{parent}/{name}") if name in ("root", "cwd")
          else open(f"/proc/{parent}/{name}", "rb").read(100))
tried("round about", lambda: Path("/proc/self/root" + SECRET).read_bytes())
tried("processes", lambda: os.listdir("/proc"))
tried("trace", lambda: 1 // (ctypes.CDLL(None).ptrace(16, parent, 0, 0) == 0))
tried("power", lambda: os.setuid(12))
tried("own folder", lambda: Path(__file__).with_name("more").write_text(""))
tried("week", lambda: Path(sys.argv[1], "more").write_text(""))
tried("network", lambda: socket.create_connection(("127.0.0.1", PORT), 2))
open_files = [int(name) for name in os.listdir("/proc/self/fd")]
print("open", sorted(one for one in open_files if os.path.exists(f"/proc/self/fd/{one}")))
print("words", sys.argv, sorted(os.environ))
Path("link").symlink_to(SECRET)
sys.exit(3)
"""


def folder_of(tmp_path, text, name="mine"):
    folder = tmp_path / name
    folder.mkdir()
    (folder / "run").write_text(text, encoding="utf-8")
    (folder / "run").chmod(0o755)
    return folder


def contest(folder, **changes):
    others = entries_in([folder], seconds=30.0)
    arguments = replace(ARGUMENTS, **changes)
    return hold(Contest(arguments, list(others), CAPACITY, (SEED,), 1, others))


def asked(folder, weeks=1):
    """Let the policy of a folder choose in weeks of one declaration; return its last selection."""
    (entry,) = entries_in([folder], seconds=30.0).values()
    return chosen_by(entry, weeks)


def chosen_by(entry, weeks=1):
    """Let a policy choose in weeks of one declaration; return its last selection."""
    folder = entry.folder
    tables = {"tk": pa.table({"SO_TK": ["300000000010"], "MA_DN": ["0100000001"]})}
    (folder.parent / "sent").mkdir(exist_ok=True)
    past = folder.parent / "sent", History(tables, OUTCOMES.empty_table())
    policy = Outsider(entry, past, 1, folder.parent / "scratch")
    for week in range(weeks):
        now = 1_741_564_799 + week * 604_800
        view = WeekView(week, now, tables, OUTCOMES.empty_table(), CAPACITY, past[0])
        chosen = policy.choose(view)
    return chosen


def test_a_policy_chooses_week_by_week_and_keeps_what_it_wrote(tmp_path):
    chosen = asked(folder_of(tmp_path, SOUND), weeks=3)
    assert chosen.trader.to_pylist() == ["0100000001"]
    assert chosen.selected.tolist() == [1_741_564_799 + 2 * 604_800]
    assert [THEMES[place] for place in chosen.theme] == ["TRI_GIA"]


def test_what_a_policy_read_is_not_seen_by_the_next_one(tmp_path):
    """Of two files it reads one: neither tells by its time of access."""
    text = SOUND.replace("echo rank", 'cat "$(dirname "$0")/bits/1" >&2\n    echo rank')
    folder = folder_of(tmp_path, text)
    (folder / "bits").mkdir()
    for name in ("0", "1"):
        (folder / "bits" / name).write_text(name)
        # As a file that was never read since it was written.
        os.utime(folder / "bits" / name, (1_700_000_000, 1_700_000_001))
    asked(folder)
    seen = {(folder / "bits" / name).stat().st_atime_ns for name in ("0", "1")}
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("#!/bin/sh\necho so it is; exit 7\n", "week 1: ended with status 7: so it is"),
        ("#!/bin/sh\nkill -9 $$\n", "week 1: ended with status -9"),
        ("#!/bin/sh\n", "week 1: wrote no selection"),
        ("#!/bin/sh\necho rank,number > $2\n", r"week 1: selection\.csv, header: expected the col"),
        ("#!/bin/sh\nprintf 'r\\377nk\\n1\\n' > $2\n", r"week 1: selection\.csv: .* a broken file"),
        ("#!/bin/sh\nln -s /etc/passwd $2\n", "week 1: expected a plain file"),
        ("#!/bin/sh\nmkfifo $2\n", "week 1: expected a plain file"),
        ("#!/nowhere\n", "week 1: could not be run: No such file or directory; its first line"),
        (
            "#!/etc/hostname\n",
            "week 1: could not be run: Permission denied; its first line [^\\n]*$",
        ),
        ("#!/bin/sh\nyes | head -c 900000; exit 1\n", r"status 1: (y\s+){999}y$"),
    ],
)
def test_what_fails_in_it_is_told_by_policy_and_week(tmp_path, text, why):
    with pytest.raises(CustomsDataError, match=why) as raised:
        asked(folder_of(tmp_path, text))
    assert str(raised.value).startswith("policy mine, nation 1, week 1: ")
    # What a command printed is told line by line, whatever else is one line.
    assert failure_of(raised.value).keeps_lines == ("ended with status" in why or "status 1" in why)


def test_it_reaches_nothing_but_what_it_is_given(tmp_path, monkeypatch):
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps({"seeds": [SEED]}))
    monkeypatch.setenv("CUSTOMS_SECRET", str(SEED))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        text = PROBE.replace("SECRET", repr(str(secret))).replace("PORT", str(port))
        with pytest.raises(CustomsDataError) as raised:
            asked(folder_of(tmp_path, text))
    told = str(raised.value)
    assert "ended with status 3" in told
    assert "REACHED" not in told
    refused = re.findall(r"^(.*) refused (\w+)$", told, re.MULTILINE)
    assert len(refused) == 16, told
    # Nothing is open but an empty input and what it prints to.
    assert "open [0, 1, 2]" in told
    assert "['HOME', 'LANG', 'PATH', 'TMPDIR']" in told.replace("'LC_CTYPE', ", "")
    assert str(SEED) not in told


def test_what_it_is_given_names_no_seed_and_grows_week_by_week(tmp_path):
    text = (
        "#!/bin/sh\necho rank,so_tk_goc,kind_of_check,selected_at > $2\n"
        f'grep -rqa {SEED} "$1/.." && exit 8\nfind "$1/.." | grep -q {SEED} && exit 9\n'
        'test -e "$1/../../../nation" && exit 7\n'
        "test $(basename $1) = 002 || exit 0\n"
        "echo $(ls $1 $1/registered $1/sent $1/..)\nexit 5\n"
    )
    with pytest.raises(CustomsDataError, match="week 2: ended with status 5") as raised:
        contest(folder_of(tmp_path, text))
    told = str(raised.value)
    assert "outcomes.parquet registered sent week.json" in told
    assert "chungtu.parquet cont.parquet hang.parquet thue.parquet tk.parquet" in told
    assert "seal_stream tax_ledger vcis" in told
    assert "/002/..: 001 002 history" in told


@pytest.mark.full
def test_folders_in_folders_without_end_go_with_the_game(tmp_path, monkeypatch):
    (tmp_path / "games").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "games"))
    report = contest(folder_of(tmp_path, DEEP), days=7)
    assert report["nations"][0]["policies"]["mine"]["rows"]["counted"] == 0
    gc.collect()
    assert not list((tmp_path / "games").iterdir())


def test_folders_that_are_no_policies_are_refused(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    with pytest.raises(CustomsDataError, match="expected a folder with an executable `run`"):
        entries_in([tmp_path / "empty"])
    (tmp_path / "empty" / "run").touch(0o644)
    with pytest.raises(CustomsDataError, match="chmod"):
        entries_in([tmp_path / "empty"])
    one = folder_of(tmp_path, SOUND)
    (tmp_path / "more").mkdir()
    with pytest.raises(CustomsDataError, match="expected a name of its own"):
        entries_in([one, folder_of(tmp_path / "more", SOUND)])
    with pytest.raises(CustomsDataError, match="random is the name of a reference policy"):
        contest(folder_of(tmp_path, SOUND, "random"))
    (one / "secret.json").write_text("{}")
    with pytest.raises(CustomsDataError, match="a place that no policy can read"):
        entries_in([one], [one / "secret.json"])
    (one / "inner").mkdir()
    inner = folder_of(one / "inner", SOUND, "within")
    with pytest.raises(CustomsDataError, match="a folder that no other policy can read"):
        entries_in([inner, one])
    monkeypatch.setattr(tempfile, "tempdir", str(one / "inner"))
    with pytest.raises(CustomsDataError, match="inner: expected a place that no policy can read"):
        entries_in([one])


def test_no_command_runs_where_it_cannot_be_confined(tmp_path, monkeypatch):
    monkeypatch.setattr(confined, "landlock_version", lambda: 0)
    with pytest.raises(CustomsDataError, match="expected a Linux with Landlock"):
        entries_in([folder_of(tmp_path, SOUND)])


def example(first):
    """Return the Python of docs/benchmark.md that begins with a line, up to its command."""
    text = (REPOSITORY / "docs" / "benchmark.md").read_text(encoding="utf-8")
    found = re.findall(rf"^    {re.escape(first)}.*?(?=^    customs )", text, re.M | re.S)
    assert len(found) == 1
    return textwrap.dedent(found[0])


def test_the_examples_of_the_documentation_run(tmp_path):
    folder = folder_of(tmp_path, example("#!/usr/bin/env python3"), "by_trader")
    report = contest(folder, days=7)
    assert report["nations"][0]["policies"]["by_trader"]["rows"]["counted"] == 5
    (tmp_path / "private").mkdir()
    private = example('"""Importers who round')
    (tmp_path / "private" / "round_kilos.py").write_text(private, encoding="utf-8")
    assert [one.name for one in load_folder(tmp_path / "private")] == ["round_kilos"]
    assert os.access(folder / "run", os.X_OK)


def test_what_a_policy_prints_is_shown_where_it_is_wanted(tmp_path):
    shown = []
    text = SOUND.replace("#!/bin/sh\n", "#!/bin/sh\necho looking; echo there >&2\n")
    others = entries_in([folder_of(tmp_path, text)], seconds=30.0)
    hold(Contest(ARGUMENTS, list(others), CAPACITY, (SEED,), 1, others, shown.append))
    assert shown == ["mine | looking", "mine | there"] * 2


def test_a_selection_of_another_form_is_asked_for_as_csv(tmp_path):
    text = "#!/bin/sh\nprintf 'PAR1,x\\n' > \"$2\"\n"
    with pytest.raises(CustomsDataError, match=r"it is Parquet: write CSV$"):
        asked(folder_of(tmp_path, text))
