-- rule: well_formed[hang.TRI_GIA_TT]
-- caught: 100000000010 2
insert into hang_sent (SO_TK, STT, TRI_GIA_TT) values
('100000000010', '1', '1000'), ('100000000010', '2', '1000.5');

-- rule: well_formed[hang.DON_GIA]
-- caught: 100000000010 2
insert into hang_sent (SO_TK, STT, DON_GIA) values
('100000000010', '1', '0.1234'), ('100000000010', '2', '0.12345');

-- rule: well_formed[hang.LUONG1]
-- caught: 100000000010 2
insert into hang_sent (SO_TK, STT, LUONG1) values
('100000000010', '1', '0.12'), ('100000000010', '2', '1e5');

-- rule: well_formed[tk.TRONG_LUONG]
-- caught: 100000000020
insert into tk_sent (SO_TK, TRONG_LUONG) values
('100000000010', '999999.125'), ('100000000020', '1000000');

-- rule: well_formed[tk.NGAY_DK]
-- caught: 100000000020
insert into tk_sent (SO_TK, NGAY_DK) values
('100000000010', '2025-01-01 23:59:59'), ('100000000020', '2025-01-01T23:59:59');
