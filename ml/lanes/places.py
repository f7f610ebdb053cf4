"""The connections of one process: who does not show the token keeps nobody out who does.

Every account of the machine can open connections without end. Those that have shown the token and
those that have not are bounded apart, and of the latter the oldest makes way for the newest:
whoever connects is heard, and whoever shows the token then is known.
"""

import asyncio


class Places:
    """Who holds a connection; each bound is told by who asks."""

    def __init__(self) -> None:
        # By age, the oldest first.
        self._strangers: dict[asyncio.Transport, None] = {}
        self._known: set[asyncio.Transport] = set()

    def let_in(self, transport: asyncio.Transport, most: int) -> None:
        """Take a new connection; of more than `most` strangers the oldest is cut off."""
        self._strangers[transport] = None
        if len(self._strangers) > most:
            oldest = next(iter(self._strangers))
            del self._strangers[oldest]
            oldest.abort()

    def keep(self, transport: asyncio.Transport, most: int) -> bool:
        """Return whether a connection that shows the token is one of the first `most` of these."""
        if transport not in self._known:
            if len(self._known) >= most:
                return False
            self._strangers.pop(transport, None)
            self._known.add(transport)
        return True

    def let_go(self, transport: asyncio.Transport) -> None:
        """Forget a connection that is gone."""
        self._strangers.pop(transport, None)
        self._known.discard(transport)
