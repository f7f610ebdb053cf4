-- rule: worked_example
-- Value 35,680 USD, duty 30 % and 50 USD a unit, defence 12 %, consumption 35 %, environment, VAT.
-- lines: N 1, G 1, T 1, M 1, V 1
-- wrong:
insert into bieuthue_sent (MA_BIEU_THUE, MA_HS, THUE_SUAT, TU_NGAY) values
('B01', '87032342', '30%+50 USD/PCE', '2020-01-01');
insert into pvtm_sent (MA_HS, MA_NUOC_XX, THUE_SUAT, TU_NGAY) values
('87032342', 'TH', '12%', '2020-01-01');
insert into ttdb_sent (MA_HS, THUE_SUAT, TU_NGAY) values ('87032342', '35', '2020-01-01');
insert into bvmt_sent (MA_HS, THUE_SUAT, TU_NGAY) values
('87032342', '100000 VND/PCE', '2020-01-01');
insert into vat_sent (MA_HS, THUE_SUAT, TU_NGAY) values ('87032342', '10%', '2020-01-01');
insert into tygia_sent values ('2025-01-06', 'USD', '10000.00', 'a');
insert into tk_sent (SO_TK, NHOM, MA_LH, NGAY_DK) values
('100000000010', 'N', 'A11', '2025-01-07 08:00:00');
insert into hang_sent (
    SO_TK, STT, MA_HS, MA_NUOC_XX, LUONG1, MA_DVT1, TRI_GIA_TT, MA_BIEU_THUE
) values ('100000000010', '1', '87032342', 'TH', '20', 'PCE', '356800000', 'B01');
insert into thue_sent (
    SO_TK, STT, MA_SAC_THUE, THUE_SUAT, TG_TINH_THUE, LUONG_TINH_THUE, SO_TIEN
) values
('100000000010', '1', 'N', '30%+50 USD/PCE', '356800000', '20', '117040000'),
('100000000010', '1', 'G', '12%', '356800000', null, '42816000'),
('100000000010', '1', 'T', '35%', '516656000', null, '180829600'),
('100000000010', '1', 'M', '100000 VND/PCE', null, '20', '2000000'),
('100000000010', '1', 'V', '10%', '699485600', null, '69948560');

-- rule: half_up_by_schedule_and_group
-- Item 1 is right to the half dong; item 2 takes the rate of another member of RCEP.
-- lines: N 2
-- wrong: N 1
insert into bieuthue_sent (MA_BIEU_THUE, MA_NHOM_NUOC, MA_HS, THUE_SUAT, TU_NGAY, DEN_NGAY) values
('B27', 'RCEP_ASEAN', '39239090', '10', '2022-01-01', null),
('B27', 'RCEP_CN', '39239090', '12%', '2022-01-01', '2024-12-31'),
('B27', 'RCEP_CN', '39239090', '11%', '2025-01-01', null);
insert into tk_sent (SO_TK, NHOM, MA_LH, NGAY_DK) values
('100000000010', 'N', 'A11', '2025-01-07 08:00:00');
insert into hang_sent (SO_TK, STT, MA_HS, MA_NUOC_XX, TRI_GIA_TT, MA_BIEU_THUE) values
('100000000010', '1', '39239090', 'TH', '12345', 'B27'),
('100000000010', '2', '39239090', 'CN', '12345', 'B27');
insert into thue_sent (SO_TK, STT, MA_SAC_THUE, THUE_SUAT, TG_TINH_THUE, SO_TIEN) values
('100000000010', '1', 'N', '10%', '12345', '1235'),
('100000000010', '2', 'N', '10%', '12345', '1235');

-- rule: lower_vat_by_list
-- Item 1 has the lower rate; 2 is left out of it and 3 taken in again; 4 lacks its tax line.
-- lines: V 4
-- wrong: V 1
insert into vat_sent (MA_HS, THUE_SUAT, TU_NGAY) values
('39239090', '10%', '2015-01-01'), ('85171300', '10%', '2015-01-01'),
('27101211', '10%', '2015-01-01'), ('02023010', '5%', '2015-01-01');
insert into giamvat_sent (MA_HS, LOAI, VAT_SUAT, TU_NGAY, DEN_NGAY) values
('8517', 'TRU', '8%', '2025-01-01', '2025-06-30'),
('27', 'TRU', '8%', '2025-01-01', '2025-06-30'),
('271012', 'GOM', '8%', '2025-01-01', '2025-06-30');
insert into tk_sent (SO_TK, NHOM, MA_LH, NGAY_DK) values
('100000000010', 'N', 'A11', '2025-06-30 23:00:00');
insert into hang_sent (SO_TK, STT, MA_HS, TRI_GIA_TT) values
('100000000010', '1', '39239090', '1000'), ('100000000010', '2', '85171300', '1000'),
('100000000010', '3', '27101211', '1000'), ('100000000010', '4', '02023010', '1000');
insert into thue_sent (SO_TK, STT, MA_SAC_THUE, THUE_SUAT, TG_TINH_THUE, SO_TIEN) values
('100000000010', '1', 'V', '8%', '1000', '80'), ('100000000010', '2', 'V', '10%', '1000', '100'),
('100000000010', '3', 'V', '8%', '1000', '80');

-- rule: amounts_by_mass
-- 25.5 USD a tonne on 1,500 kg, declared in kilograms and again in pieces with their mass.
-- lines: N 2
-- wrong:
insert into bieuthue_sent (MA_BIEU_THUE, MA_HS, THUE_SUAT, TU_NGAY) values
('B01', '17019910', '25.5 USD/TNE', '2020-01-01');
insert into tygia_sent values ('2025-01-06', 'USD', '25430.55', 'a');
insert into tk_sent (SO_TK, NHOM, MA_LH, NGAY_DK) values
('100000000010', 'N', 'E31', '2025-01-12 08:00:00');
insert into hang_sent (
    SO_TK, STT, MA_HS, LUONG1, MA_DVT1, LUONG2, MA_DVT2, TRI_GIA_TT, MA_BIEU_THUE
) values
('100000000010', '1', '17019910', '1500', 'KGM', null, null, '9000', 'B01'),
('100000000010', '2', '17019910', '30', 'BG', '1500', 'KGM', '9000', 'B01');
insert into thue_sent (SO_TK, STT, MA_SAC_THUE, THUE_SUAT, LUONG_TINH_THUE, SO_TIEN) values
('100000000010', '1', 'N', '25.5 USD/TNE', '1.5', '972719'),
('100000000010', '2', 'N', '25.5 USD/TNE', '1.5', '972719');
