"""Overall buckets against the definition, written out slowly."""

from hypothesis import given
from hypothesis import strategies as st

from unusual.jobs.overall import Score, combined

BASE, WIDE = 30, 60
SCORES = st.lists(
    st.builds(
        Score, st.sampled_from("abc"), st.integers(0, 17).map(lambda n: n * 10), st.integers(0, 100), st.booleans()
    ),
    max_size=30,
)


def slowly(scores, span, top_n):
    """Each overall bucket from every score again."""
    overall = []
    for start in range(0, 180, span):
        inside = [score for score in scores if start <= score.timestamp < start + span]
        if not inside:
            continue
        best = 0
        for slot in range(start, start + span, BASE):
            here = [score for score in inside if slot <= score.timestamp < slot + BASE]
            tops = sorted(
                (max(s.score for s in here if s.job_id == job) for job in {s.job_id for s in here}), reverse=True
            )
            top = tops[:top_n]
            best = max(best, sum(top) / len(top) if top else 0)
        maxima = {job: max(s.score for s in inside if s.job_id == job) for job in sorted({s.job_id for s in inside})}
        overall.append((start, best, list(maxima.items()), any(s.is_interim for s in inside)))
    return overall


@given(SCORES, st.sampled_from([BASE, WIDE]), st.integers(1, 4))
def test_overall_buckets_are_what_their_definition_says(scores, span, top_n):
    found = [
        (
            bucket["timestamp"],
            bucket["overall_score"],
            [(job["job_id"], job["max_anomaly_score"]) for job in bucket["jobs"]],
            bucket["is_interim"],
        )
        for bucket in combined(scores, BASE, span, top_n)
    ]
    assert found == slowly(scores, span, top_n)


def test_an_overall_bucket_has_the_fields_clients_read():
    assert combined([Score("a", 60_000, 12.5, is_interim=False)], 60_000, 60_000, 1) == [
        {
            "result_type": "overall_bucket",
            "timestamp": 60_000,
            "bucket_span": 60,
            "overall_score": 12.5,
            "jobs": [{"job_id": "a", "max_anomaly_score": 12.5}],
            "is_interim": False,
        }
    ]
