"""A job's configuration: defaults, checks, and how it is stored and shown."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.errors import Invalid, Malformed, Taken
from unusual.schema.jobs import Job

ID_RULE = (
    "can contain lowercase alphanumeric (a-z and 0-9), hyphens or underscores; must start and end with alphanumeric"
)


def test_a_minimal_job_gets_all_defaults(minimal, ask):
    assert ask(minimal()).document() == {
        "job_id": "pump",
        "job_type": "anomaly_detector",
        "job_version": "9.1.0",
        "create_time": 1_600_000_000_000,
        "analysis_config": {
            "bucket_span": "5m",
            "detectors": [{"detector_description": "count", "function": "count", "detector_index": 0}],
            "influencers": [],
            "model_prune_window": "30d",
        },
        "analysis_limits": {"model_memory_limit": "1024mb", "categorization_examples_limit": 4},
        "data_description": {"time_field": "time", "time_format": "epoch_ms"},
        "model_snapshot_retention_days": 10,
        "daily_model_snapshot_retention_after_days": 1,
        "results_index_name": "shared",
        "allow_lazy_open": False,
    }


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"groups": "pumps"}, {"groups": ["pumps"]}),
        ({"groups": ["b", "a", "b"]}, {"groups": ["b", "a"]}),
        (
            {"custom_settings": {"a": None, "b": [1, {"c": None}]}},
            {"custom_settings": {"a": None, "b": [1, {"c": None}]}},
        ),
        ({"results_index_name": "pumps"}, {"results_index_name": "custom-pumps"}),
        ({"results_index_name": "custom-pumps"}, {"results_index_name": "custom-pumps"}),
        ({"results_index_name": "shared"}, {"results_index_name": "shared"}),
        (
            {"model_plot_config": {"enabled": True}},
            {"model_plot_config": {"enabled": True, "annotations_enabled": True}},
        ),
        (
            {"model_plot_config": {"enabled": False, "terms": "a,b"}},
            {"model_plot_config": {"enabled": False, "terms": "a,b", "annotations_enabled": False}},
        ),
        ({"background_persist_interval": "60m"}, {"background_persist_interval": "60m"}),
        ({"model_snapshot_retention_days": 2}, {"daily_model_snapshot_retention_after_days": 1}),
        ({"allow_lazy_open": "true"}, {"allow_lazy_open": True}),
        ({"results_retention_days": "90"}, {"results_retention_days": 90}),
        (
            {"data_description": {"format": "xcontent"}},
            {"data_description": {"time_field": "time", "time_format": "epoch_ms"}},
        ),
        (
            {"data_description": {"format": "delimited", "field_delimiter": ","}},
            {
                "data_description": {
                    "time_field": "time",
                    "time_format": "epoch_ms",
                    "format": "delimited",
                    "field_delimiter": ",",
                }
            },
        ),
        (
            {"data_description": {"field_delimiter": ",", "quote_character": "'"}},
            {"data_description": {"time_field": "time", "time_format": "epoch_ms"}},
        ),
        ({"job_id": "pump", "job_type": "anomaly_detector", "job_version": "6.0.0"}, {"job_version": "9.1.0"}),
        ({"description": None}, {}),
    ],
)
def test_settings_are_shown_as_they_are_stored(given, shown, minimal, ask):
    document = ask(minimal() | given).document()
    assert {name: document[name] for name in shown} == shown


@pytest.mark.parametrize("days", [0, 1])
def test_daily_retention_has_no_default_when_snapshots_are_kept_a_day(days, minimal, ask):
    document = ask(minimal(model_snapshot_retention_days=days)).document()
    assert "daily_model_snapshot_retention_after_days" not in document


@pytest.mark.parametrize(
    ("limit", "shown"), [(48, "48mb"), ("2g", "2048mb"), ("1gb", "1024mb"), ("5000kb", "4mb"), ("1mb", "1mb")]
)
def test_memory_limits_are_normalised_to_mebibytes(limit, shown, minimal, ask):
    job = ask(minimal(analysis_limits={"model_memory_limit": limit}))
    assert job.analysis_limits.model_memory_limit == shown


@pytest.mark.parametrize(("largest", "shown"), [(None, "1024mb"), (512, "512mb"), (2048, "1024mb")])
def test_the_default_memory_limit_gives_way_to_the_servers(largest, shown, minimal, ask):
    assert ask(minimal(), largest_memory_mib=largest).analysis_limits.model_memory_limit == shown


@pytest.mark.parametrize(
    ("chosen", "largest", "shown"),
    [("10gb", 9 * 1024, ("10gb", "9gb")), (1500, 1000, ("1500mb", "1000mb")), ("2tb", 1024, ("2tb", "1gb"))],
)
def test_a_chosen_memory_limit_must_not_exceed_the_servers(chosen, largest, shown, minimal, ask, refused):
    body = minimal(analysis_limits={"model_memory_limit": chosen})
    reason = (
        f"model_memory_limit [{shown[0]}] must be less than the value of the "
        f"xpack.ml.max_model_memory_limit setting [{shown[1]}]"
    )
    assert refused(ask, body, largest_memory_mib=largest) == [(Invalid, reason)]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (
            {"groups": ["fine", ""]},
            "Invalid group id ''; must be non-empty string and may contain lowercase alphanumeric",
        ),
        ({"groups": ["_north_"]}, "Invalid group id '_north_'"),
        ({"groups": ["_all"]}, "Invalid group id '_all'"),
        ({"background_persist_interval": "59m"}, "background_persist_interval cannot be less than 3600 "),
        *(
            ({field: -1}, f"{field} cannot be less than 0. Value = -1")
            for field in (
                "renormalization_window_days",
                "model_snapshot_retention_days",
                "daily_model_snapshot_retention_after_days",
                "results_retention_days",
                "system_annotations_retention_days",
            )
        ),
        (
            {"model_snapshot_retention_days": 8, "daily_model_snapshot_retention_after_days": 9},
            (
                "The value of daily_model_snapshot_retention_after_days [9] cannot be greater than "
                "model_snapshot_retention_days [8]"
            ),
        ),
        ({"results_index_name": "Bad Name"}, "Invalid results_index_name; "),
        ({"results_index_name": ""}, "Invalid results_index_name; "),
        (
            {"job_id": "other"},
            "Inconsistent job_id; 'other' specified in the body differs from 'pump' specified as a URL argument",
        ),
        ({"create_time": 1}, "The job is configured with fields [create_time] that are illegal to set at job creation"),
        ({"finished_time": 1}, "The job is configured with fields [finished_time]"),
        ({"model_snapshot_id": "1"}, "The job is configured with fields [model_snapshot_id]"),
        (
            {
                "data_description": {"time_field": "stamp"},
                "analysis_config": {"detectors": [{"function": "max", "field_name": "stamp"}]},
            },
            "data_description.time_field may not be used in the analysis_config",
        ),
        (
            {"analysis_config": {"detectors": [{"function": "count"}], "influencers": ["time"]}},
            "data_description.time_field may not be used in the analysis_config",
        ),
    ],
)
def test_a_broken_rule_of_the_job_is_refused(settings, reason, minimal, ask, refused):
    [(kind, said)] = refused(ask, minimal() | settings)
    assert kind is Invalid
    assert said.startswith(reason)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("analysis_limits", {"model_memory_limit": 0}, "model_memory_limit must be at least 1 MiB. Value = 0"),
        ("analysis_limits", {"model_memory_limit": "1000kb"}, "model_memory_limit must be at least 1 MiB. Value = 0"),
        ("analysis_limits", {"model_memory_limit": -3}, "model_memory_limit must be at least 1 MiB. Value = -3"),
        (
            "analysis_limits",
            {"model_memory_limit": "lots"},
            "failed to parse setting [model_memory_limit] with value [lots]",
        ),
        (
            "analysis_limits",
            {"categorization_examples_limit": -1},
            "categorization_examples_limit cannot be less than 0. Value = -1",
        ),
        ("data_description", {"time_format": "yyyy"}, "Invalid Time format string 'yyyy'"),
        (
            "data_description",
            {"format": "delimited", "field_delimiter": "'", "quote_character": "'"},
            "[field_delimiter] and [quote_character] may not be the same character [']",
        ),
        (
            "data_description",
            {"format": "delimited", "field_delimiter": '"'},
            '[field_delimiter] and [quote_character] may not be the same character ["]',
        ),
    ],
)
def test_a_broken_rule_of_a_part_is_the_cause(field, value, reason, minimal, ask, refused):
    outer, (kind, said) = refused(ask, minimal() | {field: value})
    assert outer == (Malformed, f"[1:1] [job_details] failed to parse field [{field}]")
    assert kind is Invalid
    assert said.startswith(reason)


@pytest.mark.parametrize("part", ["analysis_config", "data_description"])
def test_compulsory_parts_are_named(part, minimal, ask, refused):
    body = minimal()
    del body[part]
    assert refused(ask, body) == [(Invalid, f"A{'n' if part[0] == 'a' else ''} {part} must be set")]


@pytest.mark.parametrize("job_id", ["Boiler", "_x", "x-", "a b", "", "_all", "ü"])
def test_an_id_is_lower_case_and_starts_and_ends_with_a_letter_or_digit(job_id, minimal, ask, refused):
    assert refused(ask, minimal(), job_id=job_id) == [(Invalid, f"Invalid job_id; '{job_id}' {ID_RULE}")]


def test_an_id_has_at_most_64_characters(minimal, ask, refused):
    assert ask(minimal(), job_id="a" * 64).job_id == "a" * 64
    assert refused(ask, minimal(), job_id="a" * 65) == [(Invalid, "The job id cannot contain more than 64 characters.")]


def test_a_job_is_in_no_group_of_its_own_name(minimal, ask, refused):
    assert refused(ask, minimal(groups=["pump"])) == [
        (Taken, "job and group names must be unique but job [pump] and group [pump] have the same name")
    ]


def test_an_embedded_datafeed_is_left_to_others(minimal, ask):
    assert "datafeed_config" not in ask(minimal(datafeed_config={"indices": ["x"]})).document()


_NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
_DETECTORS = st.one_of(
    st.fixed_dictionaries(
        {"function": st.sampled_from(["count", "nzc"])}, optional={"partition_field_name": st.just("p")}
    ),
    st.fixed_dictionaries(
        {"function": st.sampled_from(["mean", "dc", "low_sum"]), "field_name": st.sampled_from(["x", "net bytes"])},
        optional={
            "by_field_name": st.just("b"),
            "use_null": st.booleans(),
            "exclude_frequent": st.sampled_from(["all", "by"]),
            "custom_rules": st.just([{"conditions": [{"applies_to": "actual", "operator": "lt", "value": 3}]}]),
        },
    ),
)
_BODIES = st.fixed_dictionaries(
    {
        "analysis_config": st.fixed_dictionaries(
            {
                "detectors": st.lists(
                    _DETECTORS, min_size=1, max_size=3, unique_by=lambda body: repr(sorted(body.items()))
                )
            },
            optional={
                "bucket_span": st.sampled_from(["60s", "1m", "7h", "2d"]),
                "influencers": st.lists(st.sampled_from(["i", "j"]), unique=True),
                "latency": st.sampled_from(["0", "1h"]),
            },
        ),
        "data_description": st.fixed_dictionaries(
            {}, optional={"time_format": st.sampled_from(["epoch", "dd/MM/yyyy HH:mm:ss"])}
        ),
    },
    optional={
        "description": st.text(),
        "groups": st.lists(_NAMES, max_size=3),
        "analysis_limits": st.fixed_dictionaries({}, optional={"model_memory_limit": st.integers(1, 10**6)}),
        "model_snapshot_retention_days": st.integers(1, 9),
        "custom_settings": st.dictionaries(st.text(), st.one_of(st.none(), st.integers(0, 9), st.text())),
        "results_index_name": _NAMES,
        "model_plot_config": st.fixed_dictionaries({}, optional={"enabled": st.booleans(), "terms": st.text()}),
    },
)


@given(_BODIES)
def test_a_stored_job_reads_as_it_was_written(body):
    job = Job.from_request(body, job_id="a-job", now_ms=1, version="9.1.0")
    document = job.document()
    assert Job.from_document(document) == job
    assert Job.from_document(document).document() == document
    assert pickle.loads(pickle.dumps(job)) == job  # noqa: S301  # made in this line
    assert job.updated({}) == job


@given(_BODIES)
def test_what_a_job_shows_can_be_asked_for_again(body):
    job = Job.from_request(body, job_id="a-job", now_ms=1, version="9.1.0")
    again = {name: value for name, value in job.document().items() if name != "create_time"}
    assert Job.from_request(again, job_id="a-job", now_ms=1, version="9.1.0") == job
