"""The single metric viewer."""
