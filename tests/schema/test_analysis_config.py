"""`analysis_config`: spans, detectors side by side, categorization, field names that clash."""

import pytest

from unusual.errors import Invalid, Malformed
from unusual.schema.categorization import STOPWORDS

CATEGORIES = {
    "categorization_field_name": "line",
    "detectors": [{"function": "count", "by_field_name": "mlcategory"}],
}
PER_PARTITION = {"per_partition_categorization": {"enabled": True}}


def _split(*partitions: str | None) -> dict[str, object]:
    return {
        **CATEGORIES,
        **PER_PARTITION,
        "detectors": [
            {"function": name, "by_field_name": "mlcategory", **({"partition_field_name": field} if field else {})}
            for name, field in zip(("count", "rare", "high_count"), partitions, strict=False)
        ],
    }


def _analyzed(analyzer: object) -> dict[str, object]:
    return {**CATEGORIES, "categorization_analyzer": analyzer}


@pytest.mark.parametrize(
    ("analysis", "reason"),
    [
        ({"bucket_span": "0s"}, "bucket_span cannot be less or equal than 0. Value = 0"),
        ({"bucket_span": "0"}, "bucket_span cannot be less or equal than 0. Value = 0"),
        ({"bucket_span": "2500ms"}, "bucket_span has to be a multiple of 1000ms"),
        ({"bucket_span": "soon"}, "failed to parse setting [bucket_span] with value [soon] as a time value: "),
        ({"bucket_span": "300"}, "failed to parse setting [bucket_span] with value [300] as a time value: "),
        ({"latency": "-1"}, "latency cannot be less than 0"),
        ({"detectors": []}, "No detectors configured"),
        ({"time_zone": "Middle/Earth"}, "time_zone [Middle/Earth] is not known; expected a name such as Europe/Berlin"),
        ({"time_zone": "../zones"}, "time_zone [../zones] is not known"),
        ({"time_zone": "Europe"}, "time_zone [Europe] is not known"),
        (
            {"detectors": [{"function": "count"}, {"function": "count", "detector_index": 4}]},
            "Duplicate detectors are not allowed: [count]",
        ),
        (
            {"detectors": [{"function": "metric", "field_name": "x"}], "summary_count_field_name": "n"},
            "The 'metric' function cannot be used in jobs that will take pre-summarized input",
        ),
        (
            {"detectors": [{"function": "count", "by_field_name": "mlcategory"}]},
            "categorization_field_name must be set for mlcategory to be available",
        ),
        (
            {"categorization_field_name": "line"},
            "categorization_field_name is set but mlcategory is not used in any detector by/over/partition field",
        ),
        (
            {"categorization_filters": ["x"]},
            "categorization_filters require setting categorization_field_name",
        ),
        (
            {"categorization_analyzer": "whitespace"},
            "categorization_analyzer requires setting categorization_field_name",
        ),
        (PER_PARTITION, "categorization_field_name must be set when per-partition categorization is enabled"),
        ({**CATEGORIES, "categorization_filters": ["x", "x"]}, "categorization_filters contain duplicates"),
        (
            {**CATEGORIES, "categorization_filters": ["x", ""]},
            "categorization_filters are not allowed to contain empty strings",
        ),
        (
            {**CATEGORIES, "categorization_filters": ["(x"]},
            "categorization_filters contains invalid regular expression '(x'",
        ),
        (
            {**CATEGORIES, "categorization_filters": ["x"], "categorization_analyzer": "whitespace"},
            (
                "categorization_filters cannot be used with categorization_analyzer - "
                "instead specify them as pattern_replace char_filters in the analyzer"
            ),
        ),
        (
            {**CATEGORIES, "per_partition_categorization": {"stop_on_warn": True}},
            "stop_on_warn can be set to true only when per-partition categorization is enabled",
        ),
        (_analyzed("thai"), "Failed to find global analyzer [thai]"),
        (_analyzed({"analyzer": "thai"}), "Failed to find global analyzer [thai]"),
        (
            _analyzed({"analyzer": "simple", "tokenizer": "letter"}),
            "categorization_analyzer that is a global analyzer cannot also specify a [tokenizer]",
        ),
        (
            _analyzed({"filter": ["lowercase"]}),
            "categorization_analyzer that is not a global analyzer must specify a [tokenizer]",
        ),
        (_analyzed({"tokenizer": "ngram"}), "Failed to find global tokenizer under [ngram]"),
        (_analyzed({"tokenizer": "letter", "char_filter": "x"}), "Failed to find global char_filter under [x]"),
        (_analyzed({"tokenizer": "letter", "filter": ["x"]}), "Failed to find global filter under [x]"),
        (_analyzed({"tokenizer": {"pattern": "x"}}), "Missing [type] setting for tokenizer"),
        (
            _analyzed({"tokenizer": "letter", "char_filter": "pattern_replace"}),
            "pattern is missing for char_filter [pattern_replace]",
        ),
        (
            _analyzed({"tokenizer": {"type": "pattern", "pattern": "(x"}}),
            "tokenizer [pattern] in categorization_analyzer contains invalid regular expression '(x'",
        ),
        (
            _analyzed({"tokenizer": {"type": "pattern", "flags": "LOUD"}}),
            "Unknown regex flag [LOUD]",
        ),
        (
            _analyzed({"tokenizer": "letter", "filter": {"type": "length", "min": "few"}}),
            "Failed to parse value [few] of [min] for filter [length]",
        ),
        (
            _analyzed({"tokenizer": "letter", "filter": {"type": "stop", "words": ["x"]}}),
            "Unknown setting [words] of filter [stop]",
        ),
        (
            _split("site", None),
            (
                "partition_field_name must be set for detectors that reference mlcategory "
                "when per-partition categorization is enabled"
            ),
        ),
        (
            _split("site", "host"),
            "partition_field_name cannot vary between detectors when per-partition categorization is enabled",
        ),
        (
            {"influencers": ["net.host"], "detectors": [{"function": "count", "by_field_name": "net"}]},
            "Fields [net] and [net.host] cannot both be used in the same analysis_config",
        ),
        (
            {"bucket_span": "1h", "model_prune_window": "90m"},
            "model_prune_window [90m] must be a multiple of bucket_span [1h]",
        ),
        (
            {"bucket_span": "1h", "model_prune_window": "60m"},
            "model_prune_window [60m] must be at least 2 times greater than bucket_span [1h]",
        ),
        ({"late_data_window": "10m"}, "late_data_window requires setting late_data to [rescore]"),
        (
            {"late_data": "drop", "late_data_window": "10m"},
            "late_data_window requires setting late_data to [rescore]",
        ),
        (
            {"late_data": "rescore", "late_data_window": "7m"},
            "late_data_window [7m] must be a multiple of bucket_span [5m]",
        ),
        (
            {"late_data": "rescore", "late_data_window": "0s"},
            "late_data_window [0s] must be a multiple of bucket_span [5m]",
        ),
        (
            {"late_data": "rescore", "late_data_window": "5005m"},
            "late_data_window [5005m] must be at most 1000 times bucket_span [5m]",
        ),
    ],
)
def test_a_broken_rule_is_the_cause_of_a_parse_failure(analysis, reason, minimal, ask, refused):
    outer, *_, (kind, said) = refused(ask, minimal(analysis))
    assert outer == (Malformed, "[1:1] [job_details] failed to parse field [analysis_config]")
    assert kind is Invalid
    assert said.startswith(reason)


def test_minimal_analysis_gets_its_defaults(minimal, ask):
    assert ask(minimal()).document()["analysis_config"] == {
        "bucket_span": "5m",
        "detectors": [{"detector_description": "count", "function": "count", "detector_index": 0}],
        "influencers": [],
        "model_prune_window": "30d",
    }


@pytest.mark.parametrize(
    ("asked", "window"),
    [({"late_data": "rescore"}, "1h"), ({"late_data": "rescore", "late_data_window": "1500s"}, "1500s")],
)
def test_late_data_are_taken_for_twelve_buckets_unless_told_otherwise(asked, window, minimal, ask):
    shown = ask(minimal(asked)).document()["analysis_config"]
    assert (shown["late_data"], shown["late_data_window"]) == ("rescore", window)
    assert "late_data_window" not in ask(minimal({"late_data": "drop"})).document()["analysis_config"]


def test_what_becomes_of_late_data_is_drop_or_rescore(minimal, ask, refused):
    *_, (_, said) = refused(ask, minimal({"late_data": "keep"}))
    assert "keep" in said or "late_data" in said


def test_detectors_are_renumbered(minimal, ask):
    detectors = [
        {"function": "count", "detector_index": 9},
        {"function": "dc", "field_name": "x", "detector_index": 9},
    ]
    shown = ask(minimal({"detectors": detectors})).document()["analysis_config"]["detectors"]
    assert [detector["detector_index"] for detector in shown] == [0, 1]
    assert shown[1]["function"] == "distinct_count"


@pytest.mark.parametrize(
    ("span", "window"), [("5m", "30d"), ("36h", "30d"), ("7h", "30d"), ("2d", "40d"), ("37h", "740h")]
)
def test_the_prune_window_is_the_longer_of_30_days_and_20_spans(span, window, minimal, ask):
    assert ask(minimal({"bucket_span": span})).analysis_config.model_prune_window == window


def test_the_default_analyzer_is_shown_with_a_categorization_field(minimal, ask):
    shown = ask(minimal(CATEGORIES)).document()["analysis_config"]
    assert shown["per_partition_categorization"] == {"enabled": False}
    assert shown["categorization_analyzer"] == {
        "char_filter": ["first_non_blank_line"],
        "tokenizer": "ml_standard",
        "filter": [{"type": "stop", "stopwords": list(STOPWORDS)}],
    }
    assert {"Monday", "Mon", "May", "September", "Sep", "GMT", "UTC"} < set(STOPWORDS)


def test_filters_become_steps_of_the_default_analyzer(minimal, ask):
    shown = ask(minimal({**CATEGORIES, "categorization_filters": [r"\[.*?\]", "x"]})).document()["analysis_config"]
    assert "categorization_filters" not in shown
    assert shown["categorization_analyzer"]["char_filter"] == [
        "first_non_blank_line",
        {"type": "pattern_replace", "pattern": r"\[.*?\]"},
        {"type": "pattern_replace", "pattern": "x"},
    ]


@pytest.mark.parametrize(
    "analyzer",
    [
        "whitespace",
        {"analyzer": "standard"},
        {"tokenizer": "ml_classic", "filter": [{"type": "stop", "stopwords": ["x"]}]},
        {
            "char_filter": [{"type": "pattern_replace", "pattern": r"(?<a>\p{L}+)++\Q[\E", "flags": "DOTALL"}],
            "tokenizer": {"type": "simple_pattern_split", "pattern": "[^-0-9A-Za-z_./]+"},
            "filter": [{"type": "pattern_replace", "pattern": "^[0-9].*"}, "lowercase"],
        },
    ],
)
def test_an_analyzer_is_echoed_as_it_was_given(analyzer, minimal, ask):
    job = ask(minimal({**CATEGORIES, "categorization_analyzer": analyzer}))
    assert job.document()["analysis_config"]["categorization_analyzer"] == analyzer


def test_per_partition_categorization_is_hidden_without_a_categorization_field(minimal, ask):
    job = ask(minimal({"per_partition_categorization": {"enabled": False}}))
    assert "per_partition_categorization" not in job.document()["analysis_config"]


def test_analysed_fields_are_all_but_mlcategory(minimal, ask):
    analysis = {
        "categorization_field_name": "line",
        "summary_count_field_name": "n",
        "influencers": ["host", "site"],
        "detectors": [
            {"function": "mean", "field_name": "load", "by_field_name": "mlcategory", "partition_field_name": "site"},
            {"function": "count", "over_field_name": "client"},
        ],
    }
    fields = ask(minimal(analysis)).analysis_config.analysed_fields
    assert fields == ("client", "host", "line", "load", "n", "site")
