"""Nations small enough to work out by hand: outside files and a truth of the published format."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmark.nation import JudgedNation, read_nation
from benchmark.outside import Limits
from benchmark.selection import Selection, audits, checks
from tests.builders import tk, write_csv

MONDAY = datetime.fromisoformat("2025-03-03")
LIMITS = Limits(memory="500MB", threads=1)
NO_SCHEMES = pa.schema(
    {
        **dict.fromkeys(("scheme_id", "mechanism", "ma_dn", "group_id"), pa.string()),
        **dict.fromkeys(("starts_on", "ends_on"), pa.date32()),
        **dict.fromkeys(("ma_dn_sau", "ma_hq", "ma_dl", "ma_cb"), pa.string()),
    }
)
NO_SLIPS = pa.schema(
    {
        **dict.fromkeys(("so_phieu", "mechanism", "scheme_id"), pa.string()),
        "duty_evaded_vnd": pa.int64(),
        "collectable_share": pa.float64(),
    }
)
_EPOCH = datetime.fromisoformat("1970-01-01")


def second(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds())


def day(moment: datetime) -> int:
    return (moment - _EPOCH).days


def number(position: int) -> int:
    return 30000000000 + position


def registered(position: int, at: datetime, trader: str = "A", **changes: object) -> dict:
    """One declaration, first version."""
    return tk(
        f"{number(position)}0",
        seq_no=position + 1,
        NGAY_DK=at.isoformat(sep=" "),
        MA_DN=trader,
        **changes,
    )


def write_world(folder: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    write_csv(folder / "vcis" / "tk_20250303_00.csv.gz", rows)
    return folder


def loss(position: int, money: int, **changes: object) -> dict[str, object]:
    """One row of items.parquet; all of `money` is collectable unless told otherwise."""
    row: dict[str, object] = {
        "so_tk_goc": str(number(position)),
        "stt": 1,
        "mechanism": "undervaluation",
        "loss_id": f"L{position}",
        "scheme_id": "S1",
        "intent": 1,
        "visible_by": "documents",
        "true_hs": "61091010",
        "true_origin": "CN",
        "true_quantity": 1.0,
        "true_value_vnd": 1,
        "duty_evaded_vnd": money,
        "collectable_share": 1.0,
        "starts_on": date(2025, 3, 3),
        "shows_on": date(2025, 3, 3),
    }
    return {**row, **changes}


def write_truth(
    folder: Path, losses: Sequence[Mapping[str, object]], roles: Mapping[str, str] | None = None
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    schema = pa.Table.from_pylist([loss(0, 1)]).schema
    pq.write_table(pa.Table.from_pylist(list(losses), schema), folder / "items.parquet")
    roles = roles or {"A": "undervaluation"}
    traders = {
        "ma_dn": list(roles),
        "latent_compliance": [0.5] * len(roles),
        "role": list(roles.values()),
    }
    pq.write_table(pa.table(traders), folder / "traders.parquet")
    pq.write_table(NO_SCHEMES.empty_table(), folder / "schemes.parquet")
    pq.write_table(NO_SLIPS.empty_table(), folder / "slips.parquet")
    return folder


def nation_of(
    folder: Path,
    rows: Sequence[Mapping[str, object]],
    losses: Sequence[Mapping[str, object]],
    roles: Mapping[str, str] | None = None,
) -> JudgedNation:
    world = write_world(folder / "world", rows)
    return read_nation(write_truth(folder / "truth", losses, roles), world, LIMITS)


def looks(
    positions: Sequence[int], at: datetime | Sequence[datetime], kind: int, ranks: object = None
) -> Selection:
    """Checks of one kind at one moment or at one each; rank 1, 2, 3 … unless told otherwise."""
    count = len(positions)
    moments = [at] * count if isinstance(at, datetime) else at
    order = np.arange(1, count + 1) if ranks is None else np.asarray(ranks, dtype=np.int64)
    numbers = np.array([number(position) for position in positions], dtype=np.int64)
    return checks(numbers, kind, np.array([second(one) for one in moments]), order)


def audit_of(trader: str, first: datetime, last: datetime, at: datetime) -> Selection:
    period = (np.array([day(first)]), np.array([day(last)]))
    return audits(pa.array([trader]), period, np.array([second(at)]), np.array([1]))


def many(seed: int, count: int, weeks: int = 4) -> tuple[list[dict], list[dict]]:
    """Declarations of 40 traders at random moments; every fourth one has a loss of its own."""
    draw = np.random.default_rng(seed)
    seconds = np.sort(draw.integers(0, weeks * 7 * 86_400, count))
    rows = [
        registered(i, MONDAY + timedelta(seconds=int(at)), f"T{draw.integers(40):02d}")
        for i, at in enumerate(seconds)
    ]
    sights = ("documents", "physical", "audit", "documents,audit", "physical,audit")
    losses = [
        loss(
            i,
            int(draw.pareto(1.2) * 1_000_000) + 1,
            mechanism=f"m{draw.integers(3)}",
            visible_by=sights[int(draw.integers(5))],
            scheme_id=f"S{draw.integers(20)}",
        )
        for i in range(0, count, 4)
    ]
    return rows, losses
