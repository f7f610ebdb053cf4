"""Bytes from other systems become rows that keep their contract.

`land` is `customs land`: files of one source are received and loaded, with the report of
`landing_report`. `batches` makes rows of received files, batch by batch, and first of what an
interrupted landing left. `sources` says what the tables of each source hold and reads their forms;
`conform` parts raw rows into accepted ones and rejected ones with their reasons; `reason_hints` is
what helps to mend a record in quarantine. `withdraw` takes a delivery back, `rebuild` makes a lake
anew from the landing of another.
"""
