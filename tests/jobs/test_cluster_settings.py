"""Settings of the whole server, and what follows from them for jobs."""

import pytest

from tests.jobs.world import CONFIG, add_job
from unusual.errors import Incomplete, Invalid
from unusual.jobs import cluster_settings, configure
from unusual.jobs.limits import LARGEST_MEMORY, largest_memory_mib
from unusual.schema.settings import SettingsUpdate, flat, nested


def change(ports, **scopes):
    return cluster_settings.update(ports, SettingsUpdate.model_validate(scopes))


def test_a_setting_is_known_by_its_full_name_however_it_is_written(ports):
    for written in ({LARGEST_MEMORY: "9gb"}, {"xpack": {"ml": {"max_model_memory_limit": "9gb"}}}):
        assert change(ports, persistent=written) == {"persistent": {LARGEST_MEMORY: "9gb"}, "transient": {}}
        assert cluster_settings.current(ports) == {"persistent": {LARGEST_MEMORY: "9gb"}, "transient": {}}


def test_flat_and_nested_say_the_same():
    names = {"a.b.c": "1", "a.b.d": "2", "e": "3"}
    assert flat(nested(names)) == names


def test_it_caps_what_jobs_get_and_may_ask_for(ports):
    change(ports, persistent={LARGEST_MEMORY: "512mb"})
    add_job(ports, "pump")
    assert ports.jobs.get("pump").config["analysis_limits"]["model_memory_limit"] == "512mb"
    with pytest.raises(Invalid, match=r"^model_memory_limit \[1gb\] must be less than the value of the "):
        configure.create(ports, "valve", CONFIG | {"analysis_limits": {"model_memory_limit": "1gb"}})
    with pytest.raises(Invalid):
        configure.update(ports, "pump", {"analysis_limits": {"model_memory_limit": "1gb"}})


@pytest.mark.parametrize("removal", [{LARGEST_MEMORY: None}, {"xpack.ml.*": None}, {"xpack": {"ml": {"*": None}}}])
def test_null_removes(ports, removal):
    change(ports, persistent={LARGEST_MEMORY: "512mb"}, transient={LARGEST_MEMORY: "256mb"})
    assert largest_memory_mib(ports) == 256
    change(ports, transient=removal)
    assert largest_memory_mib(ports) == 512
    change(ports, persistent=removal)
    assert largest_memory_mib(ports) is None


@pytest.mark.parametrize("nothing", ["0", 0, "0b", "0mb"])
def test_a_size_of_nothing_is_no_limit(ports, nothing):
    change(ports, persistent={LARGEST_MEMORY: nothing})
    assert largest_memory_mib(ports) is None


@pytest.mark.parametrize("value", ["many", "5", 5, True, "1kb", ["1gb"]])
def test_what_is_no_size_is_refused_and_nothing_is_set(ports, value):
    with pytest.raises(Invalid, match=r"xpack.ml.max_model_memory_limit"):
        change(ports, persistent={LARGEST_MEMORY: "1gb"}, transient={LARGEST_MEMORY: value})
    assert largest_memory_mib(ports) is None


def test_unknown_settings_and_no_settings_are_refused(ports):
    with pytest.raises(Invalid, match=r"^transient setting \[colour\], not recognized$"):
        change(ports, transient={"colour": "red"})
    with pytest.raises(Incomplete, match=r"^Validation Failed: 1: no settings to update;$"):
        change(ports, persistent={})
