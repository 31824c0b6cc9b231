"""The command `unusual`."""

from unusual.cli.commands import commands, main

__all__ = ["commands", "main"]
