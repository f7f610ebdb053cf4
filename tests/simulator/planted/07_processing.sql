-- rule: processed_goods_name_their_contract
-- caught: 300000000010 2
insert into tk_sent (SO_TK, MA_LH, MA_DN) values ('300000000010', 'E52', 'A');
insert into hopdonggc_sent (SO_HD_GC, MA_DN) values ('HD1', 'A'), ('HD2', 'B');
insert into hang_sent (SO_TK, STT, SO_HD_GC) values
('300000000010', '1', 'HD1'), ('300000000010', '2', 'HD2');

-- rule: products_have_their_code
-- caught: 300000000010 2
insert into tk_sent (SO_TK, MA_LH) values ('300000000010', 'E62');
insert into hang_sent (SO_TK, STT, MA_QL) values
('300000000010', '1', 'SP1'), ('300000000010', '2', null);

-- rule: processing_goods_carry_code_and_description
-- caught: 100000000010 2
insert into tk_sent (SO_TK, MA_LH) values ('100000000010', 'E21');
insert into hang_sent (SO_TK, STT, MA_QL, TEN_HANG) values
('100000000010', '1', 'NL1', 'NL1#&Vải dệt thoi'), ('100000000010', '2', 'NL2', 'Vải dệt thoi');

-- rule: settlement_balances
-- caught: A gc 2024-01-01 NL2 0
insert into qtnvl_sent (MA_DN, LOAI, TU_NGAY, MA_NVL, LAN_NOP, TON_DAU, NHAP, XUAT_SX, TON_CUOI)
values ('A', 'gc', '2024-01-01', 'NL1', '0', '5', '10', '12', '3'),
('A', 'gc', '2024-01-01', 'NL2', '0', '5', '10', '12', '4');
