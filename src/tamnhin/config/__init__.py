"""Settings, addresses and entry points. The outermost ring: nothing imports it."""
