"""What forecasts are called in documents: kinds of results, and how far a forecast is; knows no forecast."""

from typing import Final

KIND: Final = "model_forecast"
REQUEST_KIND: Final = "model_forecast_request_stats"
SCHEDULED, STARTED, FINISHED, FAILED = "scheduled", "started", "finished", "failed"
