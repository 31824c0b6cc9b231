"""Numbers to result documents, as clients read them; knows wording, not detection."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np
import orjson

from unusual.analysis.causes import told_by_causes
from unusual.analysis.control import Result
from unusual.analysis.detection import Concluded, Detection
from unusual.analysis.explaining import explained
from unusual.analysis.naming import roles, series_fields, split_values
from unusual.analysis.plan import DetectorPlan, Plan
from unusual.analysis.plotting import plots
from unusual.analysis.rescoring import BUCKET_TIME
from unusual.analysis.standings import Finding
from unusual.analysis.subjects import subjects_of
from unusual.detect.features import Judged
from unusual.detect.precision import DIGITS
from unusual.detect.schedule import Stretch
from unusual.kernels.arrays import Floats

INFLUENTIAL = 0.25  # share of a surprise from which on an entity counts as an influencer
MOST_VALUES = 10  # influencer values named in a record
LEAST_PROBABILITY = 1e-300


@dataclass(frozen=True)
class Influencer:
    """One value of an influencing field in one bucket."""

    field: str
    value: str
    surprise: float
    score: float


class Report:
    """Writes the documents of one job."""

    def __init__(self, plan: Plan, detection: Detection) -> None:
        """The plan gives the names, the detection the values behind the numbers."""
        self._plan = plan
        self._detection = detection

    def results(self, concluded: Concluded, *, interim: bool, processing_ms: int) -> list[Result]:
        """Documents of concluded buckets: each bucket, its records, its influencers. processing_ms: per bucket."""
        findings: dict[int, list[Finding]] = {}
        for finding in concluded.findings:
            findings.setdefault(finding.bucket, []).append(finding)
        named = {bucket: [self._influences(concluded, one) for one in found] for bucket, found in findings.items()}
        influencers = self._influencers(concluded, findings, named, interim=interim)
        results: list[Result] = []
        scores = np.round(concluded.whole.score, 5).tolist()
        fixed = {"result_type": "bucket", "processing_time_ms": processing_ms, **_scheduled(concluded.stretch)}
        quiet = _quiet(self._common(0, interim=interim) | fixed | _whole(0.0, 0))
        for offset, events in enumerate(concluded.events.tolist()):
            bucket, score = concluded.stretch.first + offset, scores[offset]
            if score == 0.0 and bucket not in findings:
                results.append(quiet(bucket * self._plan.span * 1000, events))
                continue
            common, blamed = self._common(bucket, interim=interim), influencers.get(bucket, [])
            surprise, rarity = float(concluded.whole.surprise[offset]), float(concluded.whole.rarity[offset])
            document = common | fixed | _whole(score, events)
            named_here = [Influencer(BUCKET_TIME, "", surprise, score), *blamed]
            document["bucket_influencers"] = self._bucket_influencers(common, named_here)
            results.append(_result("bucket", "", score, document, rarity))
            results += self._records(concluded, findings.get(bucket, []), named.get(bucket, []), common)
            results += [self._influencer(one, common) for one in blamed]
        drawn = [] if interim else [*plots(self._plan, self._detection, concluded)]
        return sorted(results + drawn, key=attrgetter("timestamp")) if drawn else results

    def _common(self, bucket: int, *, interim: bool) -> dict[str, Any]:
        return {
            "job_id": self._plan.job_id,
            "timestamp": bucket * self._plan.span * 1000,
            "bucket_span": self._plan.span,
            "is_interim": interim,
        }

    def _influences(self, concluded: Concluded, finding: Finding) -> dict[str, dict[str, float]]:
        """Share of a finding's surprise per influencing field and value, largest first."""
        detector = self._plan.detectors[finding.detector]
        source = self._plan.sources[detector.source]
        judged = concluded.judged[finding.detector][finding.feature]
        values = dict(split_values(self._plan, self._detection, detector, int(judged.series[finding.row])))
        shares: dict[str, dict[str, float]] = {
            field: {values[field]: 1.0} for field in self._plan.influencers if field in values
        }
        blame = judged.blame
        fields = self._plan.influencing(source)
        start, end = np.searchsorted(blame.row, [finding.row, finding.row + 1])
        for at in sorted(range(start, end), key=lambda at: (-blame.share[at], blame.code[at])):
            if blame.share[at] >= INFLUENTIAL:
                field = fields[blame.field[at]]
                value = self._detection.dictionaries[field].values[blame.code[at]]
                shares.setdefault(field, {})[value] = float(blame.share[at])
        return shares

    def _influencers(
        self,
        concluded: Concluded,
        findings: dict[int, list[Finding]],
        named: dict[int, list[dict[str, dict[str, float]]]],
        *,
        interim: bool,
    ) -> dict[int, list[Influencer]]:
        """Influencers per bucket: the largest rarity that each value answers for, scored."""
        strongest: dict[tuple[int, str, str], float] = {}
        for bucket, found in findings.items():
            for finding, shares in zip(found, named[bucket], strict=True):
                for field, values in shares.items():
                    for value, share in values.items():
                        key = (bucket, field, value)
                        strongest[key] = max(strongest.get(key, 0.0), share * finding.rarity)
        surprises = np.array(list(strongest.values()), np.float64)
        edges = np.arange(concluded.stretch.first, concluded.stretch.until + 1)
        first = np.searchsorted(np.array([key[0] for key in strongest], np.int64), edges)
        start = concluded.stretch.first
        scores = self._detection.standings.scores.rank("influencer", surprises, first, start=start, teach=not interim)
        answer: dict[int, list[Influencer]] = {}
        for (bucket, field, value), surprise, score in zip(strongest, surprises, _rounded(scores), strict=True):
            if score > 0.0:
                answer.setdefault(bucket, []).append(Influencer(field, value, float(surprise), score))
        return answer

    def _records(
        self,
        concluded: Concluded,
        findings: list[Finding],
        named: list[dict[str, dict[str, float]]],
        common: dict[str, Any],
    ) -> Iterator[Result]:
        for finding, shares in zip(findings, named, strict=True):
            detector = self._plan.detectors[finding.detector]
            judged = concluded.judged[finding.detector][finding.feature]
            series = int(judged.series[finding.row])
            score, reading = round(finding.score, 5), detector.readings[finding.feature]
            document = common | {
                "result_type": "record",
                "probability": _probability(finding.surprise),
                "record_score": score,
                "initial_record_score": score,
                "detector_index": detector.index,
                "function": detector.function,
                "function_description": reading.described,
                "actual": np.atleast_1d(judged.actual[finding.row]).tolist(),
                "typical": np.atleast_1d(judged.typical[finding.row]).tolist(),
                **explained(judged, finding.row, reading, score),
            }
            if judged.actual.ndim > 1:
                points = (("actual_point", judged.actual), ("typical_point", judged.typical))
                document["geo_results"] = {name: _point(places[finding.row]) for name, places in points}
            if detector.field is not None:
                document["field_name"] = detector.field
            document |= self._partner(detector, judged, finding.row)
            if detector.over is not None:
                document = self._told_by_causes(document, judged, finding)
            splitting = split_values(self._plan, self._detection, detector, series)
            for role, (field, value) in zip(roles(detector), splitting, strict=True):
                document[f"{role}_field_name"], document[f"{role}_field_value"] = field, value
                document[field] = [value]
            if shares:
                document["influencers"] = [
                    {"influencer_field_name": field, "influencer_field_values": list(values)[:MOST_VALUES]}
                    for field, values in shares.items()
                ]
                document |= {field: list(values)[:MOST_VALUES] for field, values in shares.items()}
            yield _result("record", f"{detector.index}:{series}", score, document, finding.rarity)

    def _partner(self, detector: DetectorPlan, judged: Judged, row: int) -> dict[str, Any]:
        """With which by value a value is compared, where that is what its record tells."""
        if judged.accord is None or not judged.accord.beside[row]:
            return {}
        fields = series_fields(self._plan, self._detection, detector, int(judged.accord.partner[row]))
        return {"correlated_by_field_value": fields["by_field_value"]}

    def _told_by_causes(self, document: dict[str, Any], judged: Judged, finding: Finding) -> dict[str, Any]:
        detector = self._plan.detectors[finding.detector]
        named = partial(series_fields, self._plan, self._detection, detector)
        return told_by_causes(document, judged, finding.row, named)

    def _influencer(self, one: Influencer, common: dict[str, Any]) -> Result:
        document = common | {
            "result_type": "influencer",
            "influencer_field_name": one.field,
            "influencer_field_value": one.value,
            "influencer_score": one.score,
            "initial_influencer_score": one.score,
            "probability": _probability(one.surprise),
            one.field: one.value,
        }
        return _result("influencer", f"{one.field}:{one.value}", one.score, document, one.surprise)

    def _bucket_influencers(self, common: dict[str, Any], influencers: list[Influencer]) -> list[dict[str, Any]]:
        """The bucket as a whole, and the strongest value of each field."""
        strongest: dict[str, Influencer] = {}
        for one in influencers:
            if one.field not in strongest or one.surprise > strongest[one.field].surprise:
                strongest[one.field] = one
        return [
            common
            | {
                "result_type": "bucket_influencer",
                "influencer_field_name": field,
                "initial_anomaly_score": one.score,
                "anomaly_score": one.score,
                "raw_anomaly_score": round(one.surprise, DIGITS),
                "probability": _probability(one.surprise),
            }
            for field, one in strongest.items()
        ]


def _point(place: Floats) -> str:
    """(2,) latitude and longitude [degrees] as one text."""
    latitude, longitude = place.tolist()
    return f"{latitude},{longitude}"


def _whole(score: float, events: int) -> dict[str, Any]:
    """What a bucket says of itself, before it is known who influenced it. events: how many records it has."""
    scores = {"anomaly_score": score, "initial_anomaly_score": score}
    return {**scores, "event_count": events, "bucket_influencers": []}


def _quiet(document: dict[str, Any]) -> Callable[[int, int], Result]:
    """The result of a bucket in which nothing happened, by its time [ms] and number of records.

    document  that of such a bucket, both zero. Nearly all buckets of a long series are so: only two numbers of their
              texts differ, and nothing more is done for them.
    """
    before, rest = orjson.dumps(document).decode().split('"timestamp":0', 1)
    between, behind = rest.rsplit('"event_count":0', 1)
    before, between, interim = f'{before}"timestamp":', f'{between}"event_count":', document["is_interim"]

    def result(timestamp: int, events: int) -> Result:
        body = f"{before}{timestamp}{between}{events}{behind}".encode()
        return Result("bucket", timestamp, "", 0.0, interim, body, None, ())

    return result


def _scheduled(stretch: Stretch) -> dict[str, Any]:
    """What a bucket says of the events that touch it."""
    return {"scheduled_events": [event.description for event in stretch.events]} if stretch.events else {}


def _rounded(scores: Floats) -> list[float]:
    return [float(score) for score in np.round(scores, 5)]


def _probability(surprise: float) -> float:
    return max(LEAST_PROBABILITY, float(10.0**-surprise))


def _result(kind: str, entity: str, score: float, document: dict[str, Any], surprise: float | None = None) -> Result:
    """A result whose score may follow its surprise, unless it is interim."""
    known = None if surprise is None or document["is_interim"] else round(surprise, DIGITS)
    interim, body, subjects = document["is_interim"], orjson.dumps(document), subjects_of(document)
    return Result(kind, document["timestamp"], entity, score, interim, body, known, subjects)
