"""Manifest, gates, ports, devices, exchange with others (D to G), messages (I), lines of J.

The formats leave some names open: the folders of these sources (day folders here, as the senders
push one file after the other), the first words `port`, `scan`, `co`, `partner`, `nsw`, `passenger`.
"""

from simulator.delivery.outside_table import Kind, OutsideTable, words

_LAO_CAI = (
    "Mã sự kiện;Thời gian;Loại;Cửa khẩu;Chiều;Biển số VN;Biển số nước ngoài;Nước;Số tờ khai;"
    "Số container;Số chì;Khối lượng (tấn);Bãi;Lái xe;Số giấy tờ;Ghi chú"
)


def _kinds(**columns: str) -> tuple[tuple[str, Kind], ...]:
    wanted: tuple[Kind, ...] = ("number", "raw", "flag")
    return tuple((name, kind) for kind in wanted for name in columns.get(kind, "").split())


def _lines_of(
    name: str,
    source: str,
    word: str,
    columns: str,
    key: str,
    kinds: tuple[tuple[str, Kind], ...] = (),
    **more: object,
) -> OutsideTable:
    """Return a table of JSON lines, one file a day unless `more` says otherwise."""
    settings: dict[str, object] = {"is_packed": False, "can_be_columnar": False} | more
    folder = f"{source}/%Y/%m/%d"
    listed, keys = tuple(columns.split()), tuple(key.split())
    return OutsideTable(
        name, source, folder, word, listed, keys, form="jsonl", kinds=kinds,
        **settings,  # type: ignore[arg-type]
    )  # fmt: skip


def border_tables() -> list[OutsideTable]:
    """Return every table of sections D to G and I, and of J what is JSON."""
    return [*_border(), *_devices(), *_exchange()]


def _border() -> list[OutsideTable]:
    return [
        _lines_of(
            "manifest", "manifest", "manifest",
            "id mode means.name means.id means.voyage arrival port revision bills",
            "id revision", _kinds(number="revision", raw="bills"),
            is_packed=True, gathers=True,
        ),
        _lines_of(
            "lang_son_gate", "lang_son_gate", "gate",
            "eventId type ts receivedTs gate lane direction vehicle.plate vehicle.country "
            "vehicle.type partnerPlate partnerCountry driver.doc driver.name driver.nationality "
            "declarations containers seals weightKg yard officer extra",
            "eventId",
            _kinds(number="ts receivedTs weightKg", raw="declarations containers seals extra"),
            period="hour", omits_null=True,
        ),
        OutsideTable(
            "lao_cai_gate", "lao_cai_gate", "lao_cai_gate/%Y/%m/%d", "LC",
            tuple(_LAO_CAI.split(";")), ("Mã sự kiện",), form="utf16", stamp="%d%m%Y",
            can_be_columnar=False, is_packed=False,
        ),
        _lines_of(
            "port_message", "port_message", "port",
            "id ts site kind container seal plate decl gross_kg", "id", _kinds(number="gross_kg"),
        ),
        _lines_of(
            "nsw_gate", "nsw_gate", "nsw",
            "MsgId SentAt Step GateCode Direction VehiclePlate PlateCountry Driver DeclarationNo "
            "ContainerNo SealNo GrossKg YardCode FeeVnd Agency Result", "MsgId",
            _kinds(number="Step GrossKg FeeVnd", raw="DeclarationNo ContainerNo SealNo"),
        ),
        _lines_of(
            "passenger_list", "passenger_list", "passenger",
            "id revision mode voyage arrival port persons", "id revision",
            _kinds(number="revision", raw="persons"), is_packed=True,
        ),
    ]  # fmt: skip


def _devices() -> list[OutsideTable]:
    return [
        _lines_of(
            "seal_stream", "seal_stream", "seal",
            "seal n ts rx ev lat lon kmh bat decl vc plate cont", "seal n",
            _kinds(number="n lat lon kmh bat"),
            period="hour", can_be_columnar=True, plain=frozenset(words("n ts rx lat lon")),
        ),
        _lines_of(
            "scan_result", "scan_result", "scan",
            "scan_id ts site container plate decl decision regions image_uri operator ms",
            "scan_id", _kinds(number="ms", raw="regions"), can_be_columnar=True,
            plain=frozenset(words("scan_id ts container plate decl image_uri ms")),
        ),
        OutsideTable(
            "weighbridge", "weighbridge", "weighbridge/%Y/%m/%d", "weighbridge",
            words("SITE TICKET PLATE CONTAINER GROSS_KG TARE_KG NET_KG TS"),
            ("SITE", "TICKET"), is_packed=False,
            plain=frozenset(words("TICKET PLATE CONTAINER GROSS_KG NET_KG TS")),
        ),
    ]  # fmt: skip


def _exchange() -> list[OutsideTable]:
    statistics = words("year month reporter partner hs6 flow quantity unit value_usd basis")
    parcels = words("DATE PLATFORM ORIGIN OFFICE CATEGORY PARCELS VALUE_VND TAX_VND")
    return [
        _lines_of(
            "licence", "licence", "licence",
            "type no agency holder hs quantity unit valid_from valid_to used", "type no",
            _kinds(number="quantity used", raw="hs"),
        ),
        _lines_of(
            "intelligence", "intelligence", "intelligence",
            "id issued expires source subject.type subject.value text instruction offices "
            "classification", "id", _kinds(raw="offices"),
        ),
        OutsideTable(
            "partner_statistics", "partner_statistics", "partner_statistics", "partner",
            statistics, statistics[:6], stamp="%Y%m", period="month",
            can_be_columnar=False, gathers=True,
        ),
        OutsideTable(
            "parcels", "parcels", "parcels/%Y/%m", "parcels", parcels, parcels[:5],
            can_be_columnar=False,
        ),
        _lines_of(
            "persons", "persons", "persons",
            "id ts gate direction doc_type doc_no nationality birth_year sex vehicle", "id",
            _kinds(number="birth_year"),
        ),
        _lines_of(
            "cases", "cases", "cases",
            "id date office offence subject decl goods value_vnd status", "id",
            _kinds(number="value_vnd"),
        ),
        OutsideTable(
            "co_form", "co_form", "co_form/%Y/%m/%d", "co", ("name", "text"), ("name",),
            form="xml", can_be_columnar=False, is_packed=False,
        ),
        OutsideTable(
            "wco_dec_xml", "wco_dec_xml", "wco/%Y/%m/%d", "declaration", ("name", "text"),
            ("name",), form="xml", can_be_columnar=False, is_packed=False,
        ),
    ]  # fmt: skip
