"""The rules between jobs, and between a job and its state."""

from dataclasses import replace

import pytest

from tests.jobs.world import CONFIG, add_job
from unusual.errors import Invalid, NoSuchJob, Refused, Taken
from unusual.jobs import configure
from unusual.jobs.lifecycle import State
from unusual.jobs.limits import LARGEST_MEMORY, SETTINGS_KIND, SETTINGS_NAME


def test_what_is_created_is_what_is_shown(ports):
    created = configure.create(ports, "pump", CONFIG)
    assert configure.fetch(ports, "pump") == [created]
    assert created["create_time"] == ports.clock.now_ms()


def test_an_id_is_used_once(ports):
    add_job(ports, "pump")
    with pytest.raises(Taken, match=r"The job cannot be created with the Id 'pump'\. The Id is already used\."):
        add_job(ports, "pump")


@pytest.mark.parametrize(("job_id", "groups"), [("pumps", []), ("other", ["pump"])])
def test_jobs_and_groups_share_one_space_of_names(ports, job_id, groups):
    add_job(ports, "pump", groups=["pumps"])
    with pytest.raises(Taken, match="job and group names must be unique but job"):
        add_job(ports, job_id, groups=groups)
    assert [job.job_id for job in ports.jobs.all()] == ["pump"]


def test_an_update_cannot_take_the_name_of_a_job_for_a_group(ports):
    add_job(ports, "pump")
    add_job(ports, "valve")
    with pytest.raises(Taken):
        configure.update(ports, "pump", {"groups": ["valve"]})
    assert configure.update(ports, "pump", {"groups": ["wet"]})["groups"] == ["wet"]


@pytest.mark.parametrize("expression", ["_all", "pu*", "pump,valve"])
def test_only_one_job_is_updated_at_a_time(ports, expression):
    add_job(ports, "pump")
    with pytest.raises(Invalid):
        configure.update(ports, expression, {})


def test_an_unknown_job_cannot_be_updated(ports):
    with pytest.raises(NoSuchJob):
        configure.update(ports, "nobody", {})


def test_limits_change_only_while_the_job_is_closed(ports):
    add_job(ports, "pump")
    ports.jobs.put(replace(ports.jobs.get("pump"), state=State.OPENED))
    with pytest.raises(Refused, match="Cannot update analysis_limits while the job is open"):
        configure.update(ports, "pump", {"analysis_limits": {"model_memory_limit": "64mb"}})
    assert configure.update(ports, "pump", {"description": "wet"})["description"] == "wet"
    assert ports.jobs.get("pump").state is State.OPENED


def test_a_limit_stays_above_what_the_model_uses(ports):
    add_job(ports, "pump")
    ports.jobs.put(replace(ports.jobs.get("pump"), stats={"model_size_stats": {"model_bytes": 50 << 20}}))
    with pytest.raises(Refused, match=r"current usage; current usage \[50mb\], update had \[20mb\]"):
        configure.update(ports, "pump", {"analysis_limits": {"model_memory_limit": "20mb"}})
    configure.update(ports, "pump", {"analysis_limits": {"model_memory_limit": "50mb"}})


def test_the_setting_of_the_server_caps_the_default_and_the_wish(ports):
    ports.configs.documents[SETTINGS_KIND, SETTINGS_NAME] = {"persistent": {LARGEST_MEMORY: "64mb"}}
    assert configure.create(ports, "pump", CONFIG)["analysis_limits"]["model_memory_limit"] == "64mb"
    with pytest.raises(Invalid, match="must be less than the value of the"):
        add_job(ports, "valve", analysis_limits={"model_memory_limit": "1gb"})


def test_a_shown_job_without_what_was_generated_can_be_created_again(ports):
    created = configure.create(ports, "pump", CONFIG)
    [shown] = configure.fetch(ports, "pump", exclude_generated=True)
    [*ports.jobs.delete("pump")]
    assert configure.create(ports, "pump", shown) == created


def test_validation_stores_nothing_and_ignores_names_in_use(ports):
    configure.validate(ports, CONFIG)
    add_job(ports, "pump")
    configure.validate(ports, CONFIG | {"job_id": "pump"})
    with pytest.raises(Invalid):
        configure.validate(ports, CONFIG | {"create_time": 1})
    with pytest.raises(Invalid, match="Unknown function"):
        configure.validate_detector({"function": "guess"})
    with pytest.raises(Invalid, match="scroll_size"):
        configure.validate(ports, CONFIG | {"datafeed_config": {"indices": ["tides"], "scroll_size": -1}})
    assert len(ports.jobs.all()) == 1
