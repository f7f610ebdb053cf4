"""What the code location lists, in which order and in which pool; loading it touches nothing."""

import dagster as dg

from orchestration.assets.lineage import parents_first, upstream
from orchestration.definitions import STREET, build_definitions

GROUPS = {
    "ingestion": [
        "landing/korea_customs_csv",
        "landing/reference",
        "landing/trader_registry",
        "landing/vcis_extract",
        "landing/wco_dec_xml",
    ],
    "warehouse": [
        "bronze/customs_office",
        "bronze/declaration",
        "bronze/declaration_amendment",
        "bronze/declaration_event",
        "bronze/duty_tax",
        "bronze/exchange_rate",
        "bronze/goods_item",
        "bronze/inspection_result",
        "bronze/selectivity_decision",
        "bronze/supporting_document",
        "bronze/tariff_rate",
        "bronze/trader",
    ],
    "dbt_project": [
        "marts/agg_clearance_month",
        "marts/dim_customs_office",
        "marts/dim_exchange_rate",
        "marts/dim_release",
        "marts/dim_source",
        "marts/dim_tariff_line",
        "marts/dim_trader",
        "marts/fct_declaration",
        "marts/fct_declaration_amendment",
        "marts/fct_declaration_version",
        "marts/fct_duty_tax",
        "marts/fct_goods_item",
        "marts/fct_goods_item_version",
        "marts/fct_inspection",
        "marts/fct_risk_score",
        "marts/fct_selectivity_decision",
        "marts/profile_trader_day",
        "marts/profile_unit_value_day",
    ],
    "ml": ["models/risk", "scores/risk"],
    "published": [
        "published/analyst",
        "published/analyst_before_scores",
        "published/management",
        "published/restricted",
        "published/restricted_before_scores",
    ],
    "lanes": ["lanes/snapshot"],
    "dashboards": ["reports/audit_targets"],
}


def test_the_street_lists_these_assets_in_the_groups_of_its_houses():
    graph = build_definitions().resolve_asset_graph()
    found: dict[str, list[str]] = {}
    for key in sorted(graph.get_all_asset_keys()):
        found.setdefault(graph.get(key).group_name, []).append(key.to_user_string())
    assert found == GROUPS


def test_every_mart_goes_back_to_bronze_and_every_release_to_its_marts():
    graph = build_definitions().resolve_asset_graph()
    landings = {dg.AssetKey(name.split("/")) for name in GROUPS["ingestion"]}
    for name in [*GROUPS["dbt_project"], *GROUPS["published"], *GROUPS["lanes"]]:
        ancestors = graph.get_ancestor_asset_keys(dg.AssetKey(name.split("/")))
        assert any(key.path[0] == "bronze" for key in ancestors), name
        assert landings & ancestors, name


def test_releases_do_not_wait_for_a_model():
    graph = build_definitions().resolve_asset_graph()
    model = dg.AssetKey(["models", "risk"])
    waiting = {
        name
        for name in GROUPS["published"]
        if model in graph.get_ancestor_asset_keys(dg.AssetKey(name.split("/")))
    }
    assert waiting == {"published/analyst", "published/restricted"}


def test_marts_are_told_after_those_that_they_are_made_from():
    names = [name.removeprefix("marts/") for name in GROUPS["dbt_project"]]
    told = parents_first(names)
    assert sorted(told) == names
    for place, name in enumerate(told):
        above = {key.path[-1] for key in upstream(name) if key.path[0] == "marts"}
        assert above <= set(told[:place])


def test_writers_share_a_pool_of_one_slot():
    definitions = build_definitions()
    pools = {
        node.name: node.definition.pools
        for node in definitions.resolve_job_def(STREET).graph.nodes
        if hasattr(node.definition, "pools")
    }
    writers = {name for name, pool in pools.items() if pool == {"duckdb_writer"}}
    assert {"landing__vcis_extract", "national_database", "releases"} <= writers


def test_loading_touches_no_lake(tmp_path, monkeypatch):
    monkeypatch.setenv("CUSTOMS_HOME", str(tmp_path / "none"))
    dg.Definitions.validate_loadable(build_definitions())
    assert list(tmp_path.iterdir()) == []
