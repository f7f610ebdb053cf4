"""The realism report: a folder of outside files held against published figures and shapes.

Only what other systems would see is read: the files of the folder, and of `world.json` the
arguments of the run. Nothing here knows how the nation was made.
"""

from benchmark.realism.figures import Figure, Result, Verdict, load_figures
from benchmark.realism.page import render, write
from benchmark.realism.report import Report, as_payload, is_within, measure

__all__ = [
    "Figure",
    "Report",
    "Result",
    "Verdict",
    "as_payload",
    "is_within",
    "load_figures",
    "measure",
    "render",
    "write",
]
