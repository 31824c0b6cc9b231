"""The results of a stream do not depend on how it was cut into posts and pieces, nor on being saved and restored."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.given import SPAN, T, engine, job, stream, text
from unusual.analysis import snapshot
from unusual.analysis.control import Flush, Post, Save
from unusual.analysis.engine import Engine
from unusual.models import lanes

HOST = {"by_field_name": "host"}
SITE = {"partition_field_name": "host"}
SHIFT = {
    "actions": ["force_time_shift"],
    "params": {"force_time_shift": {"time_shift_amount": 3600}},
    "conditions": [{"applies_to": "time", "operator": "gte", "value": T + 20 * SPAN}],
}
MOVED = SHIFT | {"conditions": [{"applies_to": "diff_from_typical", "operator": "gt", "value": 60}]}
KINDS = {
    "a count": {"detectors": ["count"]},
    "means by field": {"detectors": [{"function": "mean", "field_name": "value", **HOST}]},
    "sums by partition": {"detectors": [{"function": "sum", "field_name": "value", "partition_field_name": "host"}]},
    "medians": {"detectors": [{"function": "median", "field_name": "value", **HOST}]},
    "distinct counts": {"detectors": [{"function": "distinct_count", "field_name": "user", **HOST}]},
    "information": {"detectors": [{"function": "info_content", "field_name": "user", **HOST}]},
    "rare values": {
        "detectors": [
            {"function": "rare", "by_field_name": "n"},
            {"function": "rare", "by_field_name": "user", "partition_field_name": "host"},
        ],
        "analysis": {"influencers": ["host", "user"]},
    },
    "times": {
        "detectors": [
            {"function": "time_of_day", "by_field_name": "user"},
            {"function": "time_of_week", "partition_field_name": "host"},
        ],
        "analysis": {"influencers": ["host", "user"]},
    },
    "places, late": {
        "detectors": [{"function": "lat_long", "field_name": "place", "by_field_name": "user"}],
        "analysis": {"latency": "15m", "influencers": ["host"]},
    },
    "times and places of a population": {
        "detectors": [
            {"function": "time_of_day", "over_field_name": "user", "partition_field_name": "host"},
            {"function": "lat_long", "field_name": "place", "over_field_name": "user", "by_field_name": "host"},
        ],
    },
    "without frequent values": {
        "detectors": [
            {"function": "count", **HOST, "partition_field_name": "user", "exclude_frequent": "all"},
            {"function": "mean", "field_name": "value", "by_field_name": "user", "exclude_frequent": "by"},
        ],
    },
    "shifted clocks": {
        "detectors": [
            {"function": "mean", "field_name": "value", **HOST, "custom_rules": [SHIFT]},
            {"function": "time_of_day", "custom_rules": [SHIFT]},
        ],
    },
    "clocks shifted by values": {
        "detectors": [
            {"function": "mean", "field_name": "value", **HOST, "custom_rules": [MOVED]},
            {"function": "time_of_day", "over_field_name": "user", "custom_rules": [MOVED]},
            {"function": "count", "by_field_name": "n", "custom_rules": [MOVED], "exclude_frequent": "by"},
        ],
        "analysis": {"model_prune_window": "20m"},
    },
    "values beside each other": {
        "detectors": [
            {"function": "mean", "field_name": "value", **HOST},
            {"function": "high_count", "by_field_name": "user", "partition_field_name": "host"},
            {"function": "count", "by_field_name": "n", "exclude_frequent": "by"},
        ],
        "analysis": {"multivariate_by_fields": True, "model_prune_window": "20m", "influencers": ["user"]},
    },
    "a population": {
        "detectors": [{"function": "count", "over_field_name": "host"}],
        "analysis": {"influencers": ["host", "user"]},
    },
    "populations of several detectors": {
        "detectors": [
            {"function": "high_mean", "field_name": "value", "over_field_name": "user", "partition_field_name": "host"},
            {"function": "median", "field_name": "value", **HOST, "over_field_name": "n"},
            {"function": "sum", "field_name": "value", **HOST, "over_field_name": "n", "partition_field_name": "user"},
            {"function": "distinct_count", "field_name": "n", "over_field_name": "user"},
        ],
        "analysis": {"influencers": ["user"], "latency": "10m"},
    },
    "rare values of members": {
        "detectors": [
            {"function": "rare", "by_field_name": "n", "over_field_name": "host"},
            {"function": "freq_rare", "by_field_name": "n", "over_field_name": "host", "partition_field_name": "user"},
        ],
        "analysis": {"influencers": ["user"]},
    },
    "metric": {"detectors": [{"function": "metric", "field_name": "value"}]},
    "model plots": {
        "detectors": [
            {"function": "mean", "field_name": "value", **HOST},
            {"function": "count", "partition_field_name": "user"},
        ],
        "settings": {"model_plot_config": {"enabled": True, "terms": "h1,h2,b"}},
    },
    "variances": {"detectors": [{"function": "varp", "field_name": "value", "by_field_name": "user"}]},
    "two detectors": {
        "detectors": [
            {"function": "high_count", **HOST},
            {"function": "max", "field_name": "value", "partition_field_name": "user", **HOST},
        ]
    },
    "influencers": {
        "detectors": ["count", {"function": "mean", "field_name": "value"}],
        "analysis": {"influencers": ["host", "user"]},
    },
    "late records": {
        "detectors": [
            {"function": "sum", "field_name": "value", **HOST},
            {"function": "median", "field_name": "value"},
        ],
        "analysis": {"latency": "15m", "influencers": ["user"]},
    },
    "late records, latency no multiple of the span": {
        "detectors": [{"function": "sum", "field_name": "value", **HOST}],
        "analysis": {"latency": "400s"},
    },
    "summary counts": {
        "detectors": ["count", {"function": "mean", "field_name": "value", **HOST}],
        "analysis": {"summary_count_field_name": "n"},
    },
    "local time": {
        "detectors": [{"function": "mean", "field_name": "value"}, "time_of_day"],
        "analysis": {"time_zone": "Asia/Kathmandu"},
    },
    "values that come and go": {
        "detectors": [
            {"function": "count", **HOST},
            {"function": "mean", "field_name": "value", "partition_field_name": "user", **HOST},
            {"function": "rare", "by_field_name": "n", "partition_field_name": "user"},
            {"function": "distinct_count", "field_name": "n"},
        ],
        "analysis": {"model_prune_window": "10m", "influencers": ["host", "user"]},
    },
    "little memory": {
        "detectors": [
            {"function": "metric", "field_name": "n", "by_field_name": "value"},
            {"function": "sum", "field_name": "n", "by_field_name": "user", "partition_field_name": "host"},
        ],
        "analysis": {"model_prune_window": "100m", "influencers": ["n"]},
        "settings": {"analysis_limits": {"model_memory_limit": "1mb"}},
    },
    "little memory, late records": {
        "detectors": [
            {"function": "metric", "field_name": "n", "by_field_name": "value"},
            {"function": "rare", "by_field_name": "value", "partition_field_name": "user"},
        ],
        "analysis": {"model_prune_window": "60m", "latency": "15m"},
        "settings": {"analysis_limits": {"model_memory_limit": "1mb"}},
    },
    "lines": {
        "detectors": [
            {"function": "count", "by_field_name": "mlcategory"},
            {"function": "rare", "by_field_name": "mlcategory", "partition_field_name": "host"},
        ],
        "analysis": {"categorization_field_name": "line"},
    },
    "lines by partition, until they seem unfit": {
        "detectors": [{"function": "count", "by_field_name": "mlcategory", "partition_field_name": "user"}],
        "analysis": {
            "categorization_field_name": "line",
            "categorization_analyzer": "whitespace",
            "per_partition_categorization": {"enabled": True, "stop_on_warn": True},
        },
    },
    "little memory of populations": {
        "detectors": [
            {"function": "mean", "field_name": "n", "over_field_name": "user", "by_field_name": "value", **SITE},
            {"function": "freq_rare", "by_field_name": "value", "over_field_name": "user", **SITE},
        ],
        "analysis": {"model_prune_window": "80m", "influencers": ["n"]},
        "settings": {"analysis_limits": {"model_memory_limit": "1mb"}},
    },
    "missing values that count": {
        "detectors": [
            {"function": "count", **HOST},
            {"function": "count", **HOST, "use_null": True},
            {"function": "sum", "field_name": "value"},
        ],
        "analysis": {"influencers": ["host"]},
    },
}
OF_CATEGORIES = {"category_definition", "categorizer_stats"}
JUNK = [b"oops\n", b'{"time": 1,\n', b'{"value": NaN}\n', b'{"host": "x\n', b"\n", b"[", b"7 8\n"]


def made(kind):
    return job(*KINDS[kind]["detectors"], analysis=KINDS[kind].get("analysis"), **KINDS[kind].get("settings", {}))


def records(kind, seed):
    return text(stream(seed, buckets=50, late=1200 if "late" in kind else 0))


def told(running: Engine, uploads):
    """All final results, the interim ones after them, and the counts; uploads are lists of pieces."""
    outputs = [
        running.handle(Post(piece, 0, last=number == len(pieces) - 1))
        for pieces in uploads
        for number, piece in enumerate(pieces)
    ]
    end = running.handle(Flush(calc_interim=True))
    final = settled([result for one in outputs for result in one.results])
    return final, end.results, end.counts, end.finalized_end, sum(one.buckets for one in outputs)


def settled(results):
    """The results, with what is told of categories as it was told last."""
    last = {(one.kind, one.entity): one for one in results if one.kind in OF_CATEGORIES}
    return [one for one in results if one.kind not in OF_CATEGORIES] + [last[key] for key in sorted(last)]


def learnt(state: bytes) -> bytes:
    """A state without how much memory it took at most, which depends on how arrays grew."""
    return snapshot.dump(snapshot.load(state) | {"memory": None})


def cut(whole, at):
    edges = sorted(min(one, len(whole)) for one in at)
    return [whole[a:b] for a, b in zip([0, *edges], [*edges, len(whole)], strict=True)]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=8)
@given(st.integers(0, 50), st.lists(st.integers(0, 40_000), max_size=6), st.lists(st.integers(0, 400), max_size=4))
def test_results_do_not_depend_on_how_the_stream_was_cut(kind, seed, piece_cuts, upload_cuts):
    whole = records(kind, seed)
    lines = whole.splitlines(keepends=True)
    uploads = [b"".join(some) for some in cut(lines, upload_cuts)]
    found = told(Engine(made(kind)), [cut(upload, piece_cuts) for upload in uploads])
    assert found == told(Engine(made(kind)), [[whole]])
    assert len(found[0]) > 40


@pytest.mark.parametrize("kind", KINDS)
def test_what_goes_side_by_side_comes_to_the_same(kind, monkeypatch):
    found = []
    for worthwhile, neighbours in ((1_000_000, 64), (1, 1)):
        monkeypatch.setattr(lanes, "WORTHWHILE", worthwhile)
        monkeypatch.setattr(lanes, "NEIGHBOURS", neighbours)
        running = Engine(made(kind))
        found.append((told(running, [[records(kind, 1)]]), learnt(running.handle(Save()).state)))
    assert found[0] == found[1]


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(JUNK) | st.integers(0, 30), max_size=30),
    st.booleans(),
    st.lists(st.integers(0, 2000), max_size=8),
)
def test_a_broken_text_counts_the_same_however_it_was_cut(parts, pretty, cuts):
    times = sorted(part for part in parts if isinstance(part, int))
    spelt = [
        part
        if isinstance(part, bytes)
        else b'{\n "time": %d,\n "host": "a\\"{"}' % times.pop(0)
        if pretty
        else b'{"time": %d, "host": "b}"}\n' % times.pop(0)
        for part in parts
    ]
    whole = b'{"time": 0}\n' + b"".join(spelt)
    detector = {"function": "count", "by_field_name": "host"}
    expected = told(engine(detector, bucket_span="1s"), [[whole]])
    assert told(engine(detector, bucket_span="1s"), [cut(whole, cuts)]) == expected


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=5)
@given(st.integers(0, 50), st.floats(0, 1))
def test_a_job_that_was_saved_and_restored_goes_on_as_if_never_stopped(kind, seed, share):
    lines = records(kind, seed).splitlines(keepends=True)
    at = max(1, int(share * len(lines)))  # a job that has seen nothing has nothing to save
    before, after = b"".join(lines[:at]), b"".join(lines[at:])
    running = Engine(made(kind))
    kept = running.handle(Post(before, 0)).results
    restored = Engine.restore(made(kind), running.handle(Save()).state)
    final, *rest = told(restored, [[after]])
    expected_final, *expected = told(Engine(made(kind)), [[before], [after]])
    assert settled(kept + final) == expected_final
    assert rest[:3] == expected[:3]
    assert rest[3] + sum(result.kind == "bucket" for result in kept) == expected[3]


def test_a_job_restored_after_every_upload_gives_what_one_that_lived_gives():
    kind = "late records"
    lines = records(kind, 3).splitlines(keepends=True)
    chance = random.Random(3)
    uploads = [b"".join(some) for some in cut(lines, [chance.randrange(len(lines)) for _ in range(8)])]
    lived, final, state = Engine(made(kind)), [], None
    expected = [result for upload in uploads for result in lived.handle(Post(upload, 0)).results]
    for upload in uploads:
        running = Engine(made(kind)) if state is None else Engine.restore(made(kind), state)
        final += running.handle(Post(upload, 0)).results
        state = running.handle(Save()).state
    assert final == expected
    assert learnt(state) == learnt(lived.handle(Save()).state)


def test_a_job_that_saw_no_record_has_nothing_to_save():
    running = Engine(made("a count"))
    running.handle(Post(b" \n", 0))
    running.handle(Flush(calc_interim=True))
    assert running.handle(Save()).state is None
