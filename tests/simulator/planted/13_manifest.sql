-- rule: manifest_gross_weight
-- caught: B2
insert into manifest_sent (id, bills) select '1', [
    {'no': 'B1', 'gross_kg': 1050}, {'no': 'B2', 'gross_kg': 1500}, {'no': 'B3', 'gross_kg': 2000}
];
insert into tk_sent (SO_TK, SO_VD1, TRONG_LUONG, MA_DVT_TL) values
('100000000010', 'B1', '1000', 'KGM'), ('100000000020', 'B2', '1', 'TNE'),
('100000000030', 'B3', '1', 'TNE'), ('100000000040', 'B3', '990', 'KGM');

-- rule: declared_containers_are_on_the_manifest
-- caught: 100000000020 CSQU3054383
insert into manifest_sent (id, bills) select '1', [
    {'no': 'B1', 'containers': [{'no': 'CSQU3054383'}]},
    {'no': 'B2', 'containers': [{'no': 'MSKU1234565'}]}
];
insert into tk_sent (SO_TK, SO_VD1) values ('100000000010', 'B1'), ('100000000020', 'B2');
insert into cont_sent (SO_TK, SO_CONT) values
('100000000010', 'CSQU3054383'), ('100000000020', 'CSQU3054383');
