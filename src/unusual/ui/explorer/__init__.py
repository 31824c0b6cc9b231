"""The anomaly explorer."""
