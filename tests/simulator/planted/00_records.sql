-- rule: item_count_is_told
-- caught: 100000000020
insert into tk_sent (SO_TK, SO_DONG, NGAY_DK) values
('100000000010', '2', '2025-01-01 08:00:00'), ('100000000020', '2', '2025-01-01 08:00:00'),
('100000000030', '9', '2025-01-31 08:00:00');
insert into hang_sent (SO_TK, STT) values
('100000000010', '1'), ('100000000010', '2'), ('100000000020', '1');

-- rule: belongs_to_a_declaration[hang]
-- caught: 100000000020
insert into tk_sent (SO_TK, NGAY_DK) values ('100000000010', '2025-01-01 08:00:00');
insert into hang_sent (SO_TK, STT) values ('100000000010', '1'), ('100000000020', '1');

-- rule: taxes_have_their_item
-- caught: 100000000010 2 V
insert into hang_sent (SO_TK, STT) values ('100000000010', '1');
insert into thue_sent (SO_TK, STT, MA_SAC_THUE) values
('100000000010', '1', 'V'), ('100000000010', '2', 'V');

-- rule: registered_declarations_are_sent
-- caught: 10000000003
insert into tk_sent (SO_TK, NGAY_DK) values
('100000000010', '2025-01-01 08:00:00'), ('100000000020', '2025-01-31 08:00:00');
insert into sukien_sent (SO_TK_GOC, MA_SK, THOI_DIEM) values
('10000000001', 'IDC', '2025-01-01 08:00:00'), ('10000000003', 'IDC', '2025-01-02 08:00:00'),
('10000000004', 'IDC', '2024-12-02 08:00:00');

-- rule: every_declaration_has_its_lane
-- caught: 10000000002
insert into tk_sent (SO_TK, NGAY_DK) values ('100000000010', '2025-01-01 08:00:00'),
('100000000020', '2025-01-01 08:00:00'), ('100000000030', '2025-01-31 08:00:00');
insert into sukien_sent (SO_TK_GOC, MA_SK, THOI_DIEM, GIA_TRI) values
('10000000001', 'LUONG', '2025-01-01 08:00:00', '1'),
('10000000002', 'LUONG', '2025-01-01 08:00:00', '2');
insert into phanluong_sent (SO_TK_GOC, LUONG) values ('10000000001', '1'), ('10000000002', '1');

-- rule: random_arm_is_designed
-- caught: 10000000002
insert into phanluong_sent (SO_TK_GOC, LUONG, NHOM_CAN_CU, NGAU_NHIEN, XAC_SUAT) values
('10000000001', '3', 'NN', '1', '0.02'), ('10000000002', '3', 'NN', '1', null),
('10000000003', '1', 'TK', '0', null);

-- rule: numbers_tell_the_direction
-- caught: 300000000010
insert into tk_sent (SO_TK, NHOM) values ('100000000010', 'N'), ('300000000010', 'N');

-- rule: regime_of_the_direction
-- caught: 100000000020
insert into tk_sent (SO_TK, NHOM, MA_LH) values
('100000000010', 'N', 'A11'), ('100000000020', 'N', 'B11'), ('300000000010', 'X', 'B11');

-- rule: office_of_the_day
-- caught: 100000000020
insert into hq_sent (MA_HQ, VAI_TRO, TU_NGAY, DEN_NGAY) values
('01AB', 'CK', '2015-01-01', '2025-02-28'), ('K1AB', 'CK', '2025-03-01', null);
insert into tk_sent (SO_TK, MA_HQ, NGAY_DK) values
('100000000010', '01AB', '2025-02-28 20:00:00'), ('100000000020', '01AB', '2025-03-01 00:00:00'),
('100000000030', 'K1AB', '2025-03-01 00:00:00');

-- rule: goods_are_in_the_nomenclature
-- caught: 100000000010 2
insert into hs_sent (edition, code) values ('2022', '85171300');
insert into hang_sent (SO_TK, STT, MA_HS) values
('100000000010', '1', '85171300'), ('100000000010', '2', '85179999');

-- rule: net_mass_within_gross_mass
-- caught: 100000000020
insert into tk_sent (SO_TK, TRONG_LUONG, MA_DVT_TL) values
('100000000010', '1.5', 'TNE'), ('100000000020', '900', 'KGM');
insert into hang_sent (SO_TK, STT, LUONG1, MA_DVT1, LUONG2, MA_DVT2) values
('100000000010', '1', '1000', 'KGM', null, null), ('100000000020', '1', '5', 'PCE', '1', 'TNE');

-- rule: audit_lines_have_their_audit
-- caught: QD2 10000000001
insert into ktstq_sent (MA_QD) values ('QD1');
insert into ktstqct_sent (MA_QD, SO_TK_GOC) values ('QD1', '10000000001'), ('QD2', '10000000001');

-- rule: no_key_conflicts[tk]
-- caught: 100000000020
insert into tk_sent (SO_TK, SEQ_NO, MA_LH) values ('100000000010', '1', 'A11'),
('100000000010', '1', 'A11'), ('100000000020', '2', 'A11'), ('100000000020', '2', 'A12');

-- rule: keys_are_complete[tk]
-- caught:
insert into tk_sent (SO_TK, MA_LH) values ('100000000010', 'A11'), (null, 'A11');

-- rule: sequence_is_unique[tk]
-- caught: 2
insert into tk_sent (SO_TK, SEQ_NO) values ('100000000010', '1'), ('100000000020', '2'),
('100000000030', '2');

-- rule: operations_are_known[tk]
-- caught: 2
insert into tk_sent (SO_TK, SEQ_NO, OP) values ('100000000010', '1', 'U'), ('1', '2', 'X');

-- rule: in_the_code_list[hang.MA_DVT1]
-- caught: 100000000010 2
insert into hang_sent (SO_TK, STT, MA_DVT1) values
('100000000010', '1', 'KGM'), ('100000000010', '2', 'KILO');

-- rule: offices_of_movements_and_audits_are_listed
-- caught: VC2
insert into hq_sent (MA_HQ, TU_NGAY) values ('01AB', '2015-01-01'), ('02CI', '2015-01-01');
insert into vanchuyen_sent (SO_VC, MA_HQ_DI, MA_HQ_DEN) values
('VC1', '02CI', '01AB'), ('VC2', '02CI', '99ZZ');
insert into ktstq_sent (MA_QD, MA_HQ) values ('QD1', '01AB');

-- rule: ports_are_locations
-- caught: 100000000020
insert into tk_sent (SO_TK, MA_CANG_XEP, MA_CANG_DO) values
('100000000010', 'CNSHA', 'VNCLI'), ('100000000020', 'CNSHA', 'Cat Lai');
