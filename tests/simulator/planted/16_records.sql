-- rule: destinations_are_of_exports
-- caught: 100000000010
insert into tk_sent (SO_TK, NHOM, MA_NUOC_DICH) values
('100000000010', 'N', 'US'), ('100000000020', 'N', null), ('300000000030', 'X', 'US');

-- rule: refunds_are_what_was_granted
-- caught: Q2
insert into hoanthue_sent (SO_HS, LOAI, SO_QD, KET_QUA, SO_TIEN, SO_TIEN_DUYET, NGAY_QD) values
('1', 'HOAN', 'Q1', 'DONG_Y', '500', '400', '2025-01-02'),
('2', 'KT', 'Q2', 'DONG_Y', '400', '400', '2025-01-02'),
('3', 'HOAN', 'Q3', 'TU_CHOI', '400', '0', '2025-01-02'),
('4', 'HOAN', 'Q4', 'DONG_Y', '400', '400', '2025-01-20'), ('5', 'HOAN', null, null, '9', null, null);
insert into nop_sent (SO_BT, LOAI, SO_QD, SO_TIEN, NGAY_HT) values
('1', 'HOAN', 'Q1', '300', '2025-01-02'), ('2', 'HOAN', 'Q1', '100', '2025-01-02'),
('3', 'HOAN', 'Q2', '400', '2025-01-02'), ('4', 'NOP', null, '5', '2025-01-21');

-- rule: claims_are_decided_in_time
-- caught: 2
insert into hoanthue_sent (SO_HS, PHAN_LOAI, NGAY_NOP_HS, NGAY_QD) values
('1', 'HOAN_TRUOC', '2025-01-02', '2025-01-10'), ('2', 'HOAN_TRUOC', '2025-01-02', '2025-02-10'),
('3', 'KT_TRUOC', '2025-01-02', '2025-02-10'), ('4', 'KT_TRUOC', '2025-01-02', null);

-- rule: the_window_hears_what_platforms_hear
-- caught: M3
insert into nsw_gate_sent (MsgId, Step, VehiclePlate, SentAt) values
('M1', 3, 'P1', '2025-01-01 08:00:30+07'), ('M2', 3, 'P2', '2025-01-01 08:00:30+07'),
('M3', 3, 'P2', '2025-01-01 08:01:30+07'), ('M4', 4, 'P3', '2025-01-01 08:01:30+07');
insert into lang_son_gate_sent (eventId, "type", ts, vehicle) values
('E1', 'GATE_IN', epoch_ms(timestamptz '2025-01-01 08:00:30+07'), {'plate': 'P1'});
insert into lao_cai_gate_sent (EVENT_ID, THOI_GIAN, LOAI, BIEN_VN) values
('E2', '01/01/2025 08:00', 'Vào cửa khẩu', 'P2');

-- rule: steps_of_the_window
-- caught: M2
insert into nsw_gate_sent (MsgId, Step, FeeVnd, "Result") values
('M1', 12, 300000, 'OK'), ('M2', 4, 300000, 'OK'), ('M3', 11, null, 'REFUSED');

-- rule: passengers_cross_after_landing
-- caught: F1 B
insert into passenger_list_sent (id, revision, arrival, persons) values
('F1', 2, '2025-01-01 08:00:00+07', [
    {'doc_no': 'A', 'nationality': 'VN', 'birth_year': 1980, 'transit': 0},
    {'doc_no': 'B', 'nationality': 'VN', 'birth_year': 1980, 'transit': 0},
    {'doc_no': 'C', 'nationality': 'VN', 'birth_year': 1980, 'transit': 1}
]);
insert into persons_sent (id, ts, direction, doc_no) values
('1', '2025-01-01 08:40:00+07', 'IN', 'A'), ('2', '2025-01-01 08:40:00+07', 'OUT', 'B'),
('3', '2025-01-09 08:40:00+07', 'IN', 'D');

-- rule: others_know_registered_firms
-- caught: KH C
insert into dn_sent (MA_DN, LOAI_DN) values ('A', 'DN'), ('C', 'CN');
insert into vpkhac_sent (SO_QD, MA_DN) values ('Q1', 'A');
insert into kehoachkt_sent (SO_KH, MA_DN) values ('KH', 'A'), ('KH', 'C');

-- rule: one_inspection_plan_a_year
-- caught: A 2025
insert into kehoachkt_sent (SO_KH, MA_DN, NAM) values
('KH1', 'A', '2025'), ('KH2', 'A', '2025'), ('KH3', 'A', '2026');

-- rule: online_is_part_of_all
-- caught: 2025-01 U1
insert into thutuc_sent (THANG, MA_TT, MA_HQ, MUC_DO, SO_HS, SO_HS_DT) values
('2025-01', 'HQ01', '15BB', '4', '10', '10');
insert into hosocv_sent (THANG, MA_DV, SO_HS, SO_HS_DT, SO_HS_MAT) values
('2025-01', 'U1', '10', '9', '2'), ('2025-01', 'U2', '10', '8', '2');
insert into thietbi_sent (MA_DD, LOAI, TU_NGAY, SO_LUONG, SO_KET_NOI) values
('VNHNI', 'CAM', '2025-01-01', '4', '4');

-- rule: one_commodity_group_at_a_time
-- caught: 851712 2010-01-01
insert into nhomhang_sent (MA_HS, TU_NGAY, MA_NHOM, DEN_NGAY) values
('8517', '2010-01-01', 'A', '2012-12-31'), ('851712', '2010-01-01', 'B', null),
('851713', '2022-01-01', 'B', null);

-- rule: declarations_are_dossiers_of_their_month
-- caught: 2025-01 15BC
insert into tk_sent (SO_TK, MA_HQ, NGAY_DK) values
('100000000010', '15BB', '2025-01-01 08:00:00'), ('100000000011', '15BB', '2025-01-01 08:00:00'),
('100000000020', '15BC', '2025-01-01 08:00:00'), ('100000000030', '15BB', '2025-02-01 08:00:00');
insert into thutuc_sent (THANG, MA_TT, MA_HQ, SO_HS) values
('2025-01', 'HQ01', '15BB', '1'), ('2025-01', 'HQ01', '15BC', '2'), ('2025-02', 'HQ01', '15BB', '9');
