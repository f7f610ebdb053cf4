"""The realism report: a folder of outside files held against published figures and shapes.

Only what other systems would see is read: the files of the folder, and of `world.json` the
arguments of the run. A few figures speak of what is hidden: they take the truth where it is given,
and are not measured without it.
"""
