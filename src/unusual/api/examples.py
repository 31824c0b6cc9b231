"""One request for every call, in an order in which a fresh server answers all of them; knows no answers.

The description of the API shows them, and a test sends them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import getitem
from typing import Any, Final, NamedTuple, TypeAlias

from unusual.analysis.control import Document


class Told(NamedTuple):
    """A value that an earlier answer told: `shown` in the description, found in the answer of `call` at `place`."""

    call: str
    place: tuple[str | int, ...]
    shown: str


Path: TypeAlias = dict[str, str | Told]


@dataclass(frozen=True)
class Example:
    """One request.

    path   values of the parameters in the path; which of them are there decides which route is meant
    query  further parameters
    body   a JSON document, or the text of a body that is none, or a file that an earlier call answered
    moot   whether a fresh server has nothing to do there, and refuses it as a conflict
    """

    call: str
    path: Mapping[str, str | Told] = field(default_factory=dict)
    query: Mapping[str, str | int | bool | Told] = field(default_factory=dict)
    body: Document | str | Told | None = None
    moot: bool = False

    def resolved(self, told: Mapping[str, Any]) -> "Example":
        """The same with what earlier answers told; `told` has the last answer to each call."""
        path, query = (
            {name: _known(value, told) for name, value in given.items()} for given in (self.path, self.query)
        )
        return replace(self, path=path, query=query, body=_known(self.body, told))

    @property
    def words(self) -> dict[str, str]:
        """The further parameters as they stand in a URL."""
        return {
            name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in self.query.items()
        }


_START: Final = 1_700_006_400  # a bucket of the job begins
_JOB: Final[Path] = {"job_id": "pumps"}
_FEED: Final[Path] = {"datafeed_id": "pump-loads"}
_CALENDAR: Final[Path] = {"calendar_id": "holidays"}
_FILTER: Final[Path] = {"filter_id": "trusted"}
_INDEX: Final[Path] = {"index": "loads"}
_DETECTOR: Final[Document] = {"function": "mean", "field_name": "load", "by_field_name": "pump"}
_ANALYSIS: Final[Document] = {"bucket_span": "15m", "detectors": [_DETECTOR], "influencers": ["pump"]}
_CONFIG: Final[Document] = {
    "description": "How hard pumps work",
    "groups": ["plant"],
    "analysis_config": _ANALYSIS,
    "data_description": {"time_field": "time", "time_format": "epoch"},
}
_SNAPSHOT: Final[Path] = _JOB | {
    "snapshot_id": Told("get_model_snapshots", ("model_snapshots", 0, "snapshot_id"), "1700100000")
}
_EVENT: Final[Path] = _CALENDAR | {"event_id": Told("get_calendar_events", ("events", 0, "event_id"), "kpG9zosBBv8kx5")}


def _lines(*documents: str) -> str:
    return "".join(f"{document}\n" for document in documents)


def _loads(buckets: int, spacing: int) -> str:
    """Records of one pump that works as it always does, and then harder."""
    return _lines(
        *(
            f'{{"time":{_START + spacing * number},"pump":"north","load":{90 if number == buckets - 2 else 20}}}'
            for number in range(buckets)
        )
    )


_DOCUMENT: Final[Document] = {"time": _START + 90_000, "pump": "north", "load": 21.5}
_LINE: Final = f'{{"time":{_START + 91_800},"pump":"north","load":20.5}}'
_RESULT: Final[Document] = {
    "job_id": "pumps",
    "result_type": "influencer",
    "timestamp": _START * 1000,
    "bucket_span": 900,
    "influencer_field_name": "pump",
    "influencer_field_value": "south",
    "influencer_score": 12.5,
    "initial_influencer_score": 12.5,
    "probability": 0.001,
    "is_interim": False,
}

_SERVER: Final = (
    Example("about"),
    Example("ping"),
    Example("health"),
    Example("info"),
    Example("put_settings", body={"persistent": {"xpack.ml.max_model_memory_limit": "4gb"}}),
    Example("get_settings", query={"flat_settings": True}),
    Example("get_memory_stats", query={"human": True}),
    Example("set_upgrade_mode", query={"enabled": False, "timeout": "1m"}),
)
_CONFIGURING: Final = (
    Example("validate", body=_CONFIG),
    Example("validate_detector", body=_DETECTOR),
    Example("estimate_model_memory", body={"analysis_config": _ANALYSIS, "overall_cardinality": {"pump": 50}}),
    Example("put_filter", _FILTER, body={"description": "Pumps just repaired", "items": ["north", "south*"]}),
    Example("update_filter", _FILTER, body={"add_items": ["west"], "remove_items": ["north"]}),
    Example("get_filters", _FILTER),
    Example("put_job", _JOB, body=_CONFIG),
    Example("update_job", _JOB, body={"description": "Load of the pumps", "results_retention_days": 90}),
    Example("get_jobs", {"job_id": "plant"}),
    Example("put_calendar", _CALENDAR, body={"description": "Days without work", "job_ids": ["plant"]}),
    Example("put_calendar_job", _CALENDAR | {"job_ids": "pumps"}),
    Example("delete_calendar_job", _CALENDAR | {"job_ids": "pumps"}),
    Example(
        "post_calendar_events",
        _CALENDAR,
        body={
            "events": [
                {"description": "new year", "start_time": "2024-01-01T00:00Z", "end_time": "2024-01-02T00:00Z"},
                {
                    "description": "Sundays",
                    "start_time": "2023-12-03T00:00Z",
                    "end_time": "2023-12-04T00:00Z",
                    "recurrence": {"rule": "FREQ=WEEKLY;COUNT=4", "time_zone": "Europe/Berlin"},
                },
            ]
        },
    ),
    Example("get_calendar_events", _CALENDAR, {"start": "2023-12-01", "size": 10}),
    Example("delete_calendar_event", _EVENT),
    Example("get_calendars", query={"from": 0, "size": 10}),
    Example("delete_calendar", _CALENDAR),
)
_RUNNING: Final = (
    Example("open_job", _JOB, {"timeout": "1m"}),
    Example("post_data", _JOB, body=_loads(100, 900)),
    Example("flush_job", _JOB, {"calc_interim": True}),
    Example("get_job_stats", _JOB),
    Example("get_job_health", _JOB),
    Example("cat_jobs", _JOB, {"v": True, "h": "id,state,data.processed_records"}),
    Example("forecast", _JOB, {"duration": "1h"}),
    Example("get_buckets", _JOB, {"anomaly_score": 10, "sort": "anomaly_score", "desc": True}),
    Example("get_records", _JOB, {"record_score": 50, "start": "2023-11-15T00:00:00Z"}),
    Example("get_influencers", _JOB, {"exclude_interim": True}),
    Example("get_categories", _JOB, {"size": 5}),
    Example("get_overall_buckets", _JOB, {"top_n": 1, "bucket_span": "1h", "overall_score": 10}),
    Example("add_document", {"index": ".ml-anomalies-pumps"}, body=_RESULT),
    Example("close_job", _JOB, {"timeout": "1m"}),
    Example("delete_forecast", _JOB, {"allow_no_forecasts": True}),
    Example("get_model_snapshots", _JOB, {"desc": True}),
    Example("update_model_snapshot", _SNAPSHOT, body={"description": "before the repair", "retain": True}),
    Example("upgrade_job_snapshot", _SNAPSHOT, {"wait_for_completion": True}, moot=True),
    Example("get_model_snapshot_upgrade_stats", {"job_id": "_all", "snapshot_id": "_all"}),
    Example("export_model_snapshot", _SNAPSHOT),
    Example("import_job", query={"job_id": "pumps-2"}, body=Told("export_model_snapshot", (), "pumps.snapshot")),
    Example("revert_model_snapshot", _SNAPSHOT, {"delete_intervening_results": True}),
    Example("revert_model_snapshot", _JOB | {"snapshot_id": "empty"}),
    Example("delete_model_snapshot", _SNAPSHOT),
)
_DOCUMENTS: Final = (
    Example(
        "create_index",
        _INDEX,
        body={
            "mappings": {"properties": {"time": {"type": "date", "format": "epoch_second"}, "load": {"type": "double"}}}
        },
    ),
    Example("index_exists", _INDEX),
    Example("put_mapping", _INDEX, body={"properties": {"pump": {"type": "keyword"}}}),
    Example("get_mapping", _INDEX),
    Example("get_index", _INDEX),
    Example("get_index_settings", _INDEX),
    Example("put_document", _INDEX | {"document_id": "1"}, body=_DOCUMENT),
    Example("create_document", _INDEX | {"document_id": "2"}, body=_DOCUMENT),
    Example("add_document", _INDEX, body=_DOCUMENT),
    Example("bulk", _INDEX, body=_lines('{"index":{"_id":"3"}}', _LINE, '{"delete":{"_id":"2"}}')),
    Example("refresh", _INDEX),
    Example("get_document", _INDEX | {"document_id": "1"}),
    Example("get_source", _INDEX | {"document_id": "1"}),
    Example("mget", _INDEX, body={"ids": ["1", "3"]}),
    Example("open_point_in_time", _INDEX, {"keep_alive": "1m"}),
    Example("close_point_in_time", body={"id": "bG9hZHM="}),
    Example("field_caps", _INDEX, {"fields": "*"}),
    Example("count", _INDEX, {"q": "pump:north"}),
    Example("cat_indices", _INDEX, {"v": True}),
    Example(
        "search",
        {"index": ".ml-anomalies-pumps"},
        body={
            "query": {"term": {"result_type": "record"}},
            "sort": [{"record_score": "desc"}],
            "aggs": {"worst": {"max": {"field": "record_score"}}},
        },
    ),
    Example("search", _INDEX, {"scroll": "1m", "size": 1}),
    Example("scroll", query={"scroll_id": Told("search", ("_scroll_id",), "c2Nyb2xs"), "scroll": "1m"}),
    Example("clear_scrolls", {"scroll_ids": Told("search", ("_scroll_id",), "c2Nyb2xs")}),
    Example("search", _INDEX, {"scroll": "1m", "size": 1}),
    Example("clear_scroll", body={"scroll_id": "_all"}),
    Example("msearch", _INDEX, body=_lines("{}", '{"query":{"term":{"pump":"north"}}}')),
)
_FEEDING: Final = (
    Example("put_datafeed", _FEED, body={"job_id": "pumps", "indices": ["loads"], "query": {"match_all": {}}}),
    Example("update_datafeed", _FEED, body={"scroll_size": 500}),
    Example("get_datafeeds", _FEED),
    Example("preview_datafeed", _FEED),
    Example("open_job", _JOB),
    Example("start_datafeed", _FEED, {"start": "2023-11-14", "end": "2023-11-17"}),
    Example("get_datafeed_stats", _FEED),
    Example("cat_datafeeds", _FEED, {"v": True}),
    Example("stop_datafeed", _FEED, {"timeout": "1m"}),
    Example("delete_datafeed", _FEED, {"force": True}),
)
_REMOVING: Final = (
    Example("close_job", _JOB),
    Example("delete_expired_data", _JOB, {"timeout": "1h"}),
    Example("reset_job", _JOB, {"wait_for_completion": False}),
    Example("get_task", {"task_id": Told("reset_job", ("task",), "q2Kq8nVZSTSh:7")}, {"wait_for_completion": True}),
    Example("delete_job", _JOB, {"force": True}),
    Example("delete_job", {"job_id": "pumps-2"}),
    Example("delete_filter", _FILTER),
    Example("delete_document", _INDEX | {"document_id": "1"}),
    Example("delete_index", _INDEX),
)

EXAMPLES: Final = (*_SERVER, *_CONFIGURING, *_RUNNING, *_DOCUMENTS, *_FEEDING, *_REMOVING)


def _known(value: object, told: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    return reduce(getitem, value.place, told[value.call]) if isinstance(value, Told) else value


def word(value: str | float | Told) -> str:
    """A value as it stands in a URL."""
    if isinstance(value, Told):
        return value.shown
    return str(value).lower() if isinstance(value, bool) else str(value)


def example_of(name: str) -> Example:
    """The first example of a call; `LookupError` for a call that nobody thought of."""
    for example in EXAMPLES:
        if example.call == name:
            return example
    raise LookupError(name)
