"""Post-clearance audit targets: whom, what to expect, and which items say so."""
