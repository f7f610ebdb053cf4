-- The lane that the risk engine chose, and why.
select
    phanluong.record_number,
    phanluong.so_tk_goc as declaration_number,
    phanluong.seq_no as sequence_number,
    upper(phanluong.op) as operation_code,
    phanluong.can_cu as rule_codes,
    phanluong.nhom_can_cu as ground_code,
    phanluong.ngau_nhien as is_random,
    phanluong.xac_suat as selection_probability_ratio,
    phanluong.phien_ban as policy_version,
    instant(phanluong.thoi_diem, '+07:00') as decided_at,
    coalesce(lane.to_code, '?' || phanluong.luong) as control_channel
from phanluong
-- no match: an unknown lane, which the contract's list refuses
left join crosswalk as lane
    on lane.name = 'lane' and phanluong.luong = lane.from_code
