-- rule: header_lists_are_short
-- caught: 100000000020
insert into tk_sent (SO_TK, SO_VD1, SO_VD2, SO_VD3, MA_LUAT_KHAC, MA_NT) values
('100000000010', 'B1', 'B2', null, 'AA;AB;AC;AD;AE', 'USD'),
('100000000020', 'B1', null, 'B3', null, 'USD');

-- rule: documents_are_few
-- caught: 100000000020
insert into chungtu_sent (SO_TK, STT_CT, LOAI_CT)
select '100000000010', n, 'GP' from range(5) as series (n)
union all select '100000000020', n, 'GP' from range(6) as series (n);

-- rule: taxes_are_few
-- caught: 100000000020 1
insert into thue_sent (SO_TK, STT, MA_SAC_THUE) select '100000000020', '1', kind
from unnest(['N', 'B', 'G', 'C', 'T', 'M', 'V']) as series (kind);
insert into thue_sent (SO_TK, STT, MA_SAC_THUE) values ('100000000010', '1', 'N');
