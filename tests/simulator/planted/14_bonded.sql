-- rule: bonded_leaves_after_control
-- caught: VC2
insert into vanchuyen_sent (SO_VC, SO_TK, TT_DI) values
('VC1', '100000000010', '2025-01-01 12:00:00'), ('VC2', '100000000020', '2025-01-01 12:00:00'),
('VC3', '100000000030', null);
insert into sukien_sent (SO_TK_GOC, MA_SK, THOI_DIEM) values
('10000000001', 'TQ', '2025-01-01 11:00:00'), ('10000000002', 'BP', '2025-01-01 09:00:00');
insert into kiemtra_sent (MA_KT, STT_KT, SO_TK_GOC, HINH_THUC, DEN) values
('K1', 1, '10000000001', '3', '2025-01-01 10:00:00'),
('K2', 1, '10000000002', '2', '2025-01-01 13:00:00'),
('K3', 1, '10000000001', '7', '2025-01-05 10:00:00');

-- rule: bonded_export_comes_after_its_trip
-- caught: M2 30000000002
insert into tk_sent (SO_TK, NHOM) values
('300000000010', 'X'), ('300000000020', 'X'), ('300000000030', 'X'), ('100000000040', 'N');
insert into vanchuyen_sent (SO_VC, SO_TK, TT_DI, TT_DEN) values
('VC1', '300000000010', '2025-01-01 08:00:00', '2025-01-01 12:00:00'),
('VC2', '300000000020', '2025-01-01 08:00:00', '2025-01-01 12:00:00'),
('VC3', '300000000030', '2025-01-01 08:00:00', null),
('VC4', '100000000040', '2025-01-01 08:00:00', '2025-01-01 12:00:00');
insert into port_message_sent (id, kind, decl, ts) values
('M1', 'GATE_IN', '300000000010', '2025-01-01 12:30:00+07'),
('M2', 'GATE_IN', '300000000020', '2025-01-01 11:00:00+07'),
('M4', 'GATE_IN', '100000000040', '2025-01-01 07:00:00+07');
insert into lang_son_gate_sent (eventId, "type", ts, declarations) values
('E1', 'PRE_DECLARED', epoch_ms(timestamptz '2025-01-01 06:00:00+07'), ['300000000030']),
('E2', 'GATE_IN', epoch_ms(timestamptz '2025-01-01 09:00:00+07'), ['300000000030']);

-- rule: bonded_import_leaves_with_its_goods
-- caught: E2 10000000002
insert into tk_sent (SO_TK, NHOM) values
('100000000010', 'N'), ('100000000020', 'N'), ('300000000030', 'X');
insert into vanchuyen_sent (SO_VC, SO_TK, TT_DI) values
('VC1', '100000000010', '2025-01-01 08:00:00'), ('VC2', '100000000020', '2025-01-01 08:00:00'),
('VC3', '300000000030', '2025-01-01 08:00:00');
insert into port_message_sent (id, kind, decl, ts) values
('M1', 'GATE_OUT', '100000000010', '2025-01-01 07:30:00+07');
insert into lang_son_gate_sent (eventId, "type", ts, declarations) values
('E2', 'GATE_OUT', epoch_ms(timestamptz '2025-01-01 09:00:00+07'), ['100000000020']),
('E3', 'GATE_OUT', epoch_ms(timestamptz '2025-01-01 10:00:00+07'), ['300000000030']);
