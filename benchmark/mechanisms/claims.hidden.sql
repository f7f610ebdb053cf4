-- name: refund
-- A tenth of what the export is declared too dear: the input VAT claimed back. Freight within the
-- price is that of the true goods.
select
    mechanism,
    not is_import and regime = 'B11'
    and abs(evaded_vnd - 0.1 * (value_vnd - true_value_vnd)) <= 5 + 0.03 * evaded_vnd as holds
from deed;

-- name: all_of_it
-- Duty and VAT on all of the goods.
select mechanism, evaded_vnd / whole_vnd between 0.99 and 1.01 as holds
from deed where whole_vnd > 0;

-- name: diverted_share
-- Duty and VAT on 3 to 15 % of the import; each catch takes a fifth off, fifteen leave 0.1 %.
select mechanism, evaded_vnd / whole_vnd between 0.001 and 0.155 as holds
from deed where whole_vnd > 0;

-- name: taken_off
-- Duty and VAT on 30 to 90 % of the load, or on all of it.
select
    mechanism,
    evaded_vnd / whole_vnd between 0.29 and 0.91 or evaded_vnd / whole_vnd between 0.99 and 1.01
        as holds
from deed where whole_vnd > 0;

-- name: hidden_worth
-- Duty and VAT on 0.3 to 2 times (concealed) or 0.2 to 1 times the item's true value, and a million:
-- beside what is hidden, the price may be mistaken, and the freight that it bears with it.
select
    mechanism,
    (evaded_vnd - 1000000) / (whole_vnd * true_value_vnd / value_vnd)
        between case mechanism when 'concealed_goods' then 0.29 else 0.19 end
        and case mechanism when 'concealed_goods' then 2.05 else 1.03 end as holds
from deed where whole_vnd > 10000 and evaded_vnd > 0;
