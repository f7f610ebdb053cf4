-- rule: containers_have_their_check_digit
-- caught: CSQU3054384
insert into cont_sent (SO_TK, SO_CONT) values
('100000000010', 'CSQU3054383'), ('100000000010', 'CSQU3054384');

-- rule: tax_codes_have_their_check_digit
-- caught: 0100109107
insert into tk_sent (SO_TK, MA_DN, LOAI_DN) values
('100000000010', '0100109106', 'DN'), ('100000000020', '0100109107', 'DN'),
('100000000030', '0100109106-001', 'DN'), ('100000000040', '001085012345', 'CN');

-- rule: air_waybills_have_their_check_digit
-- caught: 738-12345676
insert into tk_sent (SO_TK, NHOM, MA_PTVT, SO_VD1) values
('100000000010', 'N', '1', '738-12345675'), ('100000000020', 'N', '1', '738-12345676'),
('100000000030', 'N', '1', 'HAWB0001');

-- rule: ships_have_their_imo_number
-- caught: 9074728
insert into manifest_sent (id, mode, means) values
('1', 'SEA', {'name': 'A', 'id': '9074729', 'voyage': '1'}),
('2', 'SEA', {'name': 'B', 'id': '9074728', 'voyage': '1'}),
('3', 'AIR', {'name': null, 'id': 'VN123', 'voyage': '1'});
