"""A nation in a box: seeded, day by day, it writes the outside formats as other systems would.

What is here knows the outside formats only; it reads no contract, no lake and no adapter. Its
ground truth goes to a folder of its own that no other house opens.
"""

from ingestion.simulator.arguments import SimulationArguments, SimulationSummary
from ingestion.simulator.world import run

__all__ = ["SimulationArguments", "SimulationSummary", "run"]
