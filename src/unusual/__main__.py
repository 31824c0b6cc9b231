"""`python -m unusual` is the command `unusual`."""

from unusual.cli import main

main()
