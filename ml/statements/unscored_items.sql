-- Inputs of the items to score; the order does not matter.
select * from item_input
