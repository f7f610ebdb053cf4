-- rule: late_interest_by_formula
-- caught: 10000000002 V
insert into tk_sent (SO_TK, NGAY_TQ, MA_THOI_HAN) values
('100000000010', '2025-01-02 09:00:00', 'D'), ('100000000020', '2025-01-02 09:00:00', 'D'),
('100000000030', '2025-01-02 09:00:00', 'A');
insert into thue_sent (SO_TK, STT, MA_SAC_THUE, SO_TIEN, HAN_NOP) values
('100000000010', '1', 'V', '1000000', '2025-01-02'),
('100000000020', '1', 'V', '1000000', '2025-01-02'),
('100000000030', '1', 'V', '1000000', '2025-01-31');
insert into nop_sent (SO_BT, SO_TK_GOC, MA_SAC_THUE, LOAI, SO_TIEN, NGAY_CT) values
('1', '10000000001', 'V', 'NOP', '1000000', '2025-01-12'),
('2', '10000000001', 'V', 'CN', '3000', '2025-01-12'),
('3', '10000000002', 'V', 'NOP', '1000000', '2025-01-12'),
('4', '10000000002', 'V', 'CN', '30000', '2025-01-12'),
('5', '10000000003', 'V', 'BL', '1000000', '2025-01-12'),
('6', '10000000003', 'V', 'CN', '3000', '2025-01-12');

-- rule: assessed_in_the_ledger_as_on_the_declaration
-- caught: 10000000002 V
insert into thue_sent (SO_TK, STT, MA_SAC_THUE, SO_TIEN) values
('100000000010', '1', 'V', '100'), ('100000000010', '2', 'V', '50'),
('100000000020', '1', 'V', '100');
insert into nop_sent (SO_BT, SO_TK_GOC, MA_SAC_THUE, LOAI, SO_TIEN) values
('1', '10000000001', 'V', 'AD', '150'), ('2', '10000000002', 'V', 'AD', '150');

-- rule: paid_within_what_is_owed
-- caught: 10000000002 V
insert into nop_sent (SO_BT, SO_TK_GOC, MA_SAC_THUE, LOAI, SO_TIEN) values
('1', '10000000001', 'V', 'AD', '150'), ('2', '10000000001', 'V', 'NOP', '150'),
('3', '10000000002', 'V', 'AD', '150'), ('4', '10000000002', 'V', 'MIEN', '100'),
('5', '10000000002', 'V', 'NOP', '60');

-- rule: guarantee_at_most_thirty_days
-- caught: BL2
insert into baolanh_sent (SO_BL, LOAI, TU_NGAY, DEN_NGAY) values
('BL1', 'R', '2025-01-01', '2025-01-31'), ('BL2', 'R', '2025-01-01', '2025-02-01'),
('BL3', 'C', '2025-01-01', '2025-12-31');

-- rule: guarantees_are_there
-- caught: 100000000020
insert into baolanh_sent (SO_BL, MA_DN, TU_NGAY, DEN_NGAY) values
('BL1', 'A', '2025-01-01', '2025-01-31');
insert into tk_sent (SO_TK, MA_DN, MA_THOI_HAN, SO_BAO_LANH, NGAY_DK) values
('100000000010', 'A', 'A', 'BL1', '2025-01-01 08:00:00'),
('100000000020', 'B', 'A', 'BL1', '2025-01-01 08:00:00');

-- rule: debt_is_what_was_not_paid
-- caught: 2025-01 10000000002 V
insert into nop_sent (SO_BT, SO_TK_GOC, MA_SAC_THUE, LOAI, SO_TIEN, NGAY_HT) values
('1', '10000000001', 'V', 'AD', '150', '2025-01-05'),
('2', '10000000001', 'V', 'NOP', '100', '2025-01-25'),
('3', '10000000001', 'V', 'NOP', '50', '2025-02-05'),
('4', '10000000002', 'V', 'AD', '150', '2025-01-05'),
('5', '10000000002', 'V', 'NOP', '100', '2025-01-25');
insert into no_sent (THANG, MA_DN, SO_TK_GOC, MA_SAC_THUE, CON_NO) values
('2025-01', 'A', '10000000001', 'V', '50'), ('2025-01', 'A', '10000000002', 'V', '150');

-- rule: fines_are_sanctions_of_the_registry
-- caught: 2
insert into vipham_sent (SO_QD, MA_DN, NGAY_QD, SO_TIEN) values
('XP1', 'A', '2025-01-10', '500000'), ('XP2', 'A', '2025-01-20', '500000'),
('XP3', 'A', '2025-01-12', '200000');
insert into nop_sent (SO_BT, MA_DN, LOAI, SO_TIEN, NGAY_CT, SO_QD) values
('1', 'A', 'PHAT', '500000', '2025-01-10', 'XP1'),
('2', 'A', 'PHAT', '500000', '2025-01-10', 'QD1'),
('3', 'A', 'PHAT', '500000', '2025-01-15', 'XP2'),
('4', 'A', 'PHAT', '500000', '2025-01-25', 'QD2'),
('5', 'A', 'PHAT', '500000', '2025-01-12', 'XP3'), ('6', 'A', 'XOA', '300000', '2025-03-12', 'XP3'),
('7', 'A', 'PHAT', '500000', '2025-01-12', 'XP4'), ('8', 'A', 'XOA', '500000', '2025-01-19', 'XP4');
