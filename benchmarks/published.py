"""Figures of other detectors and parsers as they were published, or made by a baseline of ten lines; all are data."""

from typing import Final, NamedTuple


class Nab(NamedTuple):
    """Scores of the three profiles, and where known the figures by events."""

    name: str
    standard: float
    low_fp: float
    low_fn: float
    vus_pr: float | None = None
    event_f1: float | None = None
    false_alarms: float | None = None


class Events(NamedTuple):
    """Figures over the labelled events of one folder."""

    name: str
    vus_pr: float
    auc_pr: float
    event_f1: float
    precision: float
    recall: float
    false_alarms: float


class Parser(NamedTuple):
    """Means over the eight systems: grouping accuracy, and F1 of the groups where known."""

    name: str
    ga: float
    fga: float | None


# The result files that come with NAB, scored on the 34 files in use, threshold optimised over them.
NAB: Final = (
    Nab("Numenta HTM", 73.56, 68.36, 77.04, 0.288, 0.722, 0.116),
    Nab("contextOSE", 71.72, 68.15, 75.15, 0.172, 0.656, 0.329),
    Nab("ARTime", 71.05, 62.38, 76.03, 0.146, 0.629, 0.106),
    Nab("htmjava", 70.22, 65.57, 73.53),
    Nab("knncad", 60.96, 51.05, 65.97, 0.180, 0.422, 0.889),
    Nab("randomCutForest", 56.71, 47.56, 63.14, 0.269, 0.482, 0.338),
    Nab("earthgeckoSkyline", 55.60, 46.16, 60.40, 0.145, 0.400, 0.870),
    Nab("relativeEntropy", 46.35, 39.24, 50.23, 0.149, 0.423, 0.561),
    Nab("twitterADVec", 43.55, 30.58, 50.36, 0.148, 0.332, 1.073),
    Nab("windowedGaussian", 35.02, 16.66, 43.35, 0.251, 0.276, 1.266),
    Nab("trivial baseline", 40.79, 27.16, 49.20, 0.199, 0.367, 0.377),
    Nab("random", 13.19, 3.38, 21.83, 0.151, 0.155, 0.783),
)

# Difference to the value one day earlier, as a z-score against the last day's differences, z / (1 + z).
BASELINE: Final = {
    "kpi": Events("trivial baseline", 0.217, 0.141, 0.382, 0.477, 0.318, 0.513),
    "shapes": Events("trivial baseline", 0.362, 0.222, 0.235, 0.239, 0.231, 2.145),
    "opensearch": Events("trivial baseline", 0.295, 0.323, 0.818, 0.818, 0.818, 0.084),
}


class Batch(NamedTuple):
    """The best VUS-PR of methods that see the whole series before they score it. rows: first, and one past the last."""

    folder: str
    file: str
    rows: tuple[int, int | None]
    best: str


BATCH: Final = (
    Batch("nab", "artificialWithAnomaly/art_load_balancer_spikes.csv", (0, None), "USAD .832, POLY .796"),
    Batch("nab", "artificialWithAnomaly/art_increase_spike_density.csv", (0, None), "POLY .878, KMeansAD .821"),
    Batch("nab", "realAdExchange/exchange-3_cpm_results.csv", (0, None), "Sub-MCD .579, MOMENT .472"),
    Batch("nab", "realAWSCloudwatch/ec2_cpu_utilization_5f5533.csv", (0, None), "Sub-MCD .438, MOMENT .374"),
    Batch("kpi", "server_res_eth1out_curve_6.csv.gz", (0, 8784), "Sub-LOF .607, Sub-MCD .588, median of 32 .108"),
    Batch("kpi", "cpu4.csv.gz", (8784, None), "SR .382, Sub-MCD .377, median of 32 .187"),
)


class Mark(NamedTuple):
    """What OpenSearch's own acceptance test asks of its detector: least precision by rows, least recall by windows."""

    file: str
    precision: float
    recall: float


MARKS: Final = (
    Mark("synthetic.csv.gz", 0.4, 0.7),
    Mark("rule_phoenix.csv.gz", 0.4, 0.9),
    Mark("rule_scottsdale.csv.gz", 0.5, 0.3),
)

# Of parsers tuned per system, on the original labels; the last five on the corrected ones, of which Drain3 is untuned.
PARSERS: Final = (
    Parser("Brain", 0.991, None),
    Parser("DivLog (LLM)", 0.904, None),
    Parser("LenMa", 0.754, None),
    Parser("SHISO", 0.716, None),
    Parser("ULP", 0.713, None),
    Parser("LogMine", 0.707, None),
    Parser("LFA", 0.622, None),
    Parser("Drain", 0.837, 0.777),
    Parser("IPLoM", 0.808, 0.773),
    Parser("Spell", 0.758, 0.665),
    Parser("AEL", 0.757, 0.665),
    Parser("LogPPT (trained on labels)", 0.729, 0.857),
    Parser("Drain3 0.9.11 as installed", 0.740, 0.736),
)

SYSTEMS: Final = ("Apache", "HDFS", "Hadoop", "HealthApp", "Linux", "OpenSSH", "Proxifier", "Zookeeper")
BY_SYSTEM: Final = {
    "Brain": (1.000, 0.998, 0.949, 1.000, 0.996, 1.000, 1.000, 0.988),
    "Drain": (1.000, 0.998, 0.948, 0.780, 0.690, 0.788, 0.527, 0.967),
    "Drain3 0.9.11 as installed": (1.000, 0.998, 0.954, 0.576, 0.684, 0.720, 0.026, 0.967),
}

SOURCES: Final = """\
- NAB: S. Ahmad, A. Lavin, S. Purdy, Z. Agha, "Unsupervised real-time anomaly detection for streaming data",
  Neurocomputing 262 (2017); A. Lavin, S. Ahmad, "Evaluating Real-time Anomaly Detection Algorithms - the
  Numenta Anomaly Benchmark", ICMLA 2015; <https://github.com/numenta/NAB> (data, labels and the result files of
  the other detectors).
- KPI: H. Xu et al., "Unsupervised Anomaly Detection via Variational Auto-Encoder for Seasonal KPIs in Web
  Applications", WWW 2018 (the three series of <https://github.com/NetManAIOps/donut>); Z. Li et al.,
  arXiv:2208.03938, 2022.
- Shapes: A. Bhatnagar et al., "Merlion: A Machine Learning Library for Time Series", arXiv:2109.09265, 2021
  (<https://github.com/salesforce/Merlion>, synthetic anomalies).
- OpenSearch: acceptance data of <https://github.com/opensearch-project/anomaly-detection>, Copyright OpenSearch
  Contributors.
- Logs: J. Zhu et al., "Loghub: A Large Collection of System Log Datasets for AI-driven Log Analytics", ISSRE
  2023; corrected labels of Z. A. Khan et al., ICSE 2022, and Z. Jiang et al., ISSTA 2024
  (<https://github.com/logpai/loghub-2.0>); figures of other parsers from the READMEs of
  <https://github.com/logpai/logparser> and loghub-2.0 (its question 2, 2,000 lines).
- VUS-PR, and the figures of batch methods: J. Paparrizos et al., PVLDB 15(11), 2022; Q. Liu, J. Paparrizos, "The
  Elephant in the Room: Towards A Reliable Time-Series Anomaly Detection Benchmark", NeurIPS 2024 (TSB-AD)."""
