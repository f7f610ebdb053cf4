-- rule: newcomer_ranks_for_newcomers_only
-- caught: 10000000002
insert into dn_sent (MA_DN, NGAY_TL) values ('A', '2024-06-01'), ('B', '2010-01-01');
insert into tk_sent (SO_TK, MA_DN, NGAY_DK) values
('100000000010', 'A', '2025-01-01 08:00:00'), ('100000000020', 'B', '2025-01-01 08:00:00'),
('100000000000', 'B', '2023-01-01 08:00:00');
insert into phanluong_sent (SO_TK_GOC, CAN_CU, THOI_DIEM) values
('10000000001', 'XH-7;CN-12', '2025-01-01 08:00:01'),
('10000000002', 'XH-7', '2025-01-01 08:00:01');

-- rule: newcomer_levels_for_newcomers_only
-- caught: B dl
insert into dn_sent (MA_DN, NGAY_TL) values ('A', '2024-06-01'), ('B', '2010-01-01');
insert into xephang_sent (MA, LOAI, MUC, file_name) values
('A', 'dl', '7', 'xephang_202501.csv'), ('B', 'dl', '9', 'xephang_202501.csv'),
('C', 'vt', '3', 'xephang_202501.csv');
