"""Late records that open final buckets again, over REST: what is written anew, and what says so."""

from tests.conformance.speaking import JOBS, T0, closed, create, flush, ok, opened, post, refusal, results, stats

SPAN = 300
RESCORE = {"late_data": "rescore", "late_data_window": "1h"}
LACKING = 70  # the bucket whose records are late


def records(first, until, each=20):
    return [{"stamp": T0 + bucket * SPAN + at} for bucket in range(first, until) for at in range(each)]


def watched(http, job_id, **analysis):
    """An open job, and how many buckets are final, one of them with less records than it should have."""
    create(http, job_id, {"function": "low_count"}, **analysis)
    opened(http, job_id)
    lacking = records(LACKING, LACKING + 1, each=1)
    return post(http, job_id, records(0, LACKING) + lacking + records(LACKING + 1, LACKING + 5))["bucket_count"]


def revisions(http, job_id, kind="buckets"):
    found = ((one["timestamp"] // 1000 - T0, one.get("revision")) for one in results(http, job_id, kind))
    return {at // SPAN: number for at, number in found if number is not None}


def test_an_alarm_for_records_that_were_only_late_goes_when_they_come(http):
    buckets = watched(http, "late", **RESCORE)
    alarm = results(http, "late", "records")
    assert [one["timestamp"] // 1000 for one in alarm] == [T0 + LACKING * SPAN]
    assert revisions(http, "late") == {}
    upload = post(http, "late", records(LACKING, LACKING + 1, each=19))
    assert (upload["processed_record_count"], upload["out_of_order_timestamp_count"]) == (19, 0)
    assert results(http, "late", "records") == alarm
    assert flush(http, "late")["last_finalized_bucket_end"] == (T0 + (LACKING + 4) * SPAN) * 1000
    assert results(http, "late", "records") == []
    assert [one["event_count"] for one in results(http, "late")] == [20] * buckets
    assert revisions(http, "late") == dict.fromkeys(range(LACKING, LACKING + 4), 1)
    assert stats(http, "late")["data_counts"]["bucket_count"] == buckets


def test_revised_results_are_found_by_a_search_and_their_field_is_a_number(http):
    watched(http, "late", **RESCORE)
    post(http, "late", records(LACKING + 3, LACKING + 4, each=1))
    flush(http, "late")
    query = {"query": {"range": {"revision": {"gte": 1}}}, "sort": "timestamp"}
    hits = ok(http.post("/.ml-anomalies-*/_search", json=query))["hits"]["hits"]
    assert [hit["_source"]["timestamp"] // 1000 for hit in hits] == [T0 + (LACKING + 3) * SPAN]
    fields = ok(http.get("/.ml-anomalies-late/_mapping"))
    assert "'revision': {'type': 'long'}" in str(fields)


def test_records_later_than_the_window_are_counted_and_left_out(http):
    watched(http, "late", **RESCORE)
    upload = post(http, "late", records(LACKING - 20, LACKING - 19, each=3))
    assert (upload["processed_record_count"], upload["out_of_order_timestamp_count"]) == (0, 3)
    assert stats(http, "late")["data_counts"]["out_of_order_timestamp_count"] == 3
    flush(http, "late")
    assert revisions(http, "late") == {}


def test_a_close_lets_late_records_count_and_after_it_buckets_open_again(http):
    watched(http, "late", **RESCORE)
    post(http, "late", records(LACKING, LACKING + 1, each=10))
    closed(http, "late")
    assert [one["event_count"] for one in results(http, "late")][LACKING] == 11
    opened(http, "late")
    post(http, "late", records(LACKING, LACKING + 1, each=9))
    flush(http, "late")
    assert [one["event_count"] for one in results(http, "late")][LACKING] == 20
    assert revisions(http, "late") == dict.fromkeys(range(LACKING, LACKING + 4), 2)


def test_without_the_setting_late_records_are_counted_and_left_out(http):
    watched(http, "late")
    upload = post(http, "late", records(LACKING, LACKING + 1, each=19))
    assert (upload["processed_record_count"], upload["out_of_order_timestamp_count"]) == (0, 19)
    flush(http, "late")
    assert (revisions(http, "late"), len(results(http, "late", "records"))) == ({}, 1)


def test_a_window_without_rescoring_is_refused_by_name(http):
    config = {"detectors": [{"function": "count"}], "late_data_window": "1h"}
    body = {"analysis_config": config, "data_description": {"time_field": "stamp"}}
    said = refusal(http.put(f"{JOBS}/late", json=body))
    assert said
    assert "late_data_window requires setting late_data to [rescore]" in http.put(f"{JOBS}/late", json=body).text
