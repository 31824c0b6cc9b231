"""Routes of forecasts: ask for one, remove some; knows nothing of what they say."""

from typing import Annotated

from fastapi import APIRouter, Response

from unusual.api.answers import answer
from unusual.api.declaring import call
from unusual.api.dependencies import PortsHere, RunningHere
from unusual.api.wire import options_of, query_of
from unusual.jobs import forecasts
from unusual.jobs.forecasting import Wanted
from unusual.schema.answers import Acknowledged, ForecastAsked
from unusual.schema.durations import parse_size
from unusual.schema.options import DeleteForecastOptions, ForecastOptions

router = APIRouter(prefix="/anomaly_detectors/{job_id}/_forecast")


@router.post("")
@call("forecast", ForecastAsked)
async def forecast(
    running: RunningHere, job_id: str, options: Annotated[ForecastOptions, options_of(ForecastOptions)]
) -> Response:
    """The id of a forecast that is made from now on."""
    wanted = Wanted(options.duration, options.expires_in, parse_size(options.max_model_memory))
    return answer({"acknowledged": True, "forecast_id": await running.forecast(job_id, wanted)})


@router.delete("")
@router.delete("/{forecast_id}")
@call("delete_forecast", Acknowledged)
def delete(
    ports: PortsHere,
    job_id: str,
    options: Annotated[DeleteForecastOptions, query_of(DeleteForecastOptions)],
    forecast_id: str = "_all",
) -> Response:
    """Forecasts less."""
    forecasts.delete(ports, job_id, forecast_id, allow_no_match=options.allow_no_forecasts)
    return answer({"acknowledged": True})
