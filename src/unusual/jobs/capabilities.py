"""Defaults and limits of this server, as `_ml/info` tells them; knows no single job."""

from importlib.metadata import version

from unusual.analysis.control import Document
from unusual.jobs import upgrade_mode
from unusual.jobs.limits import largest_memory_mib
from unusual.jobs.node import Node
from unusual.jobs.ports import Ports
from unusual.schema.categorization import default_analyzer
from unusual.schema.datafeeds import SCROLL_SIZE
from unusual.schema.jobs import DAILY_RETENTION_DAYS, Job
from unusual.schema.limits import DEFAULT_MEMORY_MIB, AnalysisLimits, size_text


def capabilities(ports: Ports, node: Node) -> Document:
    """What a job gets that asks for nothing, and the most it can ask for."""
    largest = largest_memory_mib(ports)
    default = DEFAULT_MEMORY_MIB if largest is None else min(DEFAULT_MEMORY_MIB, largest)
    effective = node.memory_mib if largest is None else min(node.memory_mib, largest)
    configured = {} if largest is None else {"max_model_memory_limit": size_text(largest)}
    jobs = {
        "categorization_analyzer": default_analyzer().document(),
        "model_memory_limit": size_text(default),
        "categorization_examples_limit": AnalysisLimits().categorization_examples_limit,
        "model_snapshot_retention_days": Job.model_fields["model_snapshot_retention_days"].default,
        "daily_model_snapshot_retention_after_days": DAILY_RETENTION_DAYS,
    }
    return {
        "defaults": {"anomaly_detectors": jobs, "datafeeds": {"scroll_size": SCROLL_SIZE}},
        "limits": configured
        | {"effective_max_model_memory_limit": f"{effective}mb", "total_ml_memory": f"{node.memory_mib}mb"},
        "native_code": {"version": version("unusual"), "build_hash": "source"},
        "upgrade_mode": upgrade_mode.is_on(ports),
    }
