"""What a feature is, which columns it may read, and the one conversion of Arrow into numpy.

The batch and the lane service both come through `columns_from_arrow`, so both see the same bits.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from data_contracts.errors import ContractViolationError

Column = npt.NDArray[Any]
"""Shape (n_items,): float64 with NaN for null, or text (numpy `U`) with '' for null."""

Columns = Mapping[str, Column]
"""Columns by name, all of one length."""

GROUPS: Mapping[str, tuple[str, str]] = {
    "VALUE": ("Trị giá so với hàng cùng loại", "Value against like goods"),
    "GOODS": ("Mặt hàng", "Kind of goods"),
    "ORIGIN": ("Xuất xứ và ưu đãi thuế", "Origin and tariff preference"),
    "TRADER": ("Lịch sử doanh nghiệp", "History of the trader"),
    "NOVELTY": ("Doanh nghiệp mới", "New trader"),
    "ROUTE": ("Nơi và phương thức vận chuyển", "Place and transport"),
    "DECLARATION": ("Tờ khai", "The declaration"),
}
"""Groups of features by stable code, with their names in Vietnamese and English."""

AS_DECLARED = ConfigDict(strict=True, arbitrary_types_allowed=True, extra="forbid")
"""What an author declares is of its type as it stands: a text is no list of names."""

KnownAt = Literal["lodgement", "clearance", "inspection"]
Told = Literal["always", "never", "imports_below_peers", "new_traders"]


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class Feature:
    """One feature: a vectorised function and what a reader must know about it.

    Attributes:
        name: Unique, of small letters, digits and `_`; ends in its unit where it has one.
        group: Code in `GROUPS`: reasons are given by group, not by feature.
        compute: From columns to float64 of shape (n_items,), or text when `is_category`.
        reads: The input columns that `compute` and `evidence` use, no others.
        unit: Unit of the value, `1` for counts, ratios, logarithms and flags, `code` for text.
        null_means: What a missing value (NaN) tells.
        label_vi: Name for people, Vietnamese.
        label_en: Name for people, English.
        told: Of which items it may be told as a reason. `never` is for what convinces nobody, such
            as a time of day; `imports_below_peers` for a number that is negative where the value
            lies below that of like goods, which is the way duty is lost; `new_traders` for what
            tells of newness, so that nobody hears it of whom the data may have known earlier.
        reason_vi: Sentence with {value} and the names of `evidence` in it, Vietnamese; none where
            it is never told.
        reason_en: The same in English.
        evidence: Further figures for the sentences, by name.
        is_category: The value is a code; the model sees its place in the bundle's list.
        known_at: The moment from which the value is known; a later one is refused.

    Raises:
        pydantic.ValidationError: A value is not of its type.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    group: str
    compute: Callable[[Columns], Column]
    reads: Annotated[tuple[str, ...], Field(min_length=1)]
    unit: str
    null_means: str
    label_vi: str
    label_en: str
    told: Told
    reason_vi: str = ""
    reason_en: str = ""
    evidence: tuple[tuple[str, Callable[[Columns], Column]], ...] = ()
    is_category: bool = False
    known_at: KnownAt = "lodgement"


def columns_from_arrow(table: pa.Table, schema: pa.Schema) -> dict[str, Column]:
    """Convert the input columns of `table`; other columns are left aside.

    Args:
        table: Holds every column of `schema`, in any order; cast to these types first, so that a
            value never depends on the precision it arrived with.
        schema: The inputs, or those of them that are read (`ml.inputs`).

    Returns:
        Columns by name, see `column_from_arrow`.

    Raises:
        ContractViolationError: A column is missing or does not fit its type.
    """
    missing = [name for name in schema.names if name not in table.column_names]
    if missing:
        message = f"columns for features are missing: {', '.join(missing)}"
        raise ContractViolationError(message)
    return {entry.name: column_from_arrow(table.column(entry.name), entry) for entry in schema}


def column_from_arrow(values: Any, entry: pa.Field) -> Column:
    """Convert one Arrow column (array or chunked array) to the numpy form of `Column`.

    Text becomes numpy `U` with '' for null. Numbers, decimals included, become float64 with NaN for
    null; a timestamp becomes seconds and a date days since 1970-01-01 UTC; a boolean 0 or 1.

    Raises:
        ContractViolationError: The values do not fit the type of `entry`.
    """
    try:
        cast = values.cast(entry.type)
    except pa.ArrowInvalid as error:
        message = f"column {entry.name} does not fit {entry.type}"
        raise ContractViolationError(message) from error
    if pa.types.is_string(entry.type):
        text = pc.fill_null(cast, "").to_numpy(zero_copy_only=False)
        return np.asarray(text, dtype=np.str_)
    if pa.types.is_timestamp(entry.type):
        # Microseconds of any year of trade are below 2**53, so both steps are exact or correctly
        # rounded.
        return _float64(cast.cast(pa.int64())) / 1e6
    if pa.types.is_date(entry.type):
        return _float64(cast.cast(pa.int32()))
    return _float64(cast)


def _float64(values: Any) -> npt.NDArray[np.float64]:
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if pa.types.is_decimal(array.type):
        return _decimal_float64(array)
    # safe=False: an integer beyond 2**53 may lose its last digits, which no feature can tell.
    floats = array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.ascontiguousarray(floats, dtype=np.float64)


def _decimal_float64(array: Any) -> npt.NDArray[np.float64]:
    """Convert decimal128: integer by power of ten, so that 0.1 becomes the float 0.1.

    Arrow's own cast multiplies by 10**-scale and misses by a bit.
    """
    if len(array) == 0:
        return np.empty(0)
    halves = np.frombuffer(array.buffers()[1], np.int64).reshape(-1, 2)
    halves = halves[array.offset : array.offset + len(array)]
    low, high = halves[:, 0], halves[:, 1]
    is_short = high == (low >> 63)
    long = high.astype(np.float64) * 2.0**64 + low.view(np.uint64).astype(np.float64)
    integers = np.where(is_short, low.astype(np.float64), long)
    is_null = array.is_null().to_numpy(zero_copy_only=False)
    return np.where(is_null, np.nan, integers / 10.0**array.type.scale)
