"""Whether this process was told to end: whatever fails from then on fails by that."""

import threading

asked = threading.Event()
"""Set at the signal. The engine puts errors of several kinds in place of it."""
