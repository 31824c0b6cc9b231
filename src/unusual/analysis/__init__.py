"""One job in memory: bytes in, result documents out; no clock, disk, network or thread."""
