-- rule: no_insurance_where_the_seller_insures
-- caught: 100000000020
insert into tk_sent (SO_TK, MA_DKGH, PHI_BH) values
('100000000010', 'CIF', null), ('100000000020', 'CIF', '10'), ('100000000030', 'FOB', '10');

-- rule: only_excess_freight_where_the_seller_ships
-- caught: 100000000020
insert into tk_sent (SO_TK, MA_DKGH, TONG_TG_HD, PHI_VC) values
('100000000010', 'CFR', '1000', '20'), ('100000000020', 'CFR', '1000', '200');

-- rule: charges_have_their_currency
-- caught: 100000000020
insert into tk_sent (SO_TK, PHI_VC, MA_NT_VC) values
('100000000010', '20', 'USD'), ('100000000020', '20', null);
