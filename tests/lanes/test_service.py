"""The real service in a process of its own: lanes, refusals, metrics, reload and a clean stop."""

import http.client
import json
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data_contracts.errors import CustomsDataError
from ml.lanes.decision import decide
from ml.lanes.server import bound_socket
from ml.lanes.snapshot import MANIFEST, current_folder
from tests.lanes.lane_lake import TOKEN, LaneLake, read
from tests.lanes.lane_server import ask, metric, post, serving
from tests.lanes.test_request import BAD
from tests.lanes.test_snapshot import reseal
from tests.patience import PATIENCE_SECONDS, wait_for
from warehouse.layout import Layout

FAILURES = "customs_lane_reload_failures_total"


@pytest.fixture(scope="module")
def running_port(lane_lake: LaneLake) -> Iterator[int]:
    with serving(lane_lake) as (port, _):
        yield port


@pytest.fixture
def port(running_port: int, lane_lake: LaneLake) -> int:
    """Give the running service once it has the first snapshot; a test puts a newer one in use."""
    first = lane_lake.snapshot.snapshot_id
    wait_for(lambda: snapshot_id(running_port) == first, "the first snapshot in use again")
    return running_port


def snapshot_id(port: int) -> str:
    """Return which snapshot a service answers from."""
    return str(json.loads(ask(port, "GET", "/readyz")[2])["snapshot_id"])


def test_it_says_that_it_lives_and_which_snapshot_answers(port: int, lane_lake: LaneLake):
    assert json.loads(ask(port, "GET", "/healthz")[2]) == {"status": "ok"}
    state = json.loads(ask(port, "GET", "/readyz")[2])
    assert state["snapshot_id"] == lane_lake.snapshot.snapshot_id
    assert state["history_through"] == lane_lake.snapshot.manifest.last_date.isoformat()


def test_its_answer_is_the_decision(port: int, lane_lake: LaneLake):
    for request in lane_lake.requests(20):
        expected = decide(lane_lake.snapshot, read(request), lane_lake.pseudonymiser.pseudonym)
        assert post(port, request) == (200, expected)


def test_requests_at_once_get_their_own_answers(port: int, lane_lake: LaneLake):
    requests = lane_lake.requests(40)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda request: post(port, request), requests))
    for request, (status, answer) in zip(requests, answers, strict=True):
        assert (status, answer["declaration_number"]) == (200, request["declaration_number"])


def test_every_bad_request_is_answered_with_field_and_reason(port: int):
    for document, field, reason in BAD:
        status, answer = post(port, document)
        assert (status, answer["error"]["field"]) == (422, field)
        assert reason in answer["error"]["reason"]
    for body in (b"", b"{", b"\xff", b"[]", b"NaN"):
        status, answer = post(port, body)
        assert 400 <= status < 500
        assert answer["error"]["field"] == "$"


def test_a_body_that_is_too_large_is_refused_announced_or_not(port: int):
    large = b"x" * 1_100_000
    assert post(port, large)[0] == 413
    with closing(
        http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    ) as connection:
        chunks = iter([b"x" * 100_000] * 11)
        kind = {"content-type": "application/json", "authorization": f"Bearer {TOKEN}"}
        connection.request("POST", "/v1/lanes", chunks, kind, encode_chunked=True)
        response = connection.getresponse()
        assert response.status == 413
        assert json.loads(response.read())["error"]["field"] == "$"


def test_wrong_methods_and_paths_are_told_apart(port: int):
    status, headers, _ = ask(port, "GET", "/v1/lanes")
    assert (status, headers["allow"]) == (405, "POST")
    status, headers, _ = ask(port, "POST", "/metrics", b"")
    assert (status, headers["allow"]) == (405, "GET")
    for path in ("/", "/v1/lanes/", "/v1", "/v2/lanes", "/docs", "/..%2f", "/v1/lanes%00"):
        status, _, body = ask(port, "POST", path, b"{}")
        assert status == 404
        assert json.loads(body)["error"]["field"] == "path"


def test_a_registration_after_the_clock_is_refused(port: int, lane_lake: LaneLake):
    request = lane_lake.requests(1)[0]
    del request["registered_date"]
    request["goods_items"] = [
        {name: value for name, value in item.items() if name != "registered_date"}
        for item in request["goods_items"]
    ]
    now = datetime.now(UTC)
    for ahead, status in ((timedelta(hours=23), 200), (timedelta(hours=25), 422)):
        moment = (now + ahead).isoformat()
        assert post(port, request | {"registered_at": moment})[0] == status


def test_metrics_tell_how_old_the_history_is(port: int, lane_lake: LaneLake):
    request = lane_lake.requests(1)[0]
    limit = lane_lake.snapshot.policy.history_stale_days
    last_date = lane_lake.snapshot.manifest.last_date
    age = (datetime.now(UTC) + timedelta(hours=7)).date() - last_date
    assert metric(port, "customs_lane_history_age_days") == age.days
    assert metric(port, "customs_lane_history_is_stale") == (age.days > limit)
    state = json.loads(ask(port, "GET", "/readyz")[2])
    assert (state["history_age_days"], state["is_history_stale"]) == (age.days, age.days > limit)
    before = metric(port, "customs_lane_stale_decisions_total")
    for name in ("registered_date",):
        request.pop(name)
        for item in request["goods_items"]:
            item.pop(name)
    stale = last_date + timedelta(days=limit + 1)
    assert post(port, request | {"registered_at": f"{last_date}T01:00:00Z"})[0] == 200
    assert metric(port, "customs_lane_stale_decisions_total") == before
    assert post(port, request | {"registered_at": f"{stale}T01:00:00Z"})[0] == 200
    assert metric(port, "customs_lane_stale_decisions_total") == before + 1


def test_metrics_count_answers_lanes_and_seconds(port: int, lane_lake: LaneLake):
    request = lane_lake.requests(1)[0]
    lane = post(port, request)[1]["lane"]
    names = (
        'customs_lane_requests_total{status="200"}',
        f'customs_lane_decisions_total{{lane="{lane}"}}',
        "customs_lane_request_seconds_count",
    )
    before = [metric(port, name) for name in names]
    post(port, request)
    assert [metric(port, name) for name in names] == [value + 1 for value in before]
    refused = 'customs_lane_requests_total{status="422"}'
    count = metric(port, refused)
    post(port, {})
    assert metric(port, refused) == count + 1
    info = f'customs_lane_snapshot_info{{snapshot_id="{lane_lake.snapshot.snapshot_id}"'
    assert metric(port, info) == 1
    assert metric(port, "customs_lane_requests_total") > 0
    assert metric(port, 'customs_lane_requests_total{status="500"}') == 0


def test_a_newer_snapshot_is_taken_over_and_a_bad_one_is_not(lane_lake: LaneLake):
    lanes = lane_lake.layout.lanes
    first = lane_lake.snapshot.snapshot_id
    pointer = (lanes / "CURRENT").read_text(encoding="ascii")
    request = lane_lake.requests(1)[0]
    try:
        with serving(lane_lake) as (port, process):
            assert post(port, request)[1]["snapshot_id"] == first
            (lanes / "CURRENT").write_text("nothing-there\n", encoding="ascii")
            wait_for(lambda: metric(port, FAILURES), "a refusal")
            assert post(port, request)[1]["snapshot_id"] == first
            second = lane_lake.make_snapshot().snapshot_id
            wait_for(lambda: snapshot_id(port) == second, "the newer snapshot")
            assert post(port, request)[1]["snapshot_id"] == second
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=PATIENCE_SECONDS) == 0
    finally:
        (lanes / "CURRENT").write_text(pointer, encoding="ascii")


def test_whatever_is_found_in_place_of_a_snapshot_ends_no_watch(
    lane_lake: LaneLake, tmp_path: Path
):
    first = lane_lake.snapshot.snapshot_id
    lake = replace(lane_lake, layout=Layout(tmp_path / "home"))
    shutil.copytree(lane_lake.layout.home, lake.layout.home)
    lanes = lake.layout.lanes
    broken = Path(shutil.copytree(current_folder(lanes), lanes / "snapshots" / "900"))
    for name in ("golden.arrow", MANIFEST):
        (broken / name).chmod(0o600)
    (broken / "golden.arrow").write_bytes(b"no table of Arrow")
    reseal(broken, "golden.arrow")
    with serving(lake) as (port, _):
        for text in (b"900\n", b"\xff\xfe", b"1\x00", b"../../../etc", b""):
            # While the one in use is named nothing is counted, so what is then counted is the text.
            (lanes / "CURRENT").write_bytes(b"1\n")
            before = metric(port, FAILURES)
            (lanes / "CURRENT").write_bytes(text)
            wait_for(lambda before=before: metric(port, FAILURES) > before, "a refusal")
            assert snapshot_id(port) == first
        made = lake.make_snapshot().snapshot_id
        wait_for(lambda: snapshot_id(port) == made, "the good snapshot")


def test_a_taken_address_is_refused_in_words(port: int):
    with pytest.raises(CustomsDataError, match=f"127.0.0.1:{port}: .*give another --port"):
        bound_socket("127.0.0.1", port)
    # Also while the other service is still loading.
    with closing(bound_socket("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        before = set(Path("/proc/self/fd").iterdir())
        with pytest.raises(CustomsDataError, match="give another --port") as refused:
            bound_socket("127.0.0.1", taken)
        # The error keeps alive whatever was left open.
        assert set(Path("/proc/self/fd").iterdir()) <= before
        assert f"127.0.0.1:{taken}: " in str(refused.value)


@pytest.mark.full
def test_two_workers_answer_alike_and_stop_together(lane_lake: LaneLake):
    requests = lane_lake.requests(30)
    with serving(lane_lake, "--workers", "2") as (port, process):
        for request in requests:
            status, answer = post(port, request)
            expected = decide(lane_lake.snapshot, read(request), lane_lake.pseudonymiser.pseudonym)
            assert (status, answer) == (200, expected)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE_SECONDS)
