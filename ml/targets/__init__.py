"""Post-clearance audit targets: whom, what to expect, and which items say so.

`expected`: the list. `estimate`: from what was found to what open items may bring, with intervals.
`evidence`: the items that a target rests on. `money`: reasons as parts of the amount.
"""
