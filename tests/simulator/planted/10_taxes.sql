-- rule: tax_bases_add_up
-- caught: 100000000010 2 V
insert into hang_sent (SO_TK, STT, TRI_GIA_TT) values
('100000000010', '1', '1000'), ('100000000010', '2', '1000');
insert into thue_sent (SO_TK, STT, MA_SAC_THUE, TG_TINH_THUE, SO_TIEN) values
('100000000010', '1', 'N', '1000', '100'), ('100000000010', '1', 'G', '1000', '50'),
('100000000010', '1', 'T', '1150', '200'), ('100000000010', '1', 'M', null, '30'),
('100000000010', '1', 'V', '1380', '138'),
('100000000010', '2', 'N', '1000', '100'), ('100000000010', '2', 'V', '1000', '100');

-- rule: taxes_add_up
-- caught: 100000000020
insert into tk_sent (SO_TK, SO_DONG, TONG_THUE) values
('100000000010', '1', '110'), ('100000000020', '1', '110');
insert into hang_sent (SO_TK, STT) values ('100000000010', '1'), ('100000000020', '1');
insert into thue_sent (SO_TK, STT, MA_SAC_THUE, SO_TIEN) values
('100000000010', '1', 'N', '10'), ('100000000010', '1', 'V', '100'),
('100000000020', '1', 'V', '100');

-- rule: exemption_within_the_tax
-- caught: 100000000020 1 N
insert into thue_sent (SO_TK, STT, MA_SAC_THUE, SO_TIEN, SO_TIEN_MIEN, MA_MIEN) values
('100000000010', '1', 'N', '10', '10', 'XN200'), ('100000000020', '1', 'N', '10', '11', 'XN200');
