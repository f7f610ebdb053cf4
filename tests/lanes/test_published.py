"""From the published release to a lane by the real commands: the batch's margins, bit for bit."""

import json
import re
from contextlib import closing
from pathlib import Path

import duckdb
import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from data_contracts.errors import SourceUnavailableError
from data_contracts.finding import FINDING_VI
from data_contracts.loading import contracts_of
from ml.lanes.settings import ServingSettings
from orchestration.cli import lanes as command
from orchestration.operations.lanes import decide_body, make_snapshot
from orchestration.operations.learning import score_items, train_model
from tests.lanes.lane_lake import TRADER_TABLES, as_request
from tests.ml.small_release import make_release
from warehouse import engine, lake
from warehouse.build_record import record
from warehouse.layout import Layout
from warehouse.publish import publish
from warehouse.reading import open_release
from warehouse.settings import LakeSettings

SERVING = ServingSettings(golden_items=20)
FILLED = (
    "dim_source",
    "fct_declaration", "fct_declaration_version", "fct_goods_item", "fct_goods_item_version",
    "fct_inspection", "fct_selectivity_decision", "profile_trader_day", "profile_unit_value_day",
)  # fmt: skip


def build(layout: Layout) -> None:
    """Put marts in place as a build would, with tax codes for traders."""
    with make_release(declarations=2_500) as made, duckdb.connect(layout.build_path) as built:
        built.execute("create schema marts")
        for contract in contracts_of("mart"):
            columns = ", ".join(f'"{field.name}" {field.sql_type}' for field in contract.fields)
            built.execute(f"create table marts.{contract.name} ({columns})")
        for name in FILLED:
            built.register("filling", made.table(f"marts.{name}").to_arrow_table())
            built.execute(f"insert into marts.{name} by name select * from filling")  # noqa: S608
        for name in TRADER_TABLES:
            given = "replace(trader_id, 'tr_', '0100000')"
            built.execute(f"update marts.{name} set trader_id = {given}")  # noqa: S608
        record(built, {"bronze/declaration": 7}, ("vcis_extract",))


def bring_scores_into_the_build(settings: LakeSettings, layout: Layout) -> None:
    with engine.memory_connection(settings) as reading:
        engine.attach_lake(reading, layout, lake.cut(layout))
        scores = reading.sql("select * from scores.risk_score").to_arrow_table()
    with duckdb.connect(layout.build_path) as built:
        built.register("scores", scores)
        built.execute(
            "insert into marts.fct_risk_score by name"
            " select scores.*, items.registered_date"
            " from scores join marts.fct_goods_item as items"
            " using (source_system, declaration_number, item_number)"
        )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> LakeSettings:
    settings = LakeSettings(home=tmp_path_factory.mktemp("published"), threads=1)
    layout = Layout(settings.home)
    layout.ensure()
    build(layout)
    publish(settings)
    train_model(settings)
    score_items(settings)
    bring_scores_into_the_build(settings, layout)
    publish(settings)
    make_snapshot(settings, SERVING)
    return settings


def requests(settings: LakeSettings, count: int) -> list[dict]:
    """Return declarations of the restricted release, which alone knows the tax codes."""
    with closing(open_release(Layout(settings.home), "restricted")) as release:
        heads = release.sql(
            "select * from marts.fct_declaration order by md5(declaration_number) limit $n",
            params={"n": count},
        ).to_arrow_table()
        items = release.sql("select * from marts.fct_goods_item").to_arrow_table()
    of = {}
    for item in items.to_pylist():
        of.setdefault(item["declaration_number"], []).append(item)
    return [as_request(head, of[head["declaration_number"]]) for head in heads.to_pylist()]


def run(*arguments: str, settings: LakeSettings, text: str | None = None) -> tuple[int, str]:
    app = typer.Typer()
    command.register(app)
    words = ["lanes", *arguments, "--home", str(settings.home)]
    result = CliRunner().invoke(app, words, input=text)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_decisions_have_the_margins_that_were_published(settings: LakeSettings):
    with closing(open_release(Layout(settings.home), "analyst")) as release:
        rows = release.execute(
            "select declaration_number, item_number, margin from marts.fct_risk_score"
        ).fetchall()
    published = {(number, item): margin for number, item, margin in rows}
    compared = 0
    for request in requests(settings, 40):
        answer = decide_body(settings, SERVING, json.dumps(request).encode())
        for item in answer["items"]:
            expected = published[answer["declaration_number"], item["item_number"]]
            assert np.float64(item["margin"]).tobytes() == np.float64(expected).tobytes()
            compared += 1
    assert compared >= 60


def test_a_snapshot_tells_what_it_holds(settings: LakeSettings):
    status, output = run("snapshot", "--json", settings=settings)
    made = json.loads(output)
    assert status == 0
    assert made["history"]["trader_rows"] > 0
    assert made["policy"]["measured_red_share"] <= 0.03
    words = run("snapshot", settings=settings)[1]
    assert "is in use" in words
    assert "risk points, yellow from" in words


def test_decide_prints_the_lane_and_the_reasons_for_people(settings: LakeSettings, tmp_path: Path):
    request = requests(settings, 1)[0]
    file = tmp_path / "request.json"
    file.write_text(json.dumps(request), encoding="utf-8")
    status, output = run("decide", str(file), settings=settings)
    assert status == 0
    answer = decide_body(settings, SERVING, file.read_bytes())
    assert any(word in output for word in ("LUỒNG XANH", "LUỒNG VÀNG", "LUỒNG ĐỎ"))
    assert f"{answer['next_step_vi']} / {answer['next_step_en']}" in output
    assert output.count("điểm rủi ro") == output.count("risk points, the higher the riskier") == 1
    assert f"item 1: {answer['items'][0]['margin']:.1f}\n" in output
    assert "log" not in output
    assert "margin" not in output.partition(FINDING_VI)[0]
    numbers = re.findall(r"^ +([+-][0-9.]+) ", output, re.MULTILINE)
    assert numbers
    assert all(re.fullmatch(r"[+-][0-9]+\.[0-9]", number) for number in numbers)
    assert output.splitlines()[-1].endswith("Learned from simulated data: vcis_extract")
    assert "còn lại / all else" in output
    assert request["trader_id"] not in output


def test_decide_reads_standard_input_and_answers_in_json(settings: LakeSettings):
    request = requests(settings, 1)[0]
    status, output = run("decide", "-", "--json", settings=settings, text=json.dumps(request))
    assert status == 0
    assert json.loads(output)["declaration_number"] == request["declaration_number"]


def test_decide_refuses_with_field_and_reason_and_status_1(settings: LakeSettings):
    status, output = run("decide", "-", "--json", settings=settings, text='{"colour": 1}')
    assert status == 1
    told = json.loads(output)
    assert set(told) == {"error", "message", "field", "expected", "found"}
    assert (told["error"], told["field"]) == ("RequestRefusedError", "$.colour")
    assert told["message"].endswith("nothing was decided, mend the request")
    assert f"$.colour: expected {told['expected']}, found {told['found']}" in told["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda text, code: text.replace(code, f"{code} "), "$.trader_id"),
        (lambda text, code: text.replace(f'"trader_id": "{code}", ', ""), "$.trader_id"),
        (lambda text, code: f'{{"trader_id": "{code}", ' + text[1:], "$.trader_id"),
        (
            lambda text, _: text.replace('"hs6_code": "8', '"hs6_code": "0'),
            "$.goods_items[0].hs6_code",
        ),
    ],
)
def test_decide_refuses_what_would_be_decided_on_nothing(settings: LakeSettings, change, field):
    request = requests(settings, 1)[0]
    code = request["trader_id"]
    status, output = run(
        "decide", "-", "--json", settings=settings, text=change(json.dumps(request), code)
    )
    assert status == 1
    assert json.loads(output)["field"] == field
    assert code not in output


def test_a_missing_file_is_wrong_use(settings: LakeSettings, tmp_path: Path):
    assert run("decide", str(tmp_path / "none.json"), settings=settings)[0] == 2


def test_without_a_model_or_a_snapshot_the_remedy_is_named(settings: LakeSettings, tmp_path: Path):
    empty = LakeSettings(home=tmp_path / "empty")
    Layout(empty.home).ensure()
    text = json.dumps(requests(settings, 1)[0])
    for arguments in (("snapshot",), ("decide", "-"), ("serve",)):
        with pytest.raises(SourceUnavailableError, match="run customs"):
            run(*arguments, settings=empty, text=text)
