-- rule: one_to_fifty_items
-- caught: 100000000020
insert into tk_sent (SO_TK, SO_DONG) values ('100000000010', '1'), ('100000000020', '51');
insert into hang_sent (SO_TK, STT) values ('100000000010', '1'), ('100000000020', '1');

-- rule: chain_fields_together
-- caught: 100000000020
insert into tk_sent (SO_TK, SO_TK_DAU, SO_NHANH, TONG_NHANH) values
('100000000010', '10000000001', '1', '2'), ('100000000020', '10000000001', '3', '2');

-- rule: chain_shares_its_shipment
-- caught: 10000000003
insert into tk_sent (SO_TK, SO_TK_DAU, SO_NHANH, TONG_NHANH, MA_DN, SO_VD1, SO_HD) values
('100000000010', '10000000001', '1', '2', 'A', 'B1', 'I1'),
('100000000020', '10000000001', '2', '2', 'A', 'B1', 'I1'),
('100000000030', '10000000003', '1', '2', 'A', 'B1', 'I1'),
('100000000040', '10000000003', '2', '2', 'A', 'B2', 'I1');
