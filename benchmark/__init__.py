"""The open benchmark on the simulated nation: who finds the most of what is wrong, honestly judged.

This house knows the outside formats and the published truth format. It knows no contract, no lake
and no model of this project, so that an outsider's selection is judged as ours are. Only
`benchmark.truth` opens the truth. `realism` holds a folder of outside files against published
figures, `public` tries the learning on public data.
"""
