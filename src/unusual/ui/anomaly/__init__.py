"""One anomaly as people see it: its row in a table, its explanation, its chart."""
