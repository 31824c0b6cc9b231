"""Changes to a job: what is replaced, what must agree, what cannot be changed."""

import pytest

from unusual.errors import Invalid, Malformed

CATEGORIES = {
    "categorization_field_name": "line",
    "detectors": [{"function": "count", "by_field_name": "mlcategory"}],
}


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"description": "after"}, {"description": "after"}),
        ({"groups": ["east"]}, {"groups": ["east"]}),
        ({"groups": "east"}, {"groups": ["east"]}),
        ({"custom_settings": {"c": 3}}, {"custom_settings": {"c": 3}}),
        ({"results_retention_days": 30}, {"results_retention_days": 30}),
        ({"system_annotations_retention_days": 7}, {"system_annotations_retention_days": 7}),
        ({"renormalization_window_days": 5}, {"renormalization_window_days": 5}),
        ({"background_persist_interval": "2h"}, {"background_persist_interval": "2h"}),
        ({"allow_lazy_open": True}, {"allow_lazy_open": True}),
        (
            {"model_snapshot_retention_days": 3, "daily_model_snapshot_retention_after_days": 2},
            {"model_snapshot_retention_days": 3, "daily_model_snapshot_retention_after_days": 2},
        ),
        (
            {"model_plot_config": {"enabled": True}},
            {"model_plot_config": {"enabled": True, "annotations_enabled": True}},
        ),
        (
            {"analysis_limits": {"model_memory_limit": "2g"}},
            {"analysis_limits": {"model_memory_limit": "2048mb", "categorization_examples_limit": 4}},
        ),
        ({}, {"description": "before", "custom_settings": {"a": 1}}),
        ({"description": None}, {"description": "before"}),
    ],
)
def test_what_is_given_is_replaced(change, shown, minimal, ask):
    before = ask(minimal(description="before", custom_settings={"a": 1}, groups=["north"]))
    after = before.updated(change).document()
    assert after == before.document() | shown


def test_no_groups_take_all_groups_away(minimal, ask):
    assert "groups" not in ask(minimal(groups=["north"])).updated({"groups": []}).document()


def test_detectors_are_changed_by_their_index(minimal, ask):
    rules = [{"conditions": [{"applies_to": "actual", "operator": "lt", "value": 1.0}]}]
    detectors = [{"function": "count"}, {"function": "mean", "field_name": "x", "custom_rules": rules}]
    job = ask(minimal({"detectors": detectors}))
    first = job.updated({"detectors": [{"detector_index": 0, "description": "calls", "custom_rules": rules}]})
    assert first.document()["analysis_config"]["detectors"][0] == {
        "detector_description": "calls",
        "function": "count",
        "custom_rules": [{"actions": ["skip_result"], **rules[0]}],
        "detector_index": 0,
    }
    assert first.analysis_config.detectors[1] == job.analysis_config.detectors[1]
    second = job.updated({"detectors": [{"detector_index": 1, "custom_rules": []}]})
    assert second.analysis_config.detectors[1].custom_rules == ()


def test_settings_of_the_analysis_that_may_change(minimal, ask):
    job = ask(minimal({**CATEGORIES, "categorization_filters": ["old"]}))
    after = job.updated(
        {
            "model_prune_window": "60d",
            "per_partition_categorization": {"enabled": False, "stop_on_warn": False},
            "categorization_filters": ["new"],
        }
    ).document()["analysis_config"]
    assert after["model_prune_window"] == "60d"
    assert after["per_partition_categorization"] == {"enabled": False, "stop_on_warn": False}
    assert after["categorization_analyzer"]["char_filter"] == [
        "first_non_blank_line",
        {"type": "pattern_replace", "pattern": "new"},
    ]


@pytest.mark.parametrize(
    ("analysis", "change", "reason"),
    [
        (
            {},
            {"daily_model_snapshot_retention_after_days": 11},
            (
                "The value of daily_model_snapshot_retention_after_days [11] cannot be greater than "
                "model_snapshot_retention_days [10]"
            ),
        ),
        (
            {},
            {"model_snapshot_retention_days": 0},
            (
                "The value of daily_model_snapshot_retention_after_days [1] cannot be greater than "
                "model_snapshot_retention_days [0]"
            ),
        ),
        ({}, {"results_retention_days": -1}, "results_retention_days cannot be less than 0. Value = -1"),
        ({}, {"groups": ["No"]}, "Invalid group id 'No'; "),
        ({}, {"background_persist_interval": "1m"}, "background_persist_interval cannot be less than 3600 "),
        ({}, {"detectors": [{"detector_index": 7, "description": "x"}]}, "Invalid detector index [7]"),
        ({}, {"detectors": [{"description": "x"}]}, "A detector_index must be set"),
        (
            {},
            {"detectors": [{"detector_index": 0, "custom_rules": [{"scope": {"x": {"filter_id": "f"}}}]}]},
            "Invalid detector rule: scope field 'x' is invalid; detector has no available fields for scoping",
        ),
        ({}, {"categorization_filters": ["x"]}, "categorization_filters require setting categorization_field_name"),
        (
            {**CATEGORIES, "categorization_analyzer": "whitespace"},
            {"categorization_filters": ["x"]},
            "categorization_filters cannot be used with categorization_analyzer",
        ),
        ({}, {"model_prune_window": "7m"}, "model_prune_window [7m] must be a multiple of bucket_span [5m]"),
        (
            {},
            {"per_partition_categorization": {"enabled": True}},
            "categorization_field_name must be set when per-partition categorization is enabled",
        ),
        ({}, {"analysis_limits": {"model_memory_limit": 0}}, "model_memory_limit must be at least 1 MiB. Value = 0"),
    ],
)
def test_the_job_as_it_would_become_is_checked(analysis, change, reason, minimal, ask, refused):
    kind, said = refused(ask(minimal(analysis)).updated, change)[-1]
    assert kind is Invalid
    assert said.startswith(reason)


def test_a_new_memory_limit_must_not_exceed_the_servers(minimal, ask, refused):
    change = {"analysis_limits": {"model_memory_limit": "10gb"}}
    [(kind, said)] = refused(ask(minimal()).updated, change, largest_memory_mib=512)
    assert kind is Invalid
    assert said.startswith("model_memory_limit [10gb] must be less than the value of ")
    assert said.endswith("[512mb]")


@pytest.mark.parametrize(
    "field", ["analysis_config", "data_description", "model_snapshot_id", "job_id", "results_index_name"]
)
def test_everything_else_is_unknown(field, minimal, ask, refused):
    [(kind, said)] = refused(ask(minimal()).updated, {field: {}})
    assert kind is Malformed
    assert said.startswith(f"[1:1] [job_update] unknown field [{field}]")


def test_only_the_memory_limit_of_the_limits_can_be_changed(minimal, ask, refused):
    change = {"analysis_limits": {"categorization_examples_limit": 9}}
    kind, said = refused(ask(minimal()).updated, change)[-1]
    assert (kind, said) == (Malformed, "[1:1] [analysis_limits] unknown field [categorization_examples_limit]")
