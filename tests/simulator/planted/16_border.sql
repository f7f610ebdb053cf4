-- rule: slips_name_a_route_between_their_offices
-- caught: VC2
insert into tuyen_sent (MA_TUYEN, MA_HQ_DI, MA_HQ_DEN) values
('T1', '15BB', '01AB'), ('T1', '06V3', '01V1'), ('T2', '03CC', '01AB');
insert into vanchuyen_sent (SO_VC, MA_HQ_DI, MA_HQ_DEN, TUYEN) values
('VC1', '15BB', '01AB', 'T1'), ('VC2', '15BB', '01AB', 'T2'), ('VC3', '06V3', '01V1', 'T1');

-- rule: planned_in_the_time_of_the_route
-- caught: VC2
insert into tuyen_sent (MA_TUYEN, SO_GIO) values ('T1', '12');
insert into vanchuyen_sent (SO_VC, KH_DI, KH_DEN, TUYEN) values
('VC1', '2025-01-01 08:00:00', '2025-01-01 20:00:00', 'T1'),
('VC2', '2025-01-01 08:00:00', '2025-01-01 21:00:00', 'T1');

-- rule: routes_are_paths
-- caught: T2
insert into tuyen_sent (MA_TUYEN, DUONG, DIEM_DUNG, RONG_KM, SO_GIO) values
('T1', '21.0000 105.0000;21.5000 105.5000', '21.5000 105.5000', '1.5', '12'),
('T2', '21.0000 105.0000;21.5000', null, '1.5', '12');

-- rule: sealed_goods_stay_in_the_corridor
-- caught: VC2
insert into tuyen_sent (MA_TUYEN, DUONG, RONG_KM) values
('T1', '21.0000 105.0000;21.5000 105.5000;21.5000 106.0000', '1.5');
insert into vanchuyen_sent (SO_VC, TUYEN) values ('VC1', 'T1'), ('VC2', 'T1');
insert into seal_stream_sent (seal, n, vc, lat, lon) values
('S1', 1, 'VC1', 21.25, 105.25), ('S1', 2, 'VC1', 21.505, 105.8),
('S2', 1, 'VC2', 21.25, 105.25), ('S2', 2, 'VC2', 21.55, 105.8);

-- rule: residents_pay_above_their_quota
-- caught: B 2025-01-01
insert into cudan_sent (SO_PHIEU, SO_GT, NGAY, TRI_GIA, CHIEU, THUE) values
('1', 'A', '2025-01-01', '1500000', 'N', '0'), ('2', 'A', '2025-01-01', '900000', 'N', '40000'),
('3', 'B', '2025-01-01', '1500000', 'N', '0'), ('4', 'B', '2025-01-01', '900000', 'N', '0'),
('5', 'A', '2025-01-02', '1500000', 'N', '0'), ('6', 'A', '2025-01-02', '900000', 'X', '0');

-- rule: vehicles_leave_after_they_came
-- caught: TN2
insert into ptvt_sent (SO_TN, CHIEU, NGAY_VAO, NGAY_RA, SO_NGAY, HAN) values
('TN1', 'N', '2025-01-01', '2025-01-03', '7', '2025-01-08'),
('TN2', 'N', '2025-01-01', '2025-01-03', '7', '2025-01-09'),
('TN3', 'X', '2025-01-03', '2025-01-01', '7', '2025-01-08');

-- rule: vehicles_are_back_in_time
-- caught: TN2
insert into ptvt_sent (SO_TN, CHIEU, NGAY_VAO, NGAY_RA, HAN) values
('TN1', 'N', '2025-01-01', '2025-01-03', '2025-01-08'), ('TN2', 'N', '2025-01-01', null, '2025-01-08'),
('TN3', 'X', '2025-01-20', '2025-01-19', '2025-01-21'),
('TN4', 'N', '2025-01-19', '2025-01-20', '2025-01-20');
