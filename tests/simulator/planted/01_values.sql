-- rule: unit_price_times_quantity
-- caught: 100000000010 2
insert into tk_sent (SO_TK, MA_NT) values ('100000000010', 'USD');
insert into hang_sent (SO_TK, STT, LUONG1, DON_GIA, MA_NT_DG, TRI_GIA_HD) values
('100000000010', '1', '3', '1.5', 'USD', '4.5'), ('100000000010', '2', '3', '1.5', 'USD', '6');

-- rule: item_values_add_up_to_the_invoice
-- caught: 100000000020
insert into tk_sent (SO_TK, SO_DONG, TONG_TG_HD, SO_TK_DAU) values
('100000000010', '2', '10', null), ('100000000020', '1', '10', null),
('100000000030', '1', '9', '10000000003'), ('100000000040', '1', '9', '10000000003');
insert into hang_sent (SO_TK, STT, TRI_GIA_HD) values
('100000000010', '1', '4'), ('100000000010', '2', '6'), ('100000000020', '1', '9'),
('100000000030', '1', '5'), ('100000000040', '1', '4');

-- rule: customs_values_add_up
-- caught: 100000000020
insert into tk_sent (SO_TK, SO_DONG, TONG_TG_TT) values
('100000000010', '2', '10'), ('100000000020', '1', '10');
insert into hang_sent (SO_TK, STT, TRI_GIA_TT) values
('100000000010', '1', '4'), ('100000000010', '2', '6'), ('100000000020', '1', '9');

-- rule: customs_value_of_an_import
-- caught: 100000000020
insert into tygia_sent (TU_NGAY, MA_NT, VND) values ('2025-01-06', 'EUR', '27000.00');
insert into tk_sent (
    SO_TK, NHOM, NGAY_DK, SO_DONG, MA_PL_TRI_GIA, MA_NT, TONG_TG_HD, TY_GIA, PHI_VC, MA_NT_VC,
    DC_TRI_GIA, TONG_TG_TT
) values
('100000000010', 'N', '2025-01-08 01:00:00', '1', '6', 'USD', '100', '25000', '10', 'EUR', '-5',
    '2769995'),
('100000000020', 'N', '2025-01-08 01:00:00', '1', '6', 'USD', '100', '25000', null, null, null,
    '2600000');

-- rule: exchange_rate_of_the_week
-- caught: 100000000020
insert into tygia_sent (TU_NGAY, MA_NT, VND) values
('2025-01-06', 'USD', '25000.00'), ('2025-01-13', 'USD', '25100.00');
insert into tk_sent (SO_TK, NGAY_DK, MA_NT, TY_GIA) values
('100000000010', '2025-01-12 23:00:00', 'USD', '25000'),
('100000000020', '2025-01-13 00:00:00', 'USD', '25000'),
('100000000030', '2025-01-13 00:00:00', 'VND', '1');
