"""Names and words: firms, foreign partners, brokers, addresses, goods descriptions."""

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.simulator.arrays import Ints, constant, texts

_FORMS = ("Công ty TNHH", "Công ty Cổ phần", "Công ty TNHH MTV", "Công ty TNHH Thương mại")
_FIRST = (
    "Minh", "Hoàng", "Thành", "Đại", "Phú", "Việt", "Nam", "Đông", "Tân", "An", "Hưng", "Thiên",
    "Kim", "Long", "Phát", "Quang", "Trường", "Hải", "Bình", "Thịnh", "Gia", "Bảo", "Sao", "Vạn",
)  # fmt: skip
_SECOND = (
    "Phát", "Anh", "Long", "Thịnh", "Tiến", "Hà", "Sơn", "Lộc", "Vinh", "Khang", "Đạt", "Hùng",
    "Cường", "Phong", "Nguyên", "Dương", "Châu", "Lâm", "Mai", "Tín", "Hoà", "Ngọc", "Linh", "Vũ",
)  # fmt: skip
_TRADES = (
    "Xuất nhập khẩu", "Sản xuất", "Công nghệ", "Dệt may", "Cơ khí", "Thực phẩm", "Logistics",
    "Điện tử", "Nhựa", "Thiết bị", "Vật liệu", "Quốc tế",
)  # fmt: skip
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ")
_STREETS = ("Lê Lợi", "Trần Phú", "Nguyễn Trãi", "Hùng Vương", "Quang Trung", "Lý Thường Kiệt")
_PARTNER_FIRST = (
    "Golden", "Pacific", "Sun", "Eastern", "Global", "Prime", "Star", "United", "Evergreen", "Nova",
    "Blue Ocean", "Summit", "Harbour", "Apex", "Silver", "Union", "Great Wall", "Han", "Sakura",
)  # fmt: skip
_PARTNER_SECOND = (
    "Trading", "Electronics", "Textile", "Industries", "Machinery", "Foods", "Plastics", "Steel",
    "Chemicals", "International", "Supply", "Manufacturing", "Tech", "Group",
)  # fmt: skip
# The same firm as different typists write it.
_PARTNER_FORMS = ("Co., Ltd", "CO.,LTD", "Co Ltd.", "Corp.", "CORPORATION", "Limited")
_QUALITIES = ("hàng mới 100%", "mới 100%", "hàng mới", "new 100%", 'nhãn hiệu "OEM"')
PROVINCES = ("01", "02", "03", "04", "18", "23", "27", "36", "37", "03", "31", "35", "40", "11")


def _joined(*parts: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(*parts, " ")


def firm_names(serial: Ints) -> list[str]:
    """Return a firm's name for each serial number; neighbours differ, repeats carry a number."""
    words = _joined(
        texts(_FORMS, serial % len(_FORMS)),
        texts(_TRADES, serial // 4 % len(_TRADES)),
        texts(_FIRST, serial // 48 % len(_FIRST)),
        texts(_SECOND, serial * 7 % len(_SECOND)),
        pc.if_else(pa.array(serial >= 1152), pa.array(serial.astype(str).tolist()), ""),  # noqa: PLR2004
    )
    return list(pc.utf8_trim_whitespace(words).to_pylist())


def person_names(serial: Ints) -> list[str]:
    """Return a person's name for each serial number."""
    return list(
        _joined(
            texts(_FAMILY, serial % len(_FAMILY)),
            texts(_FIRST, serial // 10 % len(_FIRST)),
            texts(_SECOND, serial // 3 % len(_SECOND)),
        ).to_pylist()
    )


def addresses(serial: Ints) -> list[str]:
    """Return a street address for each serial number."""
    numbers = pa.array((serial * 37 % 899 + 1).astype(str).tolist())
    street = texts(_STREETS, serial % len(_STREETS))
    ward = pa.array((serial % 23 + 1).astype(str).tolist())
    return list(
        _joined(
            constant("Số", len(serial)), numbers, street, constant(", Phường", len(serial)), ward
        ).to_pylist()
    )


def partner_names(partner: Ints, spelling: Ints) -> pa.Array:
    """Return a foreign partner's name as typed this time."""
    return _joined(
        texts(_PARTNER_FIRST, partner % len(_PARTNER_FIRST)),
        texts(_PARTNER_SECOND, partner // 19 % len(_PARTNER_SECOND)),
        pa.array((partner // 266).astype(str).tolist()),
        texts(_PARTNER_FORMS, spelling % len(_PARTNER_FORMS)),
    )


def descriptions(names: list[str], line: Ints, model: Ints, quality: Ints) -> pa.Array:
    """Return goods descriptions: the goods' own name, a model, the state."""
    return pc.binary_join_element_wise(
        texts(names, line),
        pc.binary_join_element_wise("model", pa.array(model.astype(str).tolist()), " "),
        texts(_QUALITIES, quality % len(_QUALITIES)),
        ", ",
    )
