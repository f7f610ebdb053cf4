-- rule: departure_before_arrival
-- caught: VC2
insert into vanchuyen_sent (SO_VC, KH_DI, KH_DEN, TT_DI, TT_DEN) values
('VC1', '2025-01-01 08:00:00', '2025-01-01 12:00:00', '2025-01-01 08:10:00', null),
('VC2', '2025-01-01 08:00:00', '2025-01-01 12:00:00', null, '2025-01-01 11:00:00');

-- rule: sealed_before_departure
-- caught: VC2 S2
insert into vanchuyen_sent (SO_VC, TT_DI) values
('VC1', '2025-01-01 08:00:00'), ('VC2', '2025-01-01 08:00:00');
insert into seal_stream_sent (seal, n, ev, vc, ts) values
('S1', 1, 'ATTACH', 'VC1', '2025-01-01 07:50:00+07'),
('S1', 2, 'POS', 'VC1', '2025-01-01 08:10:00+07'),
('S2', 1, 'ATTACH', 'VC2', '2025-01-01 08:50:00+07');

-- rule: lang_son_out_after_cleared
-- caught: E3 100000000020
insert into tk_sent (SO_TK, MA_LH, NGAY_TQ) values
('100000000010', 'A11', '2025-01-01 08:00:00'), ('100000000020', 'A11', '2025-01-01 12:00:00'),
('100000000030', 'G11', null);
insert into lang_son_gate_sent (eventId, "type", ts, declarations)
select event, kind, epoch_ms(cast(moment as timestamptz)), [number]
from (values
    ('E1', 'CLEARED', '2025-01-01 08:05:00+07', '100000000010'),
    ('E2', 'GATE_OUT', '2025-01-01 08:06:00+07', '100000000010'),
    ('E3', 'GATE_OUT', '2025-01-01 10:00:00+07', '100000000020'),
    ('E4', 'GATE_OUT', '2025-01-01 10:00:00+07', '100000000030')
) as planted (event, kind, moment, number);

-- rule: lao_cai_out_after_cleared
-- caught: E3 100000000020
insert into tk_sent (SO_TK, MA_LH, NGAY_TQ) values
('100000000010', 'A11', '2025-01-01 08:00:00'), ('100000000020', 'A11', '2025-01-01 12:00:00');
insert into lao_cai_gate_sent (EVENT_ID, THOI_GIAN, LOAI, SO_TK) values
('E1', '01/01/2025 08:05', 'Thông quan', '100000000010'),
('E2', '01/01/2025 08:05', 'Ra cửa khẩu', '100000000010'),
('E3', '01/01/2025 10:00', 'Ra cửa khẩu', '100000000010 + 100000000020');

-- rule: port_out_after_release
-- caught: M2
insert into tk_sent (SO_TK, NHOM) values
('100000000010', 'N'), ('100000000020', 'N'), ('100000000030', 'N');
insert into vanchuyen_sent (SO_VC, SO_TK) values ('VC1', '100000000030');
insert into sukien_sent (SO_TK_GOC, MA_SK, THOI_DIEM) values
('10000000001', 'MHBQ', '2025-01-01 08:00:00'), ('10000000002', 'TQ', '2025-01-01 10:00:00');
insert into port_message_sent (id, kind, decl, ts) values
('M1', 'GATE_OUT', '100000000010', '2025-01-01 09:00:00+07'),
('M2', 'GATE_OUT', '100000000020', '2025-01-01 09:00:00+07'),
('M3', 'GATE_OUT', '100000000030', '2025-01-01 09:00:00+07');
