"""Compiled loops: arrays in, arrays out; no strings, no clock, no documents."""
