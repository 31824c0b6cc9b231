"""Writes docs/api.md from the routes of the server: part of `make docs`."""

from pathlib import Path

from unusual.api.reference import reference
from unusual.app import create_app

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api.md"

if __name__ == "__main__":
    PAGE.write_text(reference(create_app(lambda: None)), encoding="utf-8")
