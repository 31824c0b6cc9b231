"""How a document that is not what it should be is refused."""

import pytest

from unusual.errors import Invalid, Malformed
from unusual.schema.options import BucketOptions, CloseOptions, FlushOptions, RecordOptions
from unusual.schema.reading import closest, parameter_names, read, read_query

OUTER = (Malformed, "[1:1] [job_details] failed to parse field [analysis_config]")
DETECTORS = (Malformed, "[1:1] [analysis_config] failed to parse field [detectors]")


@pytest.mark.parametrize(
    ("settings", "chain"),
    [
        ({"flavour": "mint"}, [(Malformed, "[1:1] [job_details] unknown field [flavour]")]),
        (
            {"descriptoin": "x"},
            [(Malformed, "[1:1] [job_details] unknown field [descriptoin] did you mean [description]?")],
        ),
        (
            {"allow_lazy_open": "maybe"},
            [
                (Malformed, "[1:1] [job_details] failed to parse field [allow_lazy_open]"),
                (Invalid, "Failed to parse value [maybe] as only [true] or [false] are allowed."),
            ],
        ),
        (
            {"analysis_limits": {"flavour": "mint"}},
            [
                (Malformed, "[1:1] [job_details] failed to parse field [analysis_limits]"),
                (Malformed, "[1:1] [analysis_limits] unknown field [flavour]"),
            ],
        ),
        (
            {"analysis_config": {"detectors": [{"function": "count", "flavour": 1}]}},
            [OUTER, DETECTORS, (Malformed, "[1:1] [detector] unknown field [flavour]")],
        ),
        (
            {"analysis_config": []},
            [OUTER, (Malformed, "[1:1] [job_details] analysis_config doesn't support values of type: START_ARRAY")],
        ),
        (
            {"analysis_config": {"detectors": {}}},
            [
                OUTER,
                DETECTORS,
                (Malformed, "[1:1] [analysis_config] detectors doesn't support values of type: START_OBJECT"),
            ],
        ),
        (
            {"analysis_config": {"detectors": ["count"]}},
            [
                OUTER,
                DETECTORS,
                (Malformed, "[1:1] [analysis_config] detectors doesn't support values of type: VALUE_STRING"),
            ],
        ),
        (
            {"analysis_config": {"bucket_span": 300, "detectors": [{"function": "count"}]}},
            [
                OUTER,
                (Malformed, "[1:1] [analysis_config] failed to parse field [bucket_span]"),
                (Malformed, "[1:1] [analysis_config] bucket_span doesn't support values of type: VALUE_NUMBER"),
            ],
        ),
        (
            {"analysis_config": {"detectors": [{}]}},
            [OUTER, DETECTORS, (Invalid, "A function must be set")],
        ),
        (
            {"analysis_config": {"detectors": [{"function": "count"}], "categorization_analyzer": {"x": 1}}},
            [
                OUTER,
                (Malformed, "[1:1] [analysis_config] failed to parse field [categorization_analyzer]"),
                (Malformed, "[1:1] [categorization_analyzer] unknown field [x]"),
            ],
        ),
        (
            {"data_description": {"format": "parquet"}},
            [
                (Malformed, "[1:1] [job_details] failed to parse field [data_description]"),
                (Malformed, "[1:1] [data_description] failed to parse field [format]"),
                (Invalid, "unknown value [parquet]; expected 'xcontent' or 'delimited'"),
            ],
        ),
        *(
            (
                {"model_snapshot_retention_days": value},
                [(Malformed, "[1:1] [job_details] failed to parse field [model_snapshot_retention_days]"), why],
            )
            for value, why in (
                ("ten", (Invalid, 'For input string: "ten"')),
                (1.5, (Invalid, 'For input string: "1.5"')),
                (10**30, (Invalid, f'For input string: "{10**30}"')),
                *(
                    (
                        value,
                        (
                            Malformed,
                            (
                                "[1:1] [job_details] model_snapshot_retention_days "
                                f"doesn't support values of type: {token}"
                            ),
                        ),
                    )
                    for value, token in (([1], "START_ARRAY"), ({}, "START_OBJECT"), (True, "VALUE_BOOLEAN"))
                ),
            )
        ),
        (
            {"analysis_limits": {"model_memory_limit": True}},
            [
                (Malformed, "[1:1] [job_details] failed to parse field [analysis_limits]"),
                (Malformed, "[1:1] [analysis_limits] failed to parse field [model_memory_limit]"),
                (Malformed, "[1:1] [analysis_limits] model_memory_limit doesn't support values of type: VALUE_BOOLEAN"),
            ],
        ),
        (
            {"allow_lazy_open": 1},
            [
                (Malformed, "[1:1] [job_details] failed to parse field [allow_lazy_open]"),
                (Malformed, "[1:1] [job_details] allow_lazy_open doesn't support values of type: VALUE_NUMBER"),
            ],
        ),
        (
            {"groups": [1]},
            [
                (Malformed, "[1:1] [job_details] failed to parse field [groups]"),
                (Malformed, "[1:1] [job_details] groups doesn't support values of type: VALUE_NUMBER"),
            ],
        ),
    ],
)
def test_a_refusal_tells_the_way_to_the_fault(settings, chain, minimal, ask, refused):
    assert refused(ask, minimal() | settings) == chain


@pytest.mark.parametrize(("body", "token"), [([], "START_ARRAY"), ("x", "VALUE_STRING"), (None, "VALUE_NULL")])
def test_a_body_must_be_an_object(body, token, ask, refused):
    assert refused(ask, body) == [(Malformed, f"[1:1] [job_details] doesn't support values of type: {token}")]


@pytest.mark.parametrize("flag", ["true", "false", ""])
def test_flags_in_a_query_are_words(flag):
    assert read_query(CloseOptions, {"force": flag}, "close_job").force is (flag != "false")


@pytest.mark.parametrize("flag", ["yes", "1", "TRUE"])
def test_other_words_are_no_flags(flag, refused):
    reason = f"Failed to parse value [{flag}] as only [true] or [false] are allowed."
    assert refused(read_query, CloseOptions, {"force": flag}, "close_job") == [(Invalid, reason)]


def test_from_and_size_of_a_query_are_the_page_of_a_body():
    query = read_query(BucketOptions, {"from": "5", "size": "10", "desc": "true"}, "get_buckets")
    assert query == read(BucketOptions, {"page": {"from": 5, "size": 10}, "desc": True}, "get_buckets")
    assert (query.page.start, query.page.size) == (5, 10)


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"from": "-1"}, "Parameter [from] cannot be < 0"),
        ({"size": "-1"}, "Parameter [size] cannot be < 0"),
        ({"size": "many"}, "Failed to parse int parameter [size] with value [many]"),
        ({"record_score": "high"}, "Failed to parse float parameter [record_score] with value [high]"),
    ],
)
def test_an_unfit_parameter_is_refused_on_its_own(parameters, reason, refused):
    assert refused(read_query, RecordOptions, parameters, "get_records") == [(Invalid, reason)]


def test_the_parameters_of_an_endpoint_are_those_of_its_options():
    assert parameter_names(FlushOptions) == {"calc_interim", "start", "end", "advance_time", "skip_time"}
    assert parameter_names(CloseOptions) == {"force", "timeout", "allow_no_match", "allow_no_jobs"}
    assert {"from", "size"} < parameter_names(RecordOptions)
    assert "page" not in parameter_names(RecordOptions)


@pytest.mark.parametrize("name", ["allow_no_match", "allow_no_jobs"])
def test_older_names_are_understood(name):
    assert read(CloseOptions, {name: False}, "close_job").allow_no_match is False


def test_of_several_names_for_one_field_the_newest_counts():
    both = {"allow_no_jobs": "true", "allow_no_match": "false"}
    assert read(CloseOptions, both, "close_job").allow_no_match is False
    assert read_query(CloseOptions, both, "close_job").allow_no_match is False


def test_only_a_close_name_is_offered():
    known = {"calc_interim", "advance_time"}
    assert closest("calc_interims", known) == "calc_interim"
    assert closest("flavour", known) is None
