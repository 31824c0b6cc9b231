"""States of earlier versions: kept files, layouts made older by hand, and what cannot be read any more."""

import json

import numpy as np
import pytest
from numpy.lib import recfunctions

from tests.analysis import kept
from tests.analysis.given import engine, job, post
from unusual.analysis import snapshot
from unusual.analysis.control import Flush, Save
from unusual.analysis.engine import Engine
from unusual.analysis.fitting import fitted
from unusual.analysis.layouts import LAYOUT, brought_up
from unusual.errors import Invalid

MEANS = {"function": "mean", "field_name": "load", "by_field_name": "host"}


def going_on(running, *, spike):
    """Results of a day more, with or without a spike at its end."""
    more = list(kept.records(kept.BUCKETS, kept.BUCKETS + 8))
    if spike:
        more[-1]["load"] = 900.0
    final = post(running, more).results + running.handle(Flush(advance_time=more[-1]["time"] + kept.SPAN)).results
    return [json.loads(result.body) for result in final]


def test_there_is_a_kept_file_of_every_layout():
    assert sorted(path.name for path in kept.FOLDER.iterdir()) == [
        f"layout-{number}.snapshot" for number in range(1, LAYOUT + 1)
    ]


@pytest.mark.parametrize("file", sorted(kept.FOLDER.iterdir()), ids=lambda path: path.stem)
def test_a_kept_file_is_read_and_its_job_goes_on(file):
    fresh, running = kept.kept_job(), Engine.restore(kept.kept_job()._job, file.read_bytes())
    counts = running.handle(Flush()).counts
    assert counts["processed_record_count"] == 4 * kept.BUCKETS
    assert counts["bucket_count"] == kept.BUCKETS - 1
    assert counts["job_id"] == fresh._job.job_id
    found = going_on(running, spike=True)
    [spike] = [one for one in found if one.get("field_name") == "load" and one["record_score"] > 50]
    assert spike["by_field_value"] == kept.HOSTS[-1]
    assert 40 < spike["typical"][0] < 100, "it knows what is usual"
    calm = Engine.restore(kept.kept_job()._job, file.read_bytes())
    assert all(one.get("record_score", 0.0) < 50 for one in going_on(calm, spike=False))


def test_the_state_of_a_kept_file_is_saved_in_the_present_layout():
    running = Engine.restore(kept.kept_job()._job, (kept.FOLDER / "layout-1.snapshot").read_bytes())
    state, _ = snapshot.contents(running.handle(Save()).state)
    assert state["layout"] == LAYOUT
    assert "job_id" not in state["counts"]


def learnt(*detectors):
    """A job that has learnt a little, and its state."""
    running = engine(*detectors or (MEANS,), bucket_span="3h")
    post(running, list(kept.records(0, 30)))
    return running, snapshot.load(running.handle(Save()).state)


def model(state):
    return state["course"]["detection"]["features"][0][0]["model"]


def restored(state):
    return Engine.restore(job(MEANS, bucket_span="3h"), snapshot.dump(state))


def test_rows_that_lack_fields_get_those_of_a_series_met_for_the_first_time():
    _, state = learnt()
    rows = model(state)
    rows["levels"] = recfunctions.drop_fields(rows["levels"], ["profile", "slope"], usemask=False)
    rows["changes"] = recfunctions.drop_fields(rows["changes"], ["spread"], usemask=False)
    again = model(snapshot.load(restored(state).handle(Save()).state))
    fresh = engine(MEANS, bucket_span="3h")
    post(fresh, list(kept.records(0, 1)))
    unlearnt = model(snapshot.load(fresh.handle(Save()).state))
    for array, names in (("levels", ("profile", "slope")), ("changes", ("spread",))):
        for name in names:
            assert np.all(again[array][name] == unlearnt[array][name][0]), name
    for name in rows["levels"].dtype.names:
        assert np.array_equal(again["levels"][name], rows["levels"][name]), name


def test_fields_in_another_order_or_that_are_gone_change_nothing():
    running, state = learnt()
    rows = model(state)
    kinds = rows["levels"].dtype
    shuffled = np.zeros(len(rows["levels"]), [("gone", "f8"), *((name, kinds[name]) for name in reversed(kinds.names))])
    for name in kinds.names:
        shuffled[name] = rows["levels"][name]
    rows["levels"] = shuffled
    rows["hues"] = np.zeros(7)
    assert restored(state).handle(Save()).state == running.handle(Save()).state


def test_what_lags_behind_is_read_as_well():
    late = {"late_data": "rescore", "late_data_window": "6h"}
    running = engine(MEANS, bucket_span="3h", analysis=late)
    post(running, list(kept.records(0, 30)))
    state = snapshot.load(running.handle(Save()).state)
    for course in (state["course"], state["course"]["oldest"]):
        rows = course["detection"]["features"][0][0]["model"]
        rows["levels"] = recfunctions.drop_fields(rows["levels"], ["waited"], usemask=False)
    again = Engine.restore(job(MEANS, bucket_span="3h", analysis=late), snapshot.dump(state))
    assert again.handle(Save()).state == running.handle(Save()).state


def test_a_whole_array_that_was_not_kept_begins_for_every_series():
    _, state = learnt()
    del model(state)["tails"]
    again = model(snapshot.load(restored(state).handle(Save()).state))
    assert again["tails"].shape == (len(kept.HOSTS), 2)
    assert len(np.unique(again["tails"])) == 1


def test_numbers_of_a_narrower_kind_are_widened():
    running, state = learnt()
    alive = state["course"]["detection"]["entities"]["splits"][0]
    alive["seen"] = alive["seen"].astype(np.int32)
    assert restored(state).handle(Save()).state == running.handle(Save()).state


@pytest.mark.parametrize(
    "other", [np.zeros((2, 3)), np.zeros(2, "U3"), np.zeros(2, [("n", "U3")]), np.zeros((2, 7), [("n", "f8")])]
)
def test_what_has_another_shape_is_refused_by_its_place(other):
    _, state = learnt()
    model(state)["levels"] = other
    with pytest.raises(Invalid, match=r"cannot be read by this version: .*/detection/features\[0\]\[0\]/model/levels"):
        restored(state)


def test_single_values_and_lists_stay_as_they_were_kept():
    kept_part = {"n": 3, "names": ["a"], "events": [{"at": 1}], "head": None}
    fresh = {"n": 0, "names": [], "events": [], "head": {"keys": 0}, "new": [1]}
    assert fitted(kept_part, fresh) == kept_part | {"new": [1]}


def test_a_state_goes_through_every_layout_in_between():
    steps = {
        3: lambda state: state | {"told": state["said"]},
        4: lambda state: {name: part for name, part in state.items() if name != "said"},
    }
    assert brought_up({"layout": 3, "said": 7}, steps, 5) == {"layout": 5, "told": 7}
    assert brought_up({"layout": 5, "told": 7}, steps, 5) == {"layout": 5, "told": 7}
    for layout in (2, 6, None, "4"):
        with pytest.raises(Invalid, match=rf"layout \[{layout}\]; this version reads layouts \[3\] to \[5\]"):
            brought_up({"layout": layout}, steps, 5)


def test_quantiles_are_told_beside_the_state():
    running, _ = learnt()
    past = json.loads(running.handle(Save()).quantiles)
    assert {"record", "bucket"} <= past.keys()
