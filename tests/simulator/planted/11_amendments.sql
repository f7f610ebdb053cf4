-- rule: versions_follow_each_other
-- caught: 100000000021
insert into tk_sent (SO_TK, MA_LY_DO_SUA, LAN_SUA) values
('100000000010', null, null), ('100000000011', '4', '1'), ('100000000021', '4', '1');

-- rule: declared_items_are_never_overwritten
-- caught: 100000000010 2
insert into hang_sent (SO_TK, STT, OP, TRI_GIA_TT) values
('100000000010', '1', 'I', '10'), ('100000000010', '1', 'I', '10'),
('100000000010', '2', 'I', '10'), ('100000000010', '2', 'U', '20');

-- rule: declared_headers_are_never_overwritten
-- caught: 100000000020
insert into tk_sent (SO_TK, OP, MA_LH, NGAY_TQ) values
('100000000010', 'I', 'A11', null), ('100000000010', 'U', 'A11', '2025-01-02 08:00:00'),
('100000000020', 'I', 'A11', null), ('100000000020', 'U', 'A12', '2025-01-02 08:00:00');

-- rule: corrections_have_before_and_after
-- caught: K2 1 V
insert into khaibosung_sent (SO_KBS, STT, MA_SAC_THUE, TRUOC, SAU, MA_LY_DO) values
('K1', '1', 'V', '10', '20', '2'), ('K2', '1', 'V', null, '20', '2');

-- rule: corrections_start_from_what_was_declared
-- caught: 10000000001 2 V
insert into thue_sent (SO_TK, STT, MA_SAC_THUE, SO_TIEN) values
('100000000010', '1', 'V', '10'), ('100000000010', '2', 'V', '10');
insert into khaibosung_sent (SO_KBS, SO_TK_GOC, STT, MA_SAC_THUE, TRUOC, SAU, NGAY) values
('K1', '10000000001', '1', 'V', '10', '20', '2025-01-05'),
('K1', '10000000001', '2', 'V', '11', '20', '2025-01-05'),
('K2', '10000000001', '1', 'V', '20', '30', '2025-01-06');

-- rule: amended_declarations_tell_their_event
-- caught: 100000000021
insert into tk_sent (SO_TK) values ('100000000010'), ('100000000011'), ('100000000021');
insert into sukien_sent (SO_TK_GOC, MA_SK) values ('10000000001', 'SUA');

-- rule: clearance_outlives_its_correction
-- caught: 10000000002
insert into tk_sent (SO_TK, OP, NGAY_TQ) values
('100000000010', 'I', null), ('100000000011', 'I', '2025-01-02 08:00:00'),
('100000000011', 'D', '2025-01-02 08:00:00'), ('100000000010', 'U', '2025-01-02 08:00:00'),
('100000000020', 'I', null), ('100000000021', 'I', '2025-01-02 08:00:00'),
('100000000021', 'D', '2025-01-02 08:00:00'),
('100000000030', 'I', null), ('100000000031', 'I', null), ('100000000031', 'D', null);
