"""Anomaly detection over time series and logs, as a library, a command and a server."""
