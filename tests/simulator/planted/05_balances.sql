-- rule: re_export_within_its_temporary_line
-- caught: 10000000002 1
insert into tk_sent (SO_TK, MA_DN, MA_LH, NGAY_DK, HAN_TAI_XUAT) values
('100000000010', 'A', 'G11', '2025-01-01 08:00:00', '2025-03-01'),
('100000000020', 'A', 'G11', '2025-01-01 08:00:00', '2025-03-01'),
('300000000010', 'A', 'G21', '2025-02-01 08:00:00', null),
('300000000020', 'A', 'G21', '2025-02-01 08:00:00', null);
insert into hang_sent (SO_TK, STT, LUONG1, MA_DVT1, SO_TK_LQ, STT_LQ) values
('100000000010', '1', '10', 'PCE', null, null), ('100000000020', '1', '10', 'PCE', null, null),
('300000000010', '1', '6', 'PCE', '100000000010', '1'),
('300000000010', '2', '6', 'PCE', '100000000020', '1'),
('300000000020', '1', '4', 'PCE', '100000000010', '1'),
('300000000020', '2', '4.01', 'PCE', '100000000020', '1');

-- rule: exemption_list_is_of_its_owner_goods_and_time
-- caught: 100000000010 2
insert into dmmt_sent (SO_DMMT, STT, MA_DN, MA_HS, LUONG, TU_NGAY, DEN_NGAY) values
('DM1', '1', 'A', '84798990', '5', '2024-01-01', '2026-01-01'),
('DM1', '2', 'B', '84798990', '5', '2024-01-01', '2026-01-01');
insert into tk_sent (SO_TK, MA_DN, NGAY_DK) values ('100000000010', 'A', '2025-01-01 08:00:00');
insert into hang_sent (SO_TK, STT, MA_HS, LUONG1, SO_DMMT, STT_DMMT) values
('100000000010', '1', '84798990', '5', 'DM1', '1'),
('100000000010', '2', '84798990', '6', 'DM1', '2');

-- rule: exemption_list_within_its_balance
-- caught: DM1 2
insert into dmmt_sent (SO_DMMT, STT, MA_DN, MA_HS, LUONG, TU_NGAY, DEN_NGAY) values
('DM1', '1', 'A', '84798990', '5', '2024-01-01', '2026-01-01'),
('DM1', '2', 'A', '84798990', '5', '2024-01-01', '2026-01-01');
insert into tk_sent (SO_TK, MA_DN, NGAY_DK) values ('100000000010', 'A', '2025-01-01 08:00:00');
insert into hang_sent (SO_TK, STT, MA_HS, LUONG1, SO_DMMT, STT_DMMT) values
('100000000010', '1', '84798990', '5', 'DM1', '1'),
('100000000010', '2', '84798990', '6', 'DM1', '2');
