"""What people look at: anomalies drawn side by side, one by one, and one metric over time; knows no page."""
