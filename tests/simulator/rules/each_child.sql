-- rule: belongs_to_a_declaration
-- tables: tk, ${name}
-- Items, taxes, documents and containers belong to a version that was sent.
select distinct SO_TK as record_key, SO_TK not in (select tk.SO_TK from tk) as is_violated
from ${name};
