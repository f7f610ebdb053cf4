"""The ceiling: how much plain trees find that are told the truth of every declaration of the past.

No policy, but a yardstick for them: what lies above it is not in the tables, what lies below it is
lost because control sees little. Beside it stand the same trees on what inspections and audits
told, on the truth without some mechanisms, and every single rule; all on the same finished nations.

`weeks` (signs of all tables as they were known when a week ended), `items` (what a nation's goods
items look like), `lessons` (what was wrong with them: told, true), `trees`, `nation` (all of it),
`choices` (who chooses what), `report`.
"""
