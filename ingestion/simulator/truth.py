"""The ground truth, written apart: what is irregular, since when, and what it cost."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.simulator.arrays import dates, decimals, texts, whole
from ingestion.simulator.block import Block, Nation
from ingestion.simulator.schemes import COLLECTABLE_SHARE, MECHANISMS, MISTAKE, NONE, VISIBLE_BY


def truth_of(nation: Nation, block: Block) -> pa.Table:
    """Return one row for each irregular item of a block."""
    items, own = block.items, block.declarations
    rows = np.flatnonzero(items.mechanism != NONE)
    owner = items.declaration[rows]
    trader, kind = own.trader[owner], items.mechanism[rows]
    number = pa.array(own.number[owner], pa.int64()).cast(pa.string())
    honest = kind == MISTAKE
    return pa.table(
        {
            "so_tk_goc": number,
            "stt": whole(items.number[rows]),
            "mechanism": texts(MECHANISMS, kind),
            "loss_id": pa.array(own.number[owner] * 100 + items.number[rows]).cast(pa.string()),
            "scheme_id": texts([f"S{i:06d}" for i in range(len(nation.traders))], trader, honest),
            "intent": whole((~honest).astype(np.int64)),
            "visible_by": texts(VISIBLE_BY, kind),
            "true_hs": texts(nation.lines.codes, items.true_line[rows]),
            "true_origin": texts(nation.countries.codes, items.true_origin[rows]),
            "true_quantity": decimals(items.true_quantity[rows], 2),
            "true_value_vnd": whole(block.valuation.true_value[rows]),
            "duty_evaded_vnd": whole(block.valuation.evaded[rows]),
            "collectable_share": pa.array(np.full(len(rows), COLLECTABLE_SHARE)),
            "starts_on": dates(np.where(honest, own.day[owner], nation.schemes.first_day[trader])),
        }
    )


def write_truth(folder: Path, nation: Nation, items: list[pa.Table]) -> None:
    """Write `items.parquet` and `traders.parquet` under `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.concat_tables(items), folder / "items.parquet")
    traders = nation.traders
    count = len(traders)
    role = np.where(nation.schemes.mechanism == NONE, 0, nation.schemes.mechanism)
    table = pa.table(
        {
            "ma_dn": texts(traders.tax_codes, np.arange(count)),
            "latent_compliance": pa.array(traders.compliance),
            "role": texts(("honest", *MECHANISMS[1:]), role),
        }
    )
    pq.write_table(table, folder / "traders.parquet")
