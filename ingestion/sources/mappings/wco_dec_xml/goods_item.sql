-- The message reader names its columns as the contract does. A net mass that begins with ? is in a
-- unit that is none of mass.
select
    * exclude (net_mass_kg),
    case when not starts_with(net_mass_kg, '?') then net_mass_kg end as net_mass_kg,
    errors(
        case when starts_with(net_mass_kg, '?') then 'E_CODE:net_mass_kg' end
    ) as mapping_errors
from wco_goods_item
