"""Which tables beside the declarations are searched for leaks, and what in them is evidence.

One entry a table: how its rows find their declaration (or trader), what rows must share to be
alike, and which columns should say nothing. Kinds of columns:
    serial   a number that only tells apart: remainders, range of its last (so many) digits, length
    mark     the same, where absence follows from what the goods are
    counter  the same of a number that grows with time: remainders only
    moment   a time: its seconds and minutes
    amount   a figure of so many decimals: its last digits, zeros at the end
    text     words: their length and number
    kind     a code: which one
and of all of them whether they are empty. Place in the file, lateness and the remainders of
SEQ_NO are added to all. Rows are alike when they share trader, partner, direction and transport,
or, for rows of traders, kind, industry, priority, age and size. Where there are few rows and what
they say has nothing to do with the trader, direction and transport are enough (`is_rare`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Joined:
    """A table that can be joined with declarations, or with traders.

    Attributes:
        table: Outside table.
        by: What joins: declaration, bill, container, plate, certificate, guarantee, trader.
        column: Column with the joining text.
        same: Columns that rows must share, with `;` between them.
        each: `column/kind` of what is drawn anew for each row.
        once: The same of what the rows of one consignment, visit or trader have in common.
        is_rare: Few rows: they need not be of one trader.
        only: The mechanism whose traders are the irregular ones; empty for all.
        shows: Whether a declaration has such rows should say nothing either.
    """

    table: str
    by: str
    column: str
    same: str = ""
    each: str = ""
    once: str = ""
    is_rare: bool = False
    only: str = ""
    shows: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What mechanisms are meant to leave behind, for a reason in the world; no leak.

    Attributes:
        mechanisms: Whose; `*` for all.
        tables: Where.
        channels: Beginnings of the names of channels in which their rows are left out; empty where
            no channel looks at it.
        why: The reason.
    """

    mechanisms: str
    tables: str
    channels: tuple[str, ...]
    why: str


TABLES = (
    Joined(
        "manifest", "bill", "no", "mode;revision;hs4", shows=True,
        once="id/serial means.id/serial master_no/serial goods/text shipper/text notify/text "
        "packages/amount:0 gross_kg/amount:1 volume_m3/amount:2 load_port/kind boxes/serial "
        "sealed/serial among/place arrival/moment",
    ),
    Joined(
        "port_message", "declaration", "decl", "kind", shows=True,
        each="id/serial ts/moment gross_kg/amount:0",
        once="site/kind container/serial seal/serial plate/serial",
    ),
    Joined("port_message", "container", "container", "kind", each="id/serial ts/moment"),
    Joined(
        "lang_son_gate", "declaration", "declarations", "type;gate", shows=True, is_rare=True,
        each="eventId/serial ts/moment receivedTs/moment officer/serial:2 extra/text",
        once="lane/kind yard/kind vehicle.plate/serial:5 vehicle.country/kind vehicle.type/kind "
        "partnerPlate/mark:5 driver.doc/mark:6 driver.name/text containers/mark seals/mark "
        "weightKg/amount:0",
    ),
    Joined(
        "lao_cai_gate", "declaration", "Số tờ khai", "Loại;Cửa khẩu", shows=True, is_rare=True,
        each="Mã_sự_kiện/serial:8 Thời_gian/minute Ghi_chú/text",
        once="Biển_số_VN/mark:5 Biển_số_nước_ngoài/mark:5 Bãi/kind Số_container/mark "
        "Số_chì/mark Khối_lượng_(tấn)/amount:2 Lái_xe/text Số_giấy_tờ/mark:6",
    ),
    Joined(
        "nsw_gate", "declaration", "DeclarationNo", "Step;GateCode", shows=True, is_rare=True,
        each="MsgId/serial SentAt/moment",
        once="VehiclePlate/serial:5 Driver/mark:6 ContainerNo/mark SealNo/mark YardCode/kind "
        "GrossKg/amount:0",
    ),
    Joined(
        "ptvt", "plate", "PLATE", "CHIEU;OP", is_rare=True,
        once="SO_TN/serial SO_NGAY/kind LAI_XE/text",
    ),
    Joined(
        "weighbridge", "container", "CONTAINER", shows=True, is_rare=True,
        once="TICKET/serial PLATE/serial:5 GROSS_KG/amount:0 TARE_KG/amount:0 TS/moment",
    ),
    Joined(
        "weighbridge", "plate", "PLATE", is_rare=True,
        once="TICKET/serial GROSS_KG/amount:0 TARE_KG/amount:0 TS/moment",
    ),
    Joined(
        "scan_result", "declaration", "decl", is_rare=True,
        each="scan_id/serial ts/moment operator/serial:5 ms/amount:0 plate/serial:5",
        once="container/mark",
    ),
    Joined(
        "seal_stream", "declaration", "decl", "ev", is_rare=True,
        each="ts/moment rx/moment lat/amount:5 lon/amount:5",
        once="seal/serial plate/serial:5 cont/mark",
    ),
    Joined(
        "vanchuyen", "declaration", "SO_TK", "OP", is_rare=True,
        each="KH_DI/moment KH_DEN/moment TT_DI/moment TT_DEN/moment",
        once="LOAI/kind MUC_DICH/kind PLATE/serial:5 CONTAINERS/mark SEALS/serial TUYEN/text",
    ),
    Joined(
        "persons", "plate", "vehicle", "direction;gate", is_rare=True,
        each="id/serial ts/moment",
        once="doc_type/kind doc_no/mark:6 nationality/kind birth_year/kind sex/kind",
    ),
    Joined(
        "nop", "declaration", "SO_TK_GOC", "LOAI;MA_SAC_THUE",
        once="SO_BT/counter SO_TIEN/amount:0",
    ),
    Joined("chungtu", "declaration", "SO_TK", "LOAI_CT", each="DANG/kind"),
    Joined(
        "kiemtra", "declaration", "SO_TK_GOC", "HINH_THUC", is_rare=True, each="MOI_TRUONG/kind"
    ),
    Joined(
        "hoanthue", "declaration", "SO_TK_GOC", "LOAI;OP", is_rare=True,
        once="SO_HS/counter SO_TIEN/amount:0 PHAN_LOAI/kind SO_QD/counter",
    ),
    Joined(
        "andinh", "declaration", "SO_TK_GOC", "MA_SAC_THUE", is_rare=True,
        once="SO_TIEN/amount:0 SO_QD/counter CAN_CU/kind HUY_BO/text",
    ),
    Joined(
        "no", "declaration", "SO_TK_GOC", "THANG;MA_SAC_THUE;NHOM_NO", is_rare=True,
        once="CON_NO/amount:0",
    ),
    Joined(
        "baolanh", "guarantee", "SO_BL", is_rare=True,
        once="SO_BL/serial HAN_MUC/amount:0 MA_NH/kind",
    ),
    Joined(
        "khaibosung", "declaration", "SO_TK_GOC", "LOAI;MA_SAC_THUE", is_rare=True,
        once="TRUOC/amount:0 SAU/amount:0 SO_KBS/counter",
    ),
    Joined(
        "vipham", "declaration", "SO_TK_GOC", "HANH_VI", is_rare=True,
        once="SO_QD/counter SO_TIEN/amount:0 KHIEU_NAI/kind",
    ),
    Joined(
        "cases", "declaration", "decl", is_rare=True,
        once="id/serial value_vnd/amount:0 status/kind",
    ),
    Joined(
        "wco_dec_xml", "declaration", "ID", "TypeCode", shows=True, is_rare=True,
        once="FunctionalReferenceID/serial InvoiceAmount/amount:2 TotalGrossMassMeasure/amount:2",
    ),
    Joined(
        "co_form", "certificate", "ReferenceNo", "Quantity of;FOB of", is_rare=True,
        once="ReferenceNo/mark OriginCriterion/kind Quantity/amount:2 FOB/amount:2",
    ),
    Joined(
        "dn", "trader", "MA_DN",
        once="MA_DN/serial:8 TEN_DN/text TEN_EN/text DIA_CHI/text VON_VND/amount:0 SO_LD/amount:0 "
        "MA_CU/serial:8 NIEM_YET/kind ISO/kind DT_NHA_XUONG/amount:0 DOANH_THU_VND/amount:0 "
        "LOI_NHUAN_VND/amount:0",
    ),
    Joined(
        "vpkhac", "trader", "MA_DN", "LINH_VUC", is_rare=True,
        once="SO_QD/serial HANH_VI/text SO_TIEN/amount:0",
    ),
    Joined("kehoachkt", "trader", "MA_DN", "NAM", is_rare=True, once="CO_QUAN/kind"),
    Joined(
        "chusohuu", "trader", "MA_DN", "VAI_TRO",
        once="SO_GT/serial:6 HO_TEN/text TY_LE/amount:2 DEN_NGAY/text",
    ),
    Joined("cosx", "trader", "MA_DN", once="DIA_CHI/text"),
    Joined("hopdonggc", "trader", "MA_DN", once="SO_HD_GC/serial TEN_DT/text"),
    Joined("baolanh", "trader", "MA_DN", "LOAI", once="SO_BL/serial HAN_MUC/amount:0 MA_NH/kind"),
    Joined(
        "intelligence", "trader", "subject.value", is_rare=True,
        once="id/serial source/kind text/text instruction/kind offices/text classification/kind",
    ),
    Joined(
        "licence", "trader", "holder", "type", is_rare=True,
        once="no/serial agency/text quantity/amount:2 used/amount:2 unit/kind",
    ),
    Joined(
        "qtnvl", "trader", "MA_DN", "LOAI;LAN_NOP;MA_DVT", is_rare=True, only="norm_abuse",
        each="TON_DAU/amount:2 NHAP/amount:2 XUAT_SX/amount:2 TIEU_HUY/amount:2 TON_CUOI/amount:2 "
        "CHUYEN_MD/amount:2 TAI_XUAT/amount:2 XUAT_KHAC/amount:2",
        once="MA_NVL/serial",
    ),
    Joined(
        "qtsp", "trader", "MA_DN", "LOAI;LAN_NOP;MA_DVT", is_rare=True, only="norm_abuse",
        each="TON_DAU/amount:2 NHAP_KHO/amount:2 XUAT_KHAU/amount:2 XUAT_KHAC/amount:2 "
        "TON_CUOI/amount:2",
        once="MA_SP/serial",
    ),
    Joined(
        "dmtt", "trader", "MA_DN", "LOAI;LAN_NOP;MA_DVT_NVL;MA_DVT_SP", is_rare=True,
        only="norm_abuse", once="DINH_MUC/amount:6 HAO_HUT_PCT/amount:2",
    ),
    Joined(
        "ktstq", "trader", "MA_DN", "LOAI;OP", is_rare=True, once="MA_QD/counter NGAY_CONG/amount:0"
    ),
    Joined(
        "dmmt", "trader", "MA_DN", is_rare=True, only="exemption_overrun",
        once="SO_DMMT/serial LUONG/amount:2 TRI_GIA/amount:0",
    ),
)  # fmt: skip

EVIDENCE = (
    Evidence(
        "*", "vipham", ("digits of SO_TIEN", "zeros of SO_TIEN"),
        "fines go by what was evaded, and the least one is a round sum",
    ),
    Evidence("*", "cases", ("digits", "zeros"), "the value is that of the goods that were found"),
    Evidence(
        "*", "scan_result andinh khaibosung vipham cases ktstq", (),
        "that there is a row, its decision and its result: control has looked and found something",
    ),
    Evidence(
        "undervaluation related_party_pricing broker_ring phoenix vanishing_firm", "nop baolanh",
        (),
        "sums are smaller, as the prices are; the goods themselves move as told",
    ),
    Evidence("misclassification", "manifest", (), "a carrier may name goods of another heading"),
    Evidence(
        "short_quantity lane_shopping officer_collusion", "manifest port_message weighbridge", (),
        "scales and carriers tell the real mass; packages, boxes and lorries go by it",
    ),
    Evidence(
        "concealed_goods second_declaration", "scan_result", (),
        "an image shows what is hidden, with a share of its own",
    ),
    Evidence(
        "lane_shopping",
        "port_message lang_son_gate lao_cai_gate nsw_gate ptvt weighbridge",
        (), "goods declared again keep bill, box, lorry and gate; what was left has no clearance",
    ),
    Evidence(
        "consignment_splitting", "manifest port_message", ("null", "length of boxes"),
        "the pieces of a deal are small and rarely fill a container of their own",
    ),
    Evidence(
        "transit_diversion", "seal_stream vanchuyen weighbridge", (),
        "an alarm, a long stop off the road, a lighter load at the end, no arrival",
    ),
    Evidence("transit_diversion", "vanchuyen", ("null TT_DEN",), "one trip in five never arrives"),
    Evidence("transit_diversion", "manifest", (), "the carrier's bill is changed to transit later"),
    Evidence(
        "false_certificate", "certificates", ("there once",),
        "a forged number mostly has no certificate behind it",
    ),
    Evidence(
        "false_certificate transshipment", "co_form", (),
        "it is about other goods, less of them, or one shipment where many are declared; partners'"
        " statistics do not know of the exports",
    ),
    Evidence("temporary_import_kept", "vipham", (), "no re-export comes, the limit is missed"),
    Evidence("norm_abuse", "qtsp dmtt", (), "few products for the material: norm or waste is high"),
    Evidence("exemption_overrun", "dmmt", (), "a list line holds less than is imported under it"),
    Evidence("vat_refund_export", "nop", (), "values are high for goods that move as told"),
    Evidence("phoenix", "dn", ("null MA_CU",), "who comes back hides what it was called before"),
    Evidence("vanishing_firm", "no dn", (), "nothing is paid any more; it is not at its address"),
)  # fmt: skip
