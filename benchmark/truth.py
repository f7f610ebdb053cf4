"""The truth of a nation: the only module that opens the files of the truth.

Source: the folder given to the simulator by `--truth`; format "Truth" of the outside formats.
Grain out: one loss (`loss_id`), its places one a declaration. A loss may stand on many rows; its
money is the largest amount that any of them carries, and it counts once.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmark.arrays import NEVER, Bools, Floats, Ints, amounts_in, days_in
from benchmark.broken_files import UNREADABLE, reason_of
from benchmark.csv_headers import found_instead, quoted
from benchmark.kinds import SIGHTS
from benchmark.world_note import world_beside
from data_contracts.errors import CustomsDataError
from data_contracts.simulated import is_marked

ITEMS, SLIPS = "items.parquet", "slips.parquet"
TRADERS, SCHEMES = "traders.parquet", "schemes.parquet"
_FILES = (ITEMS, SLIPS, SCHEMES, TRADERS)
TEXT, NUMBER, DAY = "text", "numbers", "days"
_SIGHT = "|".join(SIGHTS)
# Binary fractions hold all whole amounts below 2^53.
_SHARES, _AMOUNTS, _FLAGS = (0.0, 1.0), (0.0, 2.0**53 - 1), (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column of the truth holds: TEXT (that matches), NUMBER (from, to) or DAY."""

    form: str = TEXT
    matches: str = r"\S"
    within: tuple[float, float] = (-(2.0**63), 2.0**63)
    may_lack: bool = False


_NAME, _OPTIONAL, _DATE = _Column(), _Column(may_lack=True), _Column(DAY)
_AMOUNT, _SHARE = _Column(NUMBER, within=_AMOUNTS), _Column(NUMBER, within=_SHARES)
_ITEM_COLUMNS = {
    "so_tk_goc": _Column(matches=r"^[0-9]{11}$"),
    "stt": _Column(NUMBER, within=(1.0, 99.0), may_lack=True),
    "mechanism": _NAME,
    "loss_id": _NAME,
    "scheme_id": _OPTIONAL,
    "intent": _Column(NUMBER, within=_FLAGS),
    "visible_by": _Column(matches=rf"^ *({_SIGHT})( *, *({_SIGHT}))* *$"),
    "duty_evaded_vnd": _AMOUNT,
    "collectable_share": _SHARE,
    "starts_on": _DATE,
    "shows_on": _DATE,
}
_TRUE_COLUMNS = {
    "true_hs": _OPTIONAL,
    "true_origin": _OPTIONAL,
    "true_quantity": _Column(NUMBER, within=_AMOUNTS, may_lack=True),
    "true_value_vnd": _Column(NUMBER, within=_AMOUNTS, may_lack=True),
}
_ITEM_KEY = ("so_tk_goc", "stt", "loss_id")
_SCHEME_COLUMNS = {
    **dict.fromkeys(("scheme_id", "mechanism", "ma_dn", "group_id"), _NAME),
    "starts_on": _DATE,
    "ends_on": _Column(DAY, may_lack=True),
    **dict.fromkeys(("ma_dn_sau", "ma_hq", "ma_dl", "ma_cb"), _OPTIONAL),
}
_SLIP_COLUMNS = {
    **dict.fromkeys(("so_phieu", "mechanism", "scheme_id"), _NAME),
    "duty_evaded_vnd": _AMOUNT,
    "collectable_share": _SHARE,
}
_TRADER_COLUMNS = {"ma_dn": _NAME, "role": _NAME}
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
        shows: First day on which any control can see it: the earliest of its rows.
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
    shows: Ints
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
        CustomsDataError: A file or column lacks, a value is not of the published format, an item
            stands there twice, or is of a scheme with a mechanism that no scheme has, or there is
            no trader.
    """
    refuse_lacking(folder)
    rows = _read(folder / ITEMS, _ITEM_COLUMNS, _ITEM_KEY)
    _refuse_unknown_mechanisms(folder, rows)
    traders = _read(folder / TRADERS, _TRADER_COLUMNS, ("ma_dn",))
    if not len(traders):
        message = f"{folder / TRADERS}: expected a row for each trader, found no row"
        raise CustomsDataError(message)
    codes = _encoded(rows["loss_id"])
    loss = codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    number = rows["so_tk_goc"].cast(pa.int64()).to_numpy()
    places = np.unique(np.stack([loss, number], axis=1), axis=0)
    is_honest = pc.equal(traders["role"], _HONEST)
    return Truth(
        losses=_losses(rows, loss, codes.dictionary),
        place_loss=places[:, 0],
        place_number=places[:, 1],
        honest_traders=traders["ma_dn"].filter(is_honest).combine_chunks(),
    )


def _refuse_unknown_mechanisms(folder: Path, rows: pa.Table) -> None:
    """Refuse items of schemes with a mechanism that `schemes.parquet`, where it has any, lacks."""
    known = _read(folder / SCHEMES, {"mechanism": _NAME})["mechanism"]
    named = pc.unique(rows["mechanism"].filter(pc.is_valid(rows["scheme_id"])))
    strange = sorted(set(named.to_pylist()) - set(known.to_pylist()))
    if len(known) and strange:
        message = f"{folder / ITEMS}, mechanism: expected those of {SCHEMES}, found "
        message += ", ".join(map(repr, strange))
        raise CustomsDataError(message)


def read_irregular(folder: Path) -> pa.Table:
    """Return one row per irregular item (or declaration, `stt` null), as the truth has it.

    Raises:
        CustomsDataError: A file or column lacks, a value is not of the published format, or an
            item stands there twice.
    """
    return _read(folder / ITEMS, _ITEM_COLUMNS | _TRUE_COLUMNS, _ITEM_KEY)


def read_schemes(folder: Path) -> pa.Table:
    """Return one row per scheme.

    `ends_on` is exclusive: as planned, or when a catch ended it; null for no end. `ma_dn_sau` is
    the firm that goes on with it once its own is closed; `ma_hq`, `ma_dl`, `ma_cb` name the office,
    broker and officer to whom it is tied; null for none.

    Raises:
        CustomsDataError: As above.
    """
    return _read(folder / SCHEMES, _SCHEME_COLUMNS, ("scheme_id",))


def read_slips(folder: Path) -> pa.Table:
    """Return one row per slip of a border resident that carries somebody else's goods.

    Raises:
        CustomsDataError: As above.
    """
    return _read(folder / SLIPS, _SLIP_COLUMNS, ("so_phieu",))


def refuse_as_world(folder: Path) -> None:
    """Refuse the folder of a truth where that of the outside files is wanted.

    Raises:
        CustomsDataError: It is one; where `world.json` in it names the outside files, so does this.
    """
    if (folder / ITEMS).is_file():
        world = world_beside(folder)[0]
        named = "the outside files" if world is None else os.path.realpath(world)
        message = f"{folder}: expected the folder of the outside files, found that of the truth; "
        message += f"name {named}"
        raise CustomsDataError(message)


def refuse_lacking(folder: Path) -> None:
    """Refuse a folder that lacks a table of a truth, read or not: it is no whole one.

    Raises:
        CustomsDataError: It does.
    """
    for path in (folder / name for name in _FILES):
        if not path.is_file():
            raise CustomsDataError(_lacks(path))


def _lacks(path: Path) -> str:
    message = f"{path}: expected a file of the truth format, found none; "
    if is_marked(path.parent):
        return f"{message}{path.parent} has the outside files: name the folder of their truth"
    return f"{message}name the folder that `simulate run --truth` wrote"


def _read(path: Path, columns: Mapping[str, _Column], key: Sequence[str] = ()) -> pa.Table:
    """Return some columns of a file of the truth, each held to what it is; no key stands twice."""
    if not path.is_file():
        raise CustomsDataError(_lacks(path))
    try:
        names = pq.read_schema(path).names
        lacking = [name for name in columns if name not in names]
        rows = None if lacking else pq.read_table(path, columns=list(columns))
        if rows is not None:
            rows.validate(full=True)
    except UNREADABLE as error:
        message = f"{path}: expected Parquet of the truth format, found a broken file: "
        raise CustomsDataError(message + reason_of(path, error)) from error
    if rows is None:
        message = f"{path}: expected the columns {', '.join(columns)}; found "
        message += found_instead(columns, names)
        raise CustomsDataError(message)
    rows = pa.table([_held(path, rows[n], n, one) for n, one in columns.items()], list(columns))
    if key and rows.group_by(list(key)).aggregate([]).num_rows < rows.num_rows:
        message = f"{path}: expected {', '.join(key)} once each, found some twice"
        raise CustomsDataError(message)
    return rows


def _held(path: Path, values: pa.ChunkedArray, name: str, column: _Column) -> pa.ChunkedArray:
    """Return the values of a column, text as text; refuse the first that is not as it should be."""
    types, kind = pa.types, values.type
    if column.form == TEXT:
        # No numbers: a code that begins with 0 is another one as a number.
        fits = types.is_string(kind) or types.is_large_string(kind)
        fits |= types.is_dictionary(kind) and types.is_string(kind.value_type)
    elif column.form == DAY:
        fits = types.is_date(kind)
    else:
        fits = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    # A column without any value has no type of its own.
    if not (fits or types.is_null(kind)):
        message = f"{path}, {name}: expected {column.form}, found {kind}"
        raise CustomsDataError(message)
    expected = "a value"
    wrong = pa.chunked_array([pa.array(np.zeros(len(values), dtype=np.bool_))])
    if column.form == TEXT:
        values = values.cast(pa.string())
        wrong, expected = pc.invert(pc.match_substring_regex(values, column.matches)), "text"
        expected += f" that matches {column.matches}"
    elif column.form == NUMBER:
        low, high = column.within
        numbers = values.cast(pa.float64(), safe=False)
        inside = pc.and_(pc.greater_equal(numbers, low), pc.less_equal(numbers, high))
        wrong, expected = pc.invert(inside), f"a number from {low:g} to {high:g}"
    wrong = pc.fill_null(wrong, pa.scalar(not column.may_lack))
    wrong = pc.or_(wrong, pc.is_null(values)) if not column.may_lack else wrong
    places = np.flatnonzero(np.asarray(wrong))
    if len(places):
        found = values[int(places[0])].as_py()
        message = f"{path}, row {places[0] + 1}, {name}: expected {expected}, found "
        told = quoted(found) if isinstance(found, str) else repr(found)
        message += "nothing" if found is None else told
        raise CustomsDataError(message)
    return values


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return a column of text as codes into its sorted distinct values; null stays null."""
    texts = column.cast(pa.string()).combine_chunks()
    values = pc.unique(texts.drop_null()).sort()
    return pa.DictionaryArray.from_arrays(pc.index_in(texts, values), values)


def _codes(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    encoded = _encoded(column)
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, encoded.dictionary.to_pylist()


def _losses(rows: pa.Table, loss: Ints, ids: pa.Array) -> Losses:
    count = len(ids)
    evaded = amounts_in(rows["duty_evaded_vnd"])
    # The row with the largest amount speaks for its loss; the first one of equal rows.
    order = np.lexsort((-evaded, loss))
    first = order[np.searchsorted(loss[order], np.arange(count))]
    mechanism, mechanisms = _codes(rows["mechanism"])
    scheme, schemes = _codes(rows["scheme_id"])
    shows = np.full(count, NEVER, dtype=np.int64)
    np.minimum.at(shows, loss, days_in(rows["shows_on"]))
    share = amounts_in(rows["collectable_share"])
    return Losses(
        ids=ids,
        money=evaded[first] * share[first],
        evaded=evaded[first],
        mechanism=mechanism[first],
        scheme=scheme[first],
        sights=sights_in(rows["visible_by"])[first],
        starts=days_in(rows["starts_on"])[first],
        shows=shows,
        is_meant=rows["intent"].cast(pa.int64()).to_numpy()[first] > 0,
        mechanisms=mechanisms,
        schemes=schemes,
    )


def sights_in(visible_by: pa.ChunkedArray) -> Ints:
    """Return by what each row can be seen: 1 documents + 2 physical + 4 audit, shape (n,)."""
    # The few distinct texts are looked at one by one.
    codes, texts = _codes(visible_by)
    words = [{word.strip() for word in text.split(",")} for text in texts]
    masks = [sum(1 << SIGHTS.index(word) for word in own) for own in words]
    return np.array(masks, dtype=np.int64)[codes]


def loss_words(ids: pa.Array) -> npt.NDArray[np.uint64]:
    """Return each id as 64-bit words of its UTF-8 bytes, padded with 0, shape (n, words)."""
    texts = np.array(ids.to_pylist(), dtype=np.bytes_) if len(ids) else np.zeros(0, dtype="S8")
    width = -(-max(texts.dtype.itemsize, 1) // 8) * 8
    padded = texts.astype(f"S{width}")
    return np.frombuffer(padded.tobytes(), dtype="<u8").reshape(len(padded), width // 8)
