"""Whether this process was told to end: whatever fails from then on fails by that."""

asked = False
"""True from the signal on. The engine puts errors of several kinds in place of it.

No lock stands behind it: a second signal comes in the middle of the first one's handler.
"""
