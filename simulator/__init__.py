"""A nation in a box: seeded and keyed, it writes the outside formats as other systems would.

What is here knows the outside formats only; it reads no contract, no lake and no adapter. Its
ground truth goes to a folder of its own that no house but the benchmark opens.
"""
