"""What is left of a configuration without all that the server makes and fills in."""

import pytest

from unusual.schema.given import given
from unusual.schema.jobs import Job

CATEGORIES = {"categorization_field_name": "text", "detectors": [{"function": "rare", "by_field_name": "mlcategory"}]}
ASKED = [
    {},
    {"analysis_config": {"bucket_span": "2d", "detectors": [{"function": "dc", "field_name": "user"}]}},
    {"analysis_config": CATEGORIES},
    {"analysis_config": CATEGORIES | {"categorization_filters": ["x+"], "model_prune_window": "10d"}},
    {"model_snapshot_retention_days": 1},
    {"model_snapshot_retention_days": 1, "daily_model_snapshot_retention_after_days": 1},
    {"model_snapshot_retention_days": 7, "results_retention_days": 30, "groups": ["sea"], "description": "tides"},
    {"results_index_name": "harbour", "analysis_limits": {"model_memory_limit": "20mb"}, "allow_lazy_open": True},
    {"model_plot_config": {"enabled": True}, "custom_settings": {"a": None}, "background_persist_interval": "2h"},
]


@pytest.mark.parametrize("asked", ASKED)
def test_what_is_left_asks_for_the_same_job(minimal, ask, asked):
    job = ask(minimal() | asked)
    assert ask(given(job)) == job


def test_a_job_that_asked_for_nothing_shows_only_what_a_job_needs(minimal, ask):
    assert given(ask(minimal())) == {
        "job_id": "pump",
        "analysis_config": {"bucket_span": "5m", "detectors": [{"function": "count"}]},
        "data_description": {"time_field": "time", "time_format": "epoch_ms"},
    }


def test_what_changes_while_a_job_lives_is_not_asked_for(minimal, ask):
    grown = ask(minimal()).document() | {"finished_time": 5, "model_snapshot_id": "7"}
    assert given(Job.from_document(grown)) == given(ask(minimal()))


def test_a_description_of_ones_own_and_rules_are_shown(minimal, ask):
    rule = {"conditions": [{"applies_to": "actual", "operator": "lt", "value": 5.0}]}
    detector = {"function": "count", "detector_description": "boats", "custom_rules": [rule]}
    shown = given(
        ask(minimal() | {"analysis_config": {"detectors": [detector, {"function": "rare", "by_field_name": "b"}]}})
    )
    assert shown["analysis_config"]["detectors"] == [
        detector | {"custom_rules": [{"actions": ["skip_result"]} | rule]},
        {"function": "rare", "by_field_name": "b"},
    ]
