"""The lane service: a declaration as it is registered in, a lane with reasons out.

A request: `json_document`, `request_fields`, `request` (JSON as it was sent, its fields, the whole
by the contracts), `request_agreement` (whether it agrees with itself), `refusal` (what is answered
instead of a lane).

A decision: `inputs` (the columns that features read), `history` (profiles in mapped files),
`policy` (from margins to lanes), `grounds` (why, in words), `decision` (all of it).

A snapshot: `snapshot` (what one is, and reading it), `snapshot_writing` (making it), `golden`
(items that prove that it scores as the batch does).

The service: `server` (under uvicorn), `service` (requests and answers), `connection` (bounds of
one), `places` (how many), `access` (who may ask), `draining` (stopping without a reset), `metrics`,
`settings`.
"""
