"""An amount of duty before exemption says so wherever people read its name."""

import re

import pytest

from dashboards.superset_files import superset_files
from data_contracts.loading import load_contracts
from ml.models.risk import MODEL

SAID = ("trước miễn giảm", "before exemption")
BEFORE_EXEMPTION = re.compile(r"\b\w*(duty_tax|assessed)_vnd\b")


def of_files(kind):
    for path, asset in superset_files().items():
        if path.startswith(kind):
            yield path, asset


def is_before_exemption(expression):
    return BEFORE_EXEMPTION.search(expression) and "exempted_vnd" not in expression


def labels_of_contracts():
    for contract in load_contracts().values():
        for field in contract.fields:
            if BEFORE_EXEMPTION.fullmatch(field.name) or SAID[1] in field.description:
                yield f"{contract.name}.{field.name}", f"{field.label_vi} / {field.label_en}"


def labels_of_features():
    for feature in MODEL.features:
        if any(BEFORE_EXEMPTION.fullmatch(name) for name in feature.reads):
            yield f"{feature.name}: label", f"{feature.label_vi} / {feature.label_en}"
            yield f"{feature.name}: reason", f"{feature.reason_vi} / {feature.reason_en}"


def labels_of_dashboards():
    metrics = set()
    for name, dataset in of_files("datasets"):
        for column in dataset["columns"]:
            if is_before_exemption(column["expression"] or column["column_name"]):
                yield f"{name}.{column['column_name']}", column["verbose_name"]
        for metric in dataset["metrics"]:
            if is_before_exemption(metric["expression"]):
                metrics.add(metric["metric_name"])
                yield f"{name}.{metric['metric_name']}", metric["verbose_name"]
    for name, chart in of_files("charts"):
        if {chart["params"].get("metric"), *chart["params"].get("metrics", [])} & metrics:
            yield name, chart["slice_name"]


@pytest.mark.parametrize("labels", [labels_of_contracts, labels_of_features, labels_of_dashboards])
def test_what_is_before_exemption_says_so_in_its_name(labels):
    named = dict(labels())
    assert named
    silent = {
        place: label for place, label in named.items() if not all(said in label for said in SAID)
    }
    assert silent == {}
