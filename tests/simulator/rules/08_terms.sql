-- rule: no_insurance_where_the_seller_insures
-- tables: tk
-- Insurance cannot be entered under terms whose price holds it.
select SO_TK as record_key, PHI_BH is not null as is_violated
from tk
where MA_DKGH in ('CIF', 'CIP', 'C&I', 'DDU', 'DDP', 'DAP', 'DAF', 'DAT', 'DPU');

-- rule: only_excess_freight_where_the_seller_ships
-- tables: tk
-- Under CIF or C&F only freight beyond the invoice's may stand; a tenth of the invoice bounds it.
select SO_TK as record_key, coalesce(PHI_VC > TONG_TG_HD * 0.1, false) as is_violated
from tk
where MA_DKGH in ('CIF', 'CIP', 'C&F', 'CFR', 'CPT') and coalesce(MA_NT_VC = MA_NT, true);

-- rule: charges_have_their_currency
-- tables: tk
-- Freight and insurance come with a currency, and the currency with them.
select
    SO_TK as record_key,
    (PHI_VC is null) <> (MA_NT_VC is null) or (PHI_BH is null) <> (MA_NT_BH is null)
        as is_violated
from tk;
