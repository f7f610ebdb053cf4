"""Two deliveries of the declaration system: what is declared first, and what is changed later."""

from tests.builders import hang, sukien, thue, tk

LATE = "2025-03-01 01:15:00"  # still the day before in UTC
OTHER_TRADER = "0100000002"
AHEAD_TRADER = "0100000003"
MOVED_TRADER = "0100000004"
# Of each: base number, header, item, tax line.
DECLARED = {
    "30000000001": ({"NGAY_DK": LATE, "NGAY_TQ": "2025-03-02 02:00:00"}, {}, {}),
    "30000000002": ({"NGAY_DK": LATE}, {"TRI_GIA_TT": "50000000"}, {"SO_TIEN_MIEN": "500000"}),
    "30000000003": ({}, {}, {}),
    "30000000004": ({}, {}, {}),
    "30000000005": ({}, {}, {}),
    "30000000006": ({"NGAY_DK": "2025-03-03 09:00:00", "MA_DN": OTHER_TRADER}, {}, {}),
    "30000000007": ({"NGAY_DK": "2052-08-01 08:15:00"}, {}, {}),
    "30000000009": ({"MA_DN": AHEAD_TRADER}, {}, {"SO_TIEN": "0"}),
    "30000000010": ({"MA_DN": MOVED_TRADER}, {}, {"SO_TIEN": "0"}),
}


def first_delivery():
    """Return the rows of each table that are declared, decided and found first."""
    rows = {"tk": [], "hang": [], "thue": []}
    for number, (head, item, tax) in DECLARED.items():
        sequence = int(number) % 100
        rows["tk"].append(tk(f"{number}0", sequence, NGAY_TQ=None) | head)
        rows["hang"].append(hang(f"{number}0", seq_no=sequence) | item)
        rows["thue"].append(thue(f"{number}0", seq_no=sequence, SO_TIEN_MIEN=None) | tax)
    events = [("30000000003", "HUY", "2025-03-04 09:00:00"), ("30000000004", "TU_CHOI", LATE)]
    rows["sukien"] = [
        sukien(number, 100 + n, MA_SK=code, THOI_DIEM=moment, GIA_TRI=None)
        for n, (number, code, moment) in enumerate(events)
    ]
    ahead = {"TU": "2052-03-01 02:00:00", "DEN": "2052-03-02 03:00:00"}
    rows["kiemtra"] = [
        inspection("KT1", "30000000001", 1),
        inspection("KT2", "30000000002", 2, **ahead),
        inspection("KT3", "30000000003", 3, KET_QUA="0"),
        inspection("KT4", "30000000004", 4),
        inspection("KT5", "30000000005", 5, KET_QUA="0"),
    ]
    rows["phanluong"] = [
        lane("30000000001", 1, LUONG="2"),
        lane("30000000003", 2),
        lane("30000000004", 3),
        lane("30000000005", 4),
    ]
    rows["khaibosung"] = [
        amendment("KBS1", "30000000001", 1),
        amendment("KBS2", "30000000004", 2),
    ]
    return rows


def inspection(number, base, sequence, **changes):
    """Return a row of kiemtra: an irregularity found on the 2nd of March."""
    row = {"MA_KT": number, "STT_KT": 1, "SEQ_NO": sequence, "OP": "I", "SO_TK_GOC": base}
    found = {"HINH_THUC": "3", "KET_QUA": "1", "THUE_TANG": "100"}
    moments = {"TU": "2025-03-02 02:00:00", "DEN": "2025-03-02 03:00:00"}
    return {**row, **found, **moments, **changes}


def lane(base, sequence, **changes):
    """Return a row of phanluong: red on the 1st of March."""
    row = {"SO_TK_GOC": base, "SEQ_NO": sequence, "OP": "I", "THOI_DIEM": "2025-03-01 02:00:00"}
    return {**row, "LUONG": "3", **changes}


def amendment(number, base, sequence, **changes):
    """Return a row of khaibosung: a correction of the 3rd of March."""
    row = {"SO_KBS": number, "STT": 1, "MA_SAC_THUE": "N", "SEQ_NO": sequence, "OP": "I"}
    return {**row, "SO_TK_GOC": base, "NGAY": "2025-03-03", "LOAI": "TN", **changes}


def corrections():
    """Return what the source changes of the records of the first delivery."""
    return {
        "kiemtra": [
            inspection("KT1", "30000000001", 201, OP="D"),
            inspection("KT3", "30000000003", 203, OP="U"),
            inspection("KT4", "30000000004", 204, OP="D"),
            inspection("KT5", "30000000005", 205, OP="U", KET_QUA="0", TU="2025-03-01 02:00:00"),
        ],
        "phanluong": [
            lane("30000000001", 201, OP="U"),
            lane("30000000004", 203, OP="U", LUONG="1"),
            lane("30000000005", 204, OP="D"),
        ],
        "khaibosung": [
            amendment("KBS1", "30000000001", 201, OP="D"),
            amendment("KBS2", "30000000005", 202, OP="U", NGAY="2025-03-02"),
        ],
    }


def second_delivery():
    """Amendments: with an event, without one, of a record, to another trader or the future, and
    a withdrawal; an event sets another lane than the one that was decided."""
    heads = [
        tk("300000000011", 201, NGAY_DK=LATE, NGAY_TQ="2025-03-02 02:00:00"),
        tk("300000000021", 202, NGAY_DK=LATE, MA_DN=OTHER_TRADER),
        tk("300000000060", 203, OP="D"),
        tk("300000000091", 204, NGAY_DK="2052-03-01 08:15:00", MA_DN=AHEAD_TRADER),
        tk("300000000100", 205, OP="U", MA_DN=OTHER_TRADER),
    ]
    items = [
        hang("300000000011", seq_no=201, TRI_GIA_TT="99000000"),
        hang("300000000021", seq_no=202, TRI_GIA_TT="77000000"),
        hang("300000000050", seq_no=203, OP="U", TRI_GIA_TT="11000000"),
        hang("300000000091", seq_no=204),
    ]
    taxes = [
        thue("300000000011", seq_no=201, SO_TIEN_MIEN=None),
        thue("300000000021", seq_no=202, SO_TIEN_MIEN="500000"),
    ]
    events = [
        sukien("30000000001", 204, MA_SK="SUA", THOI_DIEM="2025-03-20 01:00:00", GIA_TRI=None),
        sukien("30000000003", 205, THOI_DIEM="2025-03-20 01:00:00", GIA_TRI="1"),
    ]
    return {"tk": heads, "hang": items, "thue": taxes, "sukien": events, **corrections()}
