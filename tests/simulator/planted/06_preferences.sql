-- rule: not_subject_to_duty_is_zero
-- caught: 100000000010 2
insert into hang_sent (SO_TK, STT, MA_BIEU_THUE) values
('100000000010', '1', 'B30'), ('100000000010', '2', 'B30');
insert into thue_sent (SO_TK, STT, MA_SAC_THUE, SO_TIEN) values
('100000000010', '1', 'N', '0'), ('100000000010', '2', 'N', '10');

-- rule: preference_needs_a_certificate
-- caught: 100000000010 2
insert into tk_sent (SO_TK, NHOM) values ('100000000010', 'N');
insert into chungtu_sent (SO_TK, STT_CT, LOAI_CT, SO_CT) values ('100000000010', '1', 'CO', 'E1');
insert into hang_sent (SO_TK, STT, MA_BIEU_THUE, SO_CO) values
('100000000010', '1', 'B05', 'E1'), ('100000000010', '2', 'B05', null),
('100000000010', '3', 'B01', null);

-- rule: certificate_form_of_the_schedule
-- caught: 100000000010 2
insert into chungtu_sent (SO_TK, STT_CT, LOAI_CT, SO_CT, MA_MAU) values
('100000000010', '1', 'CO', 'E1', 'E');
insert into hang_sent (SO_TK, STT, MA_BIEU_THUE, SO_CO) values
('100000000010', '1', 'B05', 'E1'), ('100000000010', '2', 'B04', 'E1');

-- rule: schedules_are_known
-- caught: 100000000010 2
insert into tk_sent (SO_TK) values ('100000000010');
insert into bieuthue_sent (MA_BIEU_THUE, MA_HS, TU_NGAY) values ('B01', '85171300', '2015-01-01');
insert into hang_sent (SO_TK, STT, MA_BIEU_THUE) values
('100000000010', '1', 'B01'), ('100000000010', '2', 'B77');

-- rule: one_date_a_certificate
-- caught: E2
insert into chungtu_sent (SO_TK, STT_CT, LOAI_CT, SO_CT, NGAY_CT) values
('100000000010', '1', 'CO', 'E1', '2025-01-10'), ('100000000020', '1', 'CO', 'E1', '2025-01-10'),
('100000000010', '2', 'CO', 'E2', '2025-01-10'), ('100000000020', '2', 'CO', 'E2', '2025-01-11');
