"""The outside tables as the page of formats gives them: file word, key, columns and their kinds.

A kind after a colon says how the text of a column must read: `i` whole number, `v` whole VND,
`m` foreign money of at most four decimals, `q` quantity of at most two, `k` mass of at most three,
`f` any decimal number, `d` date, `t` local time. No kind is text.
"""

from dataclasses import dataclass

SQL_TYPES = {
    "i": "bigint",
    "v": "bigint",
    "m": "decimal(20, 4)",
    "q": "decimal(18, 2)",
    "k": "decimal(18, 3)",
    "f": "decimal(24, 8)",
    "d": "date",
    "t": "timestamp",
    "": "varchar",
}

# Trailing zeros after the allowed decimals say nothing else and are let through.
PATTERNS = {
    "i": r"-?\d{1,18}",
    "v": r"-?\d{1,18}",
    "m": r"-?\d{1,16}(\.\d{1,4}0*)?",
    "q": r"-?\d{1,16}(\.\d{1,2}0*)?",
    "k": r"-?\d{1,6}(\.\d{1,3}0*)?",
    "f": r"-?\d{1,16}(\.\d{1,8})?",
    "d": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    "t": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d",
}


@dataclass(frozen=True, slots=True)
class OutsideTable:
    """One table of another system.

    Attributes:
        name: As the rules call it.
        word: First word of its file names.
        key: Columns that name a record.
        kinds: Kind by column, in the order of the page.
        has_sequence: Rows carry SEQ_NO and OP.
        is_nested: JSON lines; the kinds are then types of DuckDB.
        order: Column whose highest value is the current row of a key.
    """

    name: str
    word: str
    key: tuple[str, ...]
    kinds: dict[str, str]
    has_sequence: bool = False
    is_nested: bool = False
    order: str = "file_name"


_NUMBERED = """
tk: SO_TK | SO_DONG:i SO_TK_DAU SO_NHANH:i TONG_NHANH:i NHOM MA_LH MA_HQ MA_DOI NGAY_IDA:t NGAY_DK:t
 NGAY_TQ:t MA_DN LOAI_DN TEN_DN DIA_CHI_DN MA_DL TEN_DL MA_UT TEN_DT DIA_CHI_DT MA_NUOC_DT MA_PTVT
 SO_HIEU_PTVT NGAY_DEN:d MA_CANG_XEP MA_CANG_DO MA_NUOC_XUAT SO_VD1 SO_VD2 SO_VD3 SO_VD4 SO_VD5
 SO_KIEN:i MA_DVT_KIEN TRONG_LUONG:k MA_DVT_TL SO_HD NGAY_HD:d MA_DKGH MA_PTTT MA_NT TONG_TG_HD:m
 MA_PL_TRI_GIA PHI_VC:m MA_NT_VC PHI_BH:m MA_NT_BH DC_TRI_GIA:v TY_GIA:q TONG_TG_TT:v TONG_THUE:v
 MA_THOI_HAN SO_BAO_LANH MA_LUAT_KHAC HAN_TAI_XUAT:d SO_TK_DOI_UNG LAN_SUA:i MA_LY_DO_SUA GHI_CHU
 MA_NUOC_DICH
hang: SO_TK STT | MA_HS MA_QL TEN_HANG MA_NUOC_XX NHA_SX LUONG1:q MA_DVT1 LUONG2:q MA_DVT2
 TRI_GIA_HD:m DON_GIA:m MA_NT_DG TRI_GIA_TT:v MA_BIEU_THUE SO_CO SO_DMMT STT_DMMT SO_HD_GC SO_TK_LQ
 STT_LQ
thue: SO_TK STT MA_SAC_THUE | THUE_SUAT MA_AP_DUNG TG_TINH_THUE:v LUONG_TINH_THUE:q SO_TIEN:v
 SO_TIEN_MIEN:v MA_MIEN CAN_CU HAN_NOP:d
chungtu: SO_TK STT_CT | LOAI_CT SO_CT NGAY_CT:d NOI_CAP MA_MAU DANG
cont: SO_TK SO_CONT | SO_SEAL MA_LOAI RONG_DAY
sukien: SO_TK_GOC SEQ_NO | THOI_DIEM:t MA_SK GIA_TRI MA_CB LY_DO
phanluong: SO_TK_GOC | THOI_DIEM:t LUONG CAN_CU NHOM_CAN_CU NGAU_NHIEN XAC_SUAT:f PHIEN_BAN
kiemtra: MA_KT STT_KT | SO_TK_GOC STT HINH_THUC TU:t DEN:t KET_QUA MA_VP MA_HS_XD MA_NUOC_XD
 LUONG_XD:q TRI_GIA_XD:v THUE_TANG:v MA_CB MOI_TRUONG
khaibosung: SO_KBS STT MA_SAC_THUE | SO_TK_GOC NGAY:d LOAI TRUOC:v SAU:v MA_LY_DO
vanchuyen: SO_VC | LOAI MUC_DICH MA_HQ_DI MA_HQ_DEN KH_DI:t KH_DEN:t TT_DI:t TT_DEN:t PLATE
 CONTAINERS SEALS SO_TK TUYEN
dmmt: SO_DMMT STT | MA_DN MA_HS LUONG:q TRI_GIA:v TU_NGAY:d DEN_NGAY:d LOAI MA_DVT
ktstq: MA_QD | MA_DN LOAI CO_SO TU_NGAY:d DEN_NGAY:d NGAY_QD:d NGAY_KL:d CHU_DE NGAY_CONG:f MA_HQ
 KET_QUA THUE_AN_DINH:v TIEN_PHAT:v DA_NOP:v MA_DE_XUAT
ktstqct: MA_QD SO_TK_GOC STT MA_SAC_THUE | MA_VP MA_HS_XD MA_NUOC_XD LUONG_XD:q TRI_GIA_XD:v
 THUE_CHENH:v TRANG_THAI NGAY:d
nop: SO_BT | SO_TK_GOC MA_DN MA_SAC_THUE LOAI SO_TIEN:v NGAY_HT:d NGAY_CT:d SO_QD MA_NH
andinh: SO_QD SO_TK_GOC STT MA_SAC_THUE | SO_TIEN:v CAN_CU HAN_NOP:d HUY_BO
no: THANG MA_DN SO_TK_GOC MA_SAC_THUE | NHOM_NO CON_NO:v BIEN_PHAP
baolanh: SO_BL | MA_DN LOAI HAN_MUC:v TU_NGAY:d DEN_NGAY:d MA_NH
dutoan: NAM MA_KV MA_SAC_THUE | SO_TIEN:v
tuyen: MA_TUYEN | MA_HQ_DI MA_HQ_DEN DUONG RONG_KM:q SO_GIO:i DIEM_DUNG TU_NGAY:d DEN_NGAY:d
cudan: SO_PHIEU | NGAY:d MA_HQ SO_GT PLATE MA_HS4 LUONG:q MA_DVT TRI_GIA:v CHIEU THUE:v
ptvt: SO_TN | PLATE NUOC LOAI CHIEU NGAY_VAO:d SO_NGAY:i HAN:d NGAY_RA:d MA_HQ_VAO MA_HQ_RA LAI_XE
hoanthue: SO_HS | MA_DN SO_TK_GOC LOAI CAN_CU SO_TIEN:v NGAY_NOP_HS:d PHAN_LOAI NGAY_QD:d SO_QD
 KET_QUA SO_TIEN_DUYET:v
"""

_PLAIN = """
dn: MA_DN | LOAI_DN TEN_DN TEN_EN NGAY_TL:d MA_TINH DIA_CHI LOAI VON_VND:v SO_LD:i MA_NGANH
 TRANG_THAI UU_TIEN MA_CU NGAY_CN:d NIEM_YET ISO DT_NHA_XUONG:q DOANH_THU_VND:v LOI_NHUAN_VND:v
chusohuu: MA_DN SO_GT VAI_TRO TU_NGAY | HO_TEN TY_LE:f DEN_NGAY:d
vipham: SO_QD | MA_DN NGAY_VP:d NGAY_QD:d SO_TK_GOC NHOM HANH_VI SO_TIEN:v KHIEU_NAI
xephang: MA LOAI | TEN MUC
hopdonggc: SO_HD_GC | MA_DN TEN_DT MA_NUOC_DT TU_NGAY:d DEN_NGAY:d
cosx: MA_DN DIA_CHI TU_NGAY |
qtnvl: MA_DN LOAI TU_NGAY DEN_NGAY MA_NVL LAN_NOP | TON_DAU:q NHAP:q TAI_XUAT:q CHUYEN_MD:q
 XUAT_SX:q XUAT_KHAC:q TIEU_HUY:q TON_CUOI:q MA_DVT
qtsp: MA_DN LOAI TU_NGAY DEN_NGAY MA_SP LAN_NOP | TON_DAU:q NHAP_KHO:q XUAT_KHAU:q XUAT_KHAC:q
 TON_CUOI:q
dmtt: MA_DN LOAI TU_NGAY DEN_NGAY MA_SP MA_NVL LAN_NOP | DINH_MUC:f MA_DVT_NVL MA_DVT_SP
 HAO_HUT_PCT:f
ruirotg: MA_HS TEN TU_NGAY | GIA_THAM_KHAO:m MA_NT MA_DVT DEN_NGAY:d
xdtruoc: SO_XDT | MA_DN LOAI MA_HS TEN_HANG TRI_GIA:m MA_NT MA_NUOC_XX TU_NGAY:d DEN_NGAY:d
vpkhac: SO_QD | MA_DN CO_QUAN LINH_VUC NGAY_QD:d HANH_VI SO_TIEN:v
kehoachkt: SO_KH MA_DN | CO_QUAN NOI_DUNG NAM TU_NGAY:d DEN_NGAY:d TRANG_THAI
bieuthue: MA_BIEU_THUE MA_NHOM_NUOC MA_HS TU_NGAY | THUE_SUAT DEN_NGAY:d
vat: MA_HS TU_NGAY | THUE_SUAT DEN_NGAY:d
ttdb: MA_HS TU_NGAY | THUE_SUAT DEN_NGAY:d
bvmt: MA_HS TU_NGAY | THUE_SUAT MA_DVT DEN_NGAY:d
giamvat: LOAI MA_HS TU_NGAY | VAT_SUAT DEN_NGAY:d
pvtm: MA_HS MA_NUOC_XX NHA_SX TU_NGAY | LOAI THUE_SUAT DEN_NGAY:d
tygia: TU_NGAY MA_NT | VND:q
hq: MA_HQ TU_NGAY | TEN MA_CHA VAI_TRO DEN_NGAY:d MA_MOI
ngaynghi: NGAY | TEN
hs: edition code | level parent description_vi description_en
hstuongquan: edition_from code_from edition_to code_to | share:f
nhomhang: MA_HS TU_NGAY | MA_NHOM TEN_VI TEN_EN DEN_NGAY:d
luatxp: MA TU_NGAY | GIA_TRI:f DON_VI CAN_CU DEN_NGAY:d
thutuc: THANG MA_TT MA_HQ | MUC_DO:i SO_HS:i SO_HS_DT:i
hosocv: THANG MA_DV | SO_HS:i SO_HS_DT:i SO_HS_MAT:i
thietbi: MA_DD LOAI TU_NGAY | SO_LUONG:i SO_KET_NOI:i DEN_NGAY:d TRONG_DIEM
partner_statistics=partner: year month reporter partner hs6 flow unit basis | quantity:f value_usd:f
parcels: DATE PLATFORM ORIGIN OFFICE CATEGORY | PARCELS:i VALUE_VND:v TAX_VND:v
weighbridge: SITE TICKET | PLATE CONTAINER GROSS_KG:f TARE_KG:f NET_KG:f TS:t
"""

# The CSV of the second border province, its columns renamed in their order.
LAO_CAI_HEADINGS = {
    "Mã sự kiện": "EVENT_ID",
    "Thời gian": "THOI_GIAN",
    "Loại": "LOAI",
    "Cửa khẩu": "CUA_KHAU",
    "Chiều": "CHIEU",
    "Biển số VN": "BIEN_VN",
    "Biển số nước ngoài": "BIEN_NN",
    "Nước": "NUOC",
    "Số tờ khai": "SO_TK",
    "Số container": "SO_CONT",
    "Số chì": "SO_CHI",
    "Khối lượng (tấn)": "TAN",
    "Bãi": "BAI",
    "Lái xe": "LAI_XE",
    "Số giấy tờ": "GIAY_TO",
    "Ghi chú": "GHI_CHU",
}

_VEHICLE = 'struct(plate varchar, country varchar, "type" varchar)'
_DRIVER = "struct(doc varchar, name varchar, nationality varchar)"
_CONTAINER = 'struct("no" varchar, seals varchar[], "full" boolean, size_type varchar)'
_BILL = (
    'struct("no" varchar, master_no varchar, consignee struct(code varchar, name varchar),'
    " gross_kg decimal(18, 3), packages bigint, transit bigint, origin varchar,"
    f" containers {_CONTAINER}[])"
)

_PASSENGER = "struct(doc_no varchar, nationality varchar, birth_year bigint, transit bigint)"

_NESTED = {
    ("manifest", "manifest", "id"): {
        "id": "varchar",
        "mode": "varchar",
        "means": "struct(name varchar, id varchar, voyage varchar)",
        "arrival": "timestamptz",
        "port": "varchar",
        "revision": "bigint",
        "bills": f"{_BILL}[]",
    },
    ("lang_son_gate", "gate", "eventId"): {
        "eventId": "varchar",
        "type": "varchar",
        "ts": "bigint",
        "receivedTs": "bigint",
        "direction": "varchar",
        "vehicle": _VEHICLE,
        "driver": _DRIVER,
        "partnerPlate": "varchar",
        "declarations": "varchar[]",
        "containers": "varchar[]",
        "seals": "varchar[]",
        "weightKg": "decimal(18, 3)",
    },
    ("port_message", "port", "id"): {
        "id": "varchar",
        "ts": "timestamptz",
        "site": "varchar",
        "kind": "varchar",
        "container": "varchar",
        "seal": "varchar",
        "plate": "varchar",
        "decl": "varchar",
        "gross_kg": "decimal(18, 3)",
    },
    ("seal_stream", "seal", "seal n"): {
        "seal": "varchar",
        "n": "bigint",
        "ts": "timestamptz",
        "rx": "timestamptz",
        "ev": "varchar",
        "lat": "double",
        "lon": "double",
        "kmh": "decimal(9, 2)",
        "decl": "varchar",
        "vc": "varchar",
        "plate": "varchar",
        "cont": "varchar",
    },
    ("scan_result", "scan", "scan_id"): {
        "scan_id": "varchar",
        "ts": "timestamptz",
        "container": "varchar",
        "plate": "varchar",
        "decl": "varchar",
        "decision": "varchar",
    },
    ("licence", "licence", "type no"): {"type": "varchar", "no": "varchar", "holder": "varchar"},
    ("intelligence", "intelligence", "id"): {"id": "varchar", "issued": "varchar"},
    ("nsw_gate", "nsw", "MsgId"): {
        "MsgId": "varchar",
        "SentAt": "timestamptz",
        "Step": "bigint",
        "GateCode": "varchar",
        "Direction": "varchar",
        "VehiclePlate": "varchar",
        "PlateCountry": "varchar",
        "Driver": "varchar",
        "DeclarationNo": "varchar[]",
        "FeeVnd": "bigint",
        "Agency": "varchar",
        "Result": "varchar",
    },
    ("passenger_list", "passenger", "id"): {
        "id": "varchar",
        "revision": "bigint",
        "mode": "varchar",
        "arrival": "timestamptz",
        "port": "varchar",
        "persons": f"{_PASSENGER}[]",
    },
    ("persons", "persons", "id"): {
        "id": "varchar",
        "ts": "timestamptz",
        "direction": "varchar",
        "doc_no": "varchar",
        "nationality": "varchar",
    },
    ("cases", "cases", "id"): {"id": "varchar", "decl": "varchar", "status": "varchar"},
}

_ORDERS = {"manifest": "revision", "passenger_list": "revision", "lang_son_gate": "receivedTs"}


def _listed(text: str, *, has_sequence: bool) -> list[OutsideTable]:
    tables = []
    for line in text.strip().replace("\n ", " ").splitlines():
        head, columns = line.split("|")
        names, key = head.split(":")
        name, _, word = names.partition("=")
        numbered = ["SEQ_NO:i", "OP"] if has_sequence else []
        words = [column.split(":") for column in (*numbered, *key.split(), *columns.split())]
        kinds = {column: kind[0] if kind else "" for column, *kind in words}
        if has_sequence:
            kinds["SEQ_NO"] = "i"
        order = "SEQ_NO" if has_sequence else "file_name"
        parts = (name, word or name, tuple(key.split()), kinds, has_sequence)
        tables.append(OutsideTable(*parts, order=order))
    return tables


def _nested() -> list[OutsideTable]:
    return [
        OutsideTable(
            name,
            word,
            tuple(key.split()),
            kinds,
            is_nested=True,
            order=_ORDERS.get(name, "file_name"),
        )
        for (name, word, key), kinds in _NESTED.items()
    ]


LAO_CAI = OutsideTable(
    "lao_cai_gate", "LC", ("EVENT_ID",), dict.fromkeys(LAO_CAI_HEADINGS.values(), "")
)

TABLES: dict[str, OutsideTable] = {
    table.name: table
    for table in (
        *_listed(_NUMBERED, has_sequence=True),
        *_listed(_PLAIN, has_sequence=False),
        *_nested(),
        LAO_CAI,
    )
}

# One document a file: counted, not read.
DOCUMENTS = {"co_form": "co", "wco_dec_xml": "declaration"}
