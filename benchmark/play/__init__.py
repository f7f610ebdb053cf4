"""The closed loop: policies look at a simulated nation week by week, and it answers them.

`game` (the loop), `whole_weeks`, `opening`, `nation`, `weeks`, `audits`, `tables`, `post` (the
nation that answers, and the files its systems send), `policies`, `learning`, `detectors`,
`outsiders`, `confined`, `forbidden_calls` (who plays, and what keeps those of others from the
truth), `terms` (what they may read and use), `contest` (who plays whom, and what came of it),
`scratch` (where).
"""
