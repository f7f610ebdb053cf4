"""The truth of a nation: the only module that opens the files of the truth.

Source: the folder given to the simulator by `--truth`; format "Truth" of the outside formats.
Grain out: one loss (`loss_id`), its places one a declaration. A loss may stand on many rows; its
money is the largest amount that any of them carries, and it counts once.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmark.arrays import Bools, Floats, Ints, amounts_in
from benchmark.kinds import SIGHTS
from data_contracts.errors import CustomsDataError
from data_contracts.json_files import read_json

ITEMS, SLIPS = "items.parquet", "slips.parquet"
TRADERS, SCHEMES = "traders.parquet", "schemes.parquet"
_ITEM_COLUMNS = (
    "so_tk_goc", "mechanism", "loss_id", "scheme_id", "intent", "visible_by", "duty_evaded_vnd",
    "collectable_share", "starts_on",
)  # fmt: skip
_TRUE_COLUMNS = ("stt", "true_hs", "true_origin", "true_quantity", "true_value_vnd")
NO_SCHEMES = pa.schema(
    {
        **dict.fromkeys(("scheme_id", "mechanism", "ma_dn", "group_id"), pa.string()),
        **dict.fromkeys(("starts_on", "ends_on"), pa.date32()),
        **dict.fromkeys(("ma_hq", "ma_dl", "ma_cb"), pa.string()),
    }
)
NO_SLIPS = pa.schema(
    {
        **dict.fromkeys(("so_phieu", "mechanism", "scheme_id"), pa.string()),
        "duty_evaded_vnd": pa.int64(),
        "collectable_share": pa.float64(),
    }
)
_TRADER_COLUMNS = ("ma_dn", "role")
_HONEST = "honest"


@dataclass(frozen=True, slots=True)
class Losses:
    """Each loss once, in the order of `loss_id`.

    Attributes:
        ids: loss_id, text.
        money: Evaded duty times collectable share, VND, shape (n,).
        evaded: Evaded duty, VND.
        mechanism: Position in `mechanisms`.
        scheme: Position in `schemes`; -1 where nobody schemed.
        sights: 1 documents + 2 physical + 4 audit.
        starts: Day since 1970 when the scheme began.
        is_meant: Whether there was intent.
        mechanisms: Names, sorted.
        schemes: Ids, sorted.
    """

    ids: pa.Array
    money: Floats
    evaded: Floats
    mechanism: Ints
    scheme: Ints
    sights: Ints
    starts: Ints
    is_meant: Bools
    mechanisms: list[str]
    schemes: list[str]

    def __len__(self) -> int:
        return len(self.money)


@dataclass(frozen=True, slots=True)
class Truth:
    """What is wrong in a nation.

    Attributes:
        losses: Each loss once.
        place_loss, place_number: Where losses lie: position of the loss, number (11 digits) of the
            declaration; no pair twice.
        honest_traders: Tax codes of traders whose role is honest, text.
    """

    losses: Losses
    place_loss: Ints
    place_number: Ints
    honest_traders: pa.Array


def read_truth(folder: Path) -> Truth:
    """Return the truth under `folder`.

    Raises:
        CustomsDataError: A file or column lacks, or a value is not of the published format.
    """
    rows = _read(folder / ITEMS, _ITEM_COLUMNS)
    traders = _read(folder / TRADERS, _TRADER_COLUMNS)
    if rows["loss_id"].null_count:
        message = f"{folder / ITEMS}: expected a loss_id on every row, found a null"
        raise CustomsDataError(message)
    codes = _encoded(rows["loss_id"])
    loss = codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    number = _numbers(rows["so_tk_goc"], folder / ITEMS)
    places = np.unique(np.stack([loss, number], axis=1), axis=0)
    is_honest = pc.equal(traders["role"], _HONEST)
    return Truth(
        losses=_losses(rows, loss, codes.dictionary, folder / ITEMS),
        place_loss=places[:, 0],
        place_number=places[:, 1],
        honest_traders=traders["ma_dn"].filter(is_honest).combine_chunks(),
    )


def read_irregular(folder: Path) -> pa.Table:
    """Return one row per irregular item (or declaration, `stt` null), as the truth has it.

    Raises:
        CustomsDataError: The file or a column lacks.
    """
    return _read(folder / ITEMS, (*_ITEM_COLUMNS, *_TRUE_COLUMNS))


def read_schemes(folder: Path) -> pa.Table:
    """Return one row per scheme; none where the truth has no such file.

    `ends_on` is exclusive: as planned, or when a catch ended it. `ma_hq`, `ma_dl`, `ma_cb` name the
    office, broker and officer to whom it is tied, null for none.

    Raises:
        CustomsDataError: A column lacks.
    """
    return _read_if_there(folder / SCHEMES, NO_SCHEMES)


def read_slips(folder: Path) -> pa.Table:
    """Return one row per slip of a border resident that carries somebody else's goods.

    None where the truth has no such file.

    Raises:
        CustomsDataError: A column lacks.
    """
    return _read_if_there(folder / SLIPS, NO_SLIPS)


def world_beside(folder: Path) -> Path | None:
    """Return the folder of outside files that `world.json` beside the truth names, if there is."""
    note = folder / "world.json"
    if not note.is_file():
        return None
    named = read_json(note, dict[str, Any], remedy="give --world").get("out")
    if not isinstance(named, str):
        message = f"{note}: expected the folder of the outside files under `out`, found {named!r}"
        raise CustomsDataError(message)
    return folder / named


def _read(path: Path, columns: tuple[str, ...]) -> pa.Table:
    if not path.is_file():
        message = f"{path}: expected a file of the truth format, found none; give --truth"
        raise CustomsDataError(message)
    lacking = [name for name in columns if name not in pq.read_schema(path).names]
    if lacking:
        message = f"{path}: expected the columns {', '.join(columns)}, no {', '.join(lacking)}"
        raise CustomsDataError(message)
    return pq.read_table(path, columns=list(columns))


def _read_if_there(path: Path, schema: pa.Schema) -> pa.Table:
    return _read(path, tuple(schema.names)) if path.is_file() else schema.empty_table()


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return a column of text as codes into its sorted distinct values; null stays null."""
    texts = column.cast(pa.string()).combine_chunks()
    values = pc.unique(texts.drop_null()).sort()
    return pa.DictionaryArray.from_arrays(pc.index_in(texts, values), values)


def _codes(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    encoded = _encoded(column)
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, encoded.dictionary.to_pylist()


def _numbers(column: pa.ChunkedArray, path: Path) -> Ints:
    try:
        numbers = column.cast(pa.int64())
    except pa.ArrowInvalid as error:
        message = f"{path}: expected so_tk_goc of 11 digits, found {error}"
        raise CustomsDataError(message) from error
    if numbers.null_count:
        message = f"{path}: expected a declaration on every row, found a null so_tk_goc"
        raise CustomsDataError(message)
    result: Ints = numbers.to_numpy().astype(np.int64)
    return result


def _losses(rows: pa.Table, loss: Ints, ids: pa.Array, path: Path) -> Losses:
    count = len(ids)
    evaded = amounts_in(rows["duty_evaded_vnd"])
    # The row with the largest amount speaks for its loss; the first one of equal rows.
    order = np.lexsort((-evaded, loss))
    first = order[np.searchsorted(loss[order], np.arange(count))]
    mechanism, mechanisms = _codes(rows["mechanism"])
    scheme, schemes = _codes(rows["scheme_id"])
    starts = rows["starts_on"].cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64)
    share = amounts_in(rows["collectable_share"])
    return Losses(
        ids=ids,
        money=evaded[first] * share[first],
        evaded=evaded[first],
        mechanism=mechanism[first],
        scheme=scheme[first],
        sights=_sights(rows["visible_by"], path)[first],
        starts=starts[first],
        is_meant=rows["intent"].cast(pa.int64()).to_numpy()[first] > 0,
        mechanisms=mechanisms,
        schemes=schemes,
    )


def _sights(column: pa.ChunkedArray, path: Path) -> Ints:
    """Return the mask of each row; the few distinct texts are looked at one by one."""
    codes, texts = _codes(column)
    masks = np.zeros(len(texts) + 1, dtype=np.int64)
    for position, text in enumerate(texts):
        words = [word.strip() for word in text.split(",") if word.strip()]
        unknown = [word for word in words if word not in SIGHTS]
        if unknown:
            message = f"{path}: expected visible_by of {', '.join(SIGHTS)}, found {unknown[0]!r}"
            raise CustomsDataError(message)
        masks[position] = sum(1 << SIGHTS.index(word) for word in set(words))
    return masks[codes]


def loss_words(ids: pa.Array) -> npt.NDArray[np.uint64]:
    """Return each id as 64-bit words of its UTF-8 bytes, padded with 0, shape (n, words)."""
    texts = np.array(ids.to_pylist(), dtype=np.bytes_) if len(ids) else np.zeros(0, dtype="S8")
    width = -(-max(texts.dtype.itemsize, 1) // 8) * 8
    padded = texts.astype(f"S{width}")
    return np.frombuffer(padded.tobytes(), dtype="<u8").reshape(len(padded), width // 8)
