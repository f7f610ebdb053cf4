"""What there is in a lake, from the files that landed to the lanes, and what is behind what.

Only small files are read, by name: what learning and the lanes import would take seconds.
"""

import shlex
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from data_contracts.errors import CustomsDataError
from data_contracts.json_files import read_json
from warehouse import durable, engine, lake, locks, shapes
from warehouse.build_record import recorded
from warehouse.layout import Layout
from warehouse.publish import ROLES
from warehouse.release import Manifest, previous_release
from warehouse.settings import LakeSettings
from warehouse.summary import summarise

Place = TypeVar("Place")
Found = TypeVar("Found")

_LAND = "customs land SOURCE PATH…"
_BUILD, _PUBLISH = "customs build", "customs publish"
_SCORE, _SNAPSHOT = "customs score", "customs lanes snapshot"


class _Model(msgspec.Struct, frozen=True):
    """What is shown of `bundle.json`; `model_id` stands in the name of its folder."""

    name: str
    created_at: datetime
    release: int
    simulated_sources: tuple[str, ...]
    model_id: str = ""


class _Snapshot(msgspec.Struct, frozen=True):
    """What is shown of a snapshot's `manifest.json`."""

    number: int
    created_at: datetime
    model_id: str
    release: int
    simulated_sources: tuple[str, ...]


class _Damaged(msgspec.Struct, frozen=True):
    """What is there and cannot be read."""

    message: str


def status_of(settings: LakeSettings) -> dict[str, Any]:
    """Return what a lake holds; ages are in whole seconds.

    Returns:
        What `summarise` returns, and: `build` (`state`: none, running, damaged with a
        `message`, or ready with `built_at` and `age_seconds`), `releases` by role (`release`,
        `published_at`, `age_seconds`), `models` by name (`model_id`, `trained_at`, `age_seconds`,
        `release` learned from), `snapshot` (`number`, `made_at`, `age_seconds`, `model_id`,
        `release`; null where there is none), all three with their `simulated_sources`, and
        `behind`: what is behind what, with the command that mends it. A model or a snapshot that
        cannot be read is `{"state": "damaged", "message": …}`.
    """
    layout, now = Layout(settings.home), datetime.now(UTC)
    build, cut = _build(layout, settings, now)
    manifests = {role: found[1] for role in ROLES if (found := previous_release(layout, role))}
    models = {folder.name: _readable(_model, folder) for folder in _models(layout)}
    snapshot = _readable(_snapshot, layout)
    facts: dict[str, Any] = {
        "build": build,
        "releases": {role: _release(manifest, now) for role, manifest in manifests.items()},
        "models": {name: _told(model, "trained_at", now) for name, model in models.items()},
        "snapshot": _told(snapshot, "made_at", now),
    }
    held = summarise(settings)
    behind = [
        *_behind_sources(held),
        *_behind_lake(layout, build, cut),
        *_behind_build(cut, manifests),
        *_damaged_models(layout, models),
        *_behind_models(models, manifests.get("analyst"), snapshot),
    ]
    told = [{"what": what, "of": of, "do": do} for what, of, do in behind]
    return held | facts | {"behind": told}


def _build(
    layout: Layout, settings: LakeSettings, now: datetime
) -> tuple[dict[str, Any], lake.Cut | None]:
    if not layout.build_path.exists() and not layout.build_draft_path.exists():
        return {"state": "none"}, None
    try:
        # A reader would keep dbt from the file as well.
        with locks.building(layout, 0.0):
            if not layout.build_path.exists():
                return {"state": "none"}, None
            with engine.build_connection(layout, settings, read_only=True) as connection:
                build = recorded(connection)
    except locks.BusyError:
        return {"state": "running"}, None
    except CustomsDataError as error:
        return {"state": "damaged", "message": str(error)}, None
    return {"state": "ready", **_aged("built_at", build.built_at, now)}, build.cut


def _release(manifest: Manifest, now: datetime) -> dict[str, Any]:
    published_at = datetime.fromisoformat(manifest.published_at)
    aged = _aged("published_at", published_at, now)
    simulated_sources = manifest.simulated_sources
    return {"release": manifest.release, **aged, "simulated_sources": simulated_sources}


def _models(layout: Layout) -> list[Path]:
    return sorted(pointer.parent for pointer in layout.models.glob(f"*/{durable.CURRENT}"))


def _model(folder: Path) -> _Model:
    bundle = folder / durable.pointed_at(folder / durable.CURRENT, remedy=_train(folder))
    facts = read_json(bundle / "bundle.json", _Model, remedy=_renew(folder))
    return msgspec.structs.replace(facts, model_id=f"{facts.name}-{bundle.name[:12]}")


def _renew(folder: Path) -> str:
    """Return what makes a damaged model anew: one is never written over."""
    train = _train(folder)
    try:
        bundle = folder / durable.pointed_at(folder / durable.CURRENT, remedy=train)
    except CustomsDataError:
        return train
    return f"rm -r {shlex.quote(str(bundle))}, {train}"


def _train(folder: Path) -> str:
    return f"customs train {folder.name}"


def _snapshot(layout: Layout) -> _Snapshot | None:
    pointer, remedy = layout.lanes / durable.CURRENT, f"run {_SNAPSHOT}"
    if not pointer.exists():
        return None
    folder = layout.lanes / "snapshots" / durable.pointed_at(pointer, remedy=remedy)
    return read_json(folder / "manifest.json", _Snapshot, remedy=remedy)


def _behind_sources(held: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    if not any(count["accepted"] for count in held["tables"].values()):
        refused = any("refused" in one["states"] for one in held["sources"].values())
        yield "lake", "its sources", "customs quarantine list" if refused else _LAND


def _behind_lake(
    layout: Layout, build: dict[str, Any], cut: lake.Cut | None
) -> Iterator[tuple[str, str, str]]:
    newest = lake.cut(layout)
    if build["state"] == "damaged":
        yield "build", "lake", f"rm {shlex.quote(str(layout.build_path))}, {_BUILD}"
    elif build["state"] == "none":
        # Refused files make tables, and nothing to build.
        if lake.holds_records(layout, shapes.BRONZE, newest):
            yield "build", "lake", _BUILD
    elif cut is not None and cut != newest:
        yield "build", "lake", _BUILD


def _behind_build(
    cut: lake.Cut | None, manifests: dict[str, Manifest]
) -> Iterator[tuple[str, str, str]]:
    if cut is None:
        return
    for role in ROLES:
        if role not in manifests or manifests[role].lake_cut != cut:
            yield f"release {role}", "build", _PUBLISH


def _damaged_models(
    layout: Layout, models: dict[str, _Model | _Damaged]
) -> Iterator[tuple[str, str, str]]:
    for name, model in models.items():
        if isinstance(model, _Damaged):
            yield f"model {name}", "release analyst", _renew(layout.models / name)


def _behind_models(
    models: dict[str, _Model | _Damaged],
    analyst: Manifest | None,
    snapshot: _Snapshot | _Damaged | None,
) -> Iterator[tuple[str, str, str]]:
    in_use = {model.model_id for model in models.values() if isinstance(model, _Model)}
    if isinstance(snapshot, _Damaged):
        yield "snapshot", "model", _SNAPSHOT
    if analyst is None:
        return
    unscored = sorted(in_use - set(analyst.model_ids))
    if unscored:
        score = ", ".join(f"{_SCORE} {model_id.rpartition('-')[0]}" for model_id in unscored)
        yield "scores", "model", f"{score}, {_BUILD}, {_PUBLISH}"
    elif isinstance(snapshot, _Damaged):
        return
    elif in_use and (snapshot is None or snapshot.model_id not in in_use):
        yield "snapshot", "model", _SNAPSHOT
    elif snapshot is not None and snapshot.release < analyst.release:
        yield "snapshot", "release analyst", _SNAPSHOT


def _told(
    made: _Model | _Snapshot | _Damaged | None, moment: str, now: datetime
) -> dict[str, Any] | None:
    if made is None:
        return None
    if isinstance(made, _Damaged):
        return {"state": "damaged", "message": made.message}
    number = {"number": made.number} if isinstance(made, _Snapshot) else {}
    aged = _aged(moment, made.created_at, now)
    told = {**number, "model_id": made.model_id, **aged, "release": made.release}
    return told | {"simulated_sources": list(made.simulated_sources)}


def _readable(read: Callable[[Place], Found], place: Place) -> Found | _Damaged:
    try:
        return read(place)
    except (CustomsDataError, OSError, ValueError) as error:
        return _Damaged(str(error))


def _aged(name: str, moment: datetime, now: datetime) -> dict[str, Any]:
    return {
        name: moment.isoformat(timespec="seconds"),
        "age_seconds": max(round((now - moment).total_seconds()), 0),
    }
