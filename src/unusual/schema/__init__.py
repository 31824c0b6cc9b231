"""Typed documents of the wire, read once at the door; know no arrays and no job at work."""
