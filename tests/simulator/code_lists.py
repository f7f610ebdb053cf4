"""The closed code lists: those of the reference, and the parts of UN and ISO lists in use."""

_CODES = {
    "operation": "I U D",
    "direction": "N X",
    "import_regime": "A11 A12 A21 A31 A41 A42 A43 A44 E11 E13 E15 E21 E23 E31 E33 E41 G11 G12 G13"
    " G14 G51 C11 C21 H11",
    "export_regime": "B11 B12 B13 E42 E52 E54 E62 E82 G21 G22 G23 G24 G61 C12 C22 H21",
    "trader_kind": "DN HKD CN",
    "transport": "1 2 3 4 5 6 9",
    "incoterm": "CIF CIP FOB FCA FAS EXW C&F CFR CPT DDP DAP DAT C&I DAF DDU DES DEQ DPU",
    "payment": "BIENMAU DA CAD CANTRU CASH CHEQUE DP GV H-D-H H-T-N HPH KHONGTT LC LDDT OA TTR KC",
    "valuation": "1 2 3 4 6 7 8 9 T",
    "payment_term": "A B C D",
    "amendment_reason": "1 2 3 4 5 6",
    "tax": "N X B G C P T M V D",
    "document": "INV BOL AWB CO GP CITES DM CON ETC",
    "event": "IDA IDC LUONG CHUYEN_LUONG YC_KIEM KQ_KIEM BP MHBQ TQ QKVGS SUA HUY TU_CHOI",
    "lane": "1 2 3",
    "lane_ground": "RR CN TG NN TK",
    "yes_no": "0 1",
    "empty_full": "4 5",
    "inspection_method": "1 2 3 4 5 6 7",
    "inspection_result": "0 1 9",
    "correction_kind": "TN YC",
    "audit_kind": "TQ TS",
    "ledger_kind": "AD DC NOP HOAN MIEN XOA GH BL PHAT CN LP KT",
    "debt_group": "1 2 3",
    "guarantee_kind": "R C",
    "trader_status": "00 01 03",
    "violation_group": "1 2 3 4 5 6 7",
    "settlement": "gc sx cx",
    "office_role": "CK NCK KTSTQ DOI TEST",
    "statistics_basis": "FOB CIF",
    # UNECE Recommendation 20 (units) and 21 (packages): the codes goods are declared in.
    "unit": "KGM TNE LBR GRM CGM MGM DTN ONZ STN LTN CTM MTQ FTQ BFT LTR MLT HLT DLT DMQ CMQ GLL"
    " BLL NMB PCE C62 H87 SET PR DZN GRO TPR CEN MIL MTR CMT MMT KMT FOT INH YRD MTK CMK FTK YDK"
    " KWH MWH GWH NAR NPR DZP ROL BX",
    "mass_unit": "KGM TNE LBR",
    "package": "CS BX CT PK PX BG DR RO BE CN NE NF NG VR VL VG VO VY VQ VS BA BB BC BI BK BN BO"
    " BS CA CR CX CY FB FX IB JR JC JG LV PA PC PE PG PL RL RD SA SX SK TB TN TU TK UN WB 1A 3A 4G"
    " 5H 5M BL BT BJ CI CK CL EC KG SH ST SW TR WA",
    # ISO 4217
    "currency": "VND USD EUR JPY KRW CNY GBP AUD CAD CHF SGD THB MYR IDR PHP INR HKD TWD NZD SEK"
    " NOK DKK RUB LAK KHR MMK BND AED SAR KWD TRY PLN CZK HUF ZAR BRL MXN CLP ARS ILS PKR BDT LKR",
    # ISO 3166-1 alpha-2
    "country": "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM"
    " BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ"
    " DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR"
    " GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN"
    " KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR"
    " MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR"
    " PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ"
    " TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS"
    " YE YT ZA ZM ZW",
    "call_mode": "SEA AIR RAIL ROAD",
    "gate_event": "PRE_DECLARED QUEUED GATE_IN YARD_IN QUARANTINE CUSTOMS_CHECK WEIGHED SCANNED"
    " TRANSLOADED SEALED UNSEALED CLEARED GATE_OUT CANCELLED",
    "gate_direction": "IN OUT",
    "seal_event": "ATTACH POS STOP OPEN TAMPER LOWBAT DETACH",
    "scan_decision": "NORMAL SUSPECT RESCAN OPEN",
    "ruling_kind": "HS TG XX",
    "defence_kind": "G C B P",
    "lower_vat_list": "TRU GOM",
    "list_kind": "MT HN",
    "medium": "DL AN GI",
    "claim_kind": "HOAN KT",
    "claim_handling": "KT_TRUOC HOAN_TRUOC",
    "claim_result": "DONG_Y TU_CHOI RUT",
    "plan_state": "du_kien dang_lam da_xong huy",
    "device": "CAM SOI_HANG SOI_HANH_LY CAN CONG_DT",
    "window_direction": "IMP EXP",
    "window_agency": "CUSTOMS BORDER QUARANTINE PORT",
    "window_result": "OK HOLD REFUSED",
    "port_event": "DISCHARGE GATE_IN GATE_OUT STUFF STRIP TRANSFER",
}

CODE_LISTS: dict[str, tuple[str, ...]] = {
    name: tuple(codes.split()) for name, codes in _CODES.items()
} | {
    "lao_cai_event": (
        "Khai báo trước",
        "Xếp hàng",
        "Vào cửa khẩu",
        "Vào bãi",
        "Kiểm dịch",
        "Kiểm tra hải quan",
        "Cân",
        "Soi chiếu",
        "Sang tải",
        "Niêm phong",
        "Gỡ niêm phong",
        "Thông quan",
        "Ra cửa khẩu",
        "Hủy",
    ),
    "lao_cai_direction": ("Nhập", "Xuất"),
}

_CODED = """
tk: NHOM=direction LOAI_DN=trader_kind MA_PTVT=transport MA_DVT_KIEN=package MA_DVT_TL=mass_unit
 MA_DKGH=incoterm MA_PTTT=payment MA_NT=currency MA_NT_VC=currency MA_NT_BH=currency
 MA_PL_TRI_GIA=valuation MA_THOI_HAN=payment_term MA_LY_DO_SUA=amendment_reason
 MA_NUOC_DT=country MA_NUOC_XUAT=country MA_NUOC_DICH=country
hang: MA_DVT1=unit MA_DVT2=unit MA_NUOC_XX=country MA_NT_DG=currency
thue: MA_SAC_THUE=tax
chungtu: LOAI_CT=document DANG=medium
cont: RONG_DAY=empty_full
sukien: MA_SK=event
phanluong: LUONG=lane NHOM_CAN_CU=lane_ground NGAU_NHIEN=yes_no
kiemtra: HINH_THUC=inspection_method KET_QUA=inspection_result MA_NUOC_XD=country
 MOI_TRUONG=yes_no
cudan: CHIEU=direction MA_DVT=unit
ptvt: CHIEU=direction NUOC=country
hoanthue: LOAI=claim_kind PHAN_LOAI=claim_handling KET_QUA=claim_result
khaibosung: LOAI=correction_kind MA_LY_DO=amendment_reason MA_SAC_THUE=tax
ktstq: LOAI=audit_kind
dmmt: LOAI=list_kind MA_DVT=unit
xdtruoc: LOAI=ruling_kind MA_NT=currency MA_NUOC_XX=country
pvtm: LOAI=defence_kind
giamvat: LOAI=lower_vat_list
bvmt: MA_DVT=unit
ktstqct: MA_SAC_THUE=tax MA_NUOC_XD=country
nop: LOAI=ledger_kind
andinh: MA_SAC_THUE=tax
no: NHOM_NO=debt_group
baolanh: LOAI=guarantee_kind
dn: LOAI_DN=trader_kind TRANG_THAI=trader_status UU_TIEN=yes_no NIEM_YET=yes_no ISO=yes_no
kehoachkt: TRANG_THAI=plan_state
thietbi: LOAI=device TRONG_DIEM=yes_no
vipham: NHOM=violation_group
hopdonggc: MA_NUOC_DT=country
qtnvl: LOAI=settlement MA_DVT=unit
qtsp: LOAI=settlement
dmtt: LOAI=settlement MA_DVT_NVL=unit MA_DVT_SP=unit
ruirotg: MA_NT=currency MA_DVT=unit
hq: VAI_TRO=office_role
tygia: MA_NT=currency
partner_statistics: basis=statistics_basis reporter=country
parcels: ORIGIN=country
manifest: mode=call_mode
lang_son_gate: type=gate_event direction=gate_direction
lao_cai_gate: LOAI=lao_cai_event CHIEU=lao_cai_direction
port_message: kind=port_event
nsw_gate: Direction=window_direction Agency=window_agency Result=window_result
 PlateCountry=country
passenger_list: mode=call_mode
seal_stream: ev=seal_event
scan_result: decision=scan_decision
"""

# Each is a table, its column and the name of the list.
CODED_COLUMNS: tuple[tuple[str, str, str], ...] = tuple(
    (table, *pair.split("="))  # type: ignore[misc]
    for table, _, pairs in (
        line.partition(":") for line in _CODED.strip().replace("\n ", " ").splitlines()
    )
    for pair in pairs.split()
)
