"""The realism report: a folder of outside files held against published figures and shapes.

Only what other systems would see is read: the files of the folder, and of `world.json` the
arguments of the run. Nothing here knows how the nation was made.
"""
