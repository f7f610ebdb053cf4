-- The message reader names its columns as the contract does.
select * from wco_supporting_document
