"""How much memory the server has, and how much of it open jobs may fill, as memory stats; measures no process."""

from typing import Final

from unusual.analysis.control import Document
from unusual.jobs.capacity import needed
from unusual.jobs.lifecycle import State
from unusual.jobs.node import Node
from unusual.jobs.ports import Ports, StoredJob
from unusual.schema.limits import MIB
from unusual.schema.readable import readable_size
from unusual.schema.wildcards import fits

ROLES: Final = ("data", "master", "ml")
_EVERY: Final = {"", "_all", "_local", "_master"}
_SUFFIX: Final = "_in_bytes"


def memory_stats(ports: Ports, node: Node, expression: str, *, human: bool) -> Document:
    """Memory of the nodes that are meant, by id; `human` adds readable sizes beside the bytes.

    An expression lists ids, names, addresses with wildcards, or roles as in `ml:true`.
    """
    meant = any(_means(part.strip(), node) for part in expression.split(","))
    document = _document(ports, node)
    nodes = {node.node_id: readable(document) if human else document} if meant else {}
    counts = {"total": len(nodes), "successful": len(nodes), "failed": 0}
    return {"_nodes": counts, "cluster_name": node.cluster_name, "nodes": nodes}


def readable(document: Document) -> Document:
    """The document with a readable twin before each number of bytes.

    >>> readable({"mem": {"total_in_bytes": 2048}})
    {'mem': {'total': '2kb', 'total_in_bytes': 2048}}
    """
    shown: Document = {}
    for name, value in document.items():
        if name.endswith(_SUFFIX):
            shown[name.removesuffix(_SUFFIX)] = readable_size(value)
        shown[name] = readable(value) if isinstance(value, dict) else value
    return shown


def _means(part: str, node: Node) -> bool:
    if part in _EVERY:
        return True
    role, colon, wanted = part.partition(":")
    if colon and wanted in {"true", "false"}:
        return (role in ROLES) == (wanted == "true")
    return any(fits(name, part) for name in (node.node_id, node.name, node.address))


def _document(ports: Ports, node: Node) -> Document:
    total = node.memory_mib * MIB
    jobs = {
        "max_in_bytes": total,
        "native_code_overhead_in_bytes": 0,
        "anomaly_detectors_in_bytes": sum(needed(job) for job in ports.jobs.all() if _holds_some(job)),
        "data_frame_analytics_in_bytes": 0,
        "native_inference_in_bytes": 0,
    }
    return {
        "name": node.name,
        "ephemeral_id": node.ephemeral_id,
        "transport_address": node.address,
        "attributes": {},
        "roles": list(ROLES),
        "mem": {"total_in_bytes": total, "adjusted_total_in_bytes": total, "ml": jobs},
        "jvm": {"heap_max_in_bytes": 0, "java_inference_in_bytes": 0, "java_inference_max_in_bytes": 0},
    }


def _holds_some(job: StoredJob) -> bool:
    """Whether memory is set aside for a job; an opening one that has a reason waits for it."""
    return job.state in {State.OPENED, State.CLOSING} or (job.state is State.OPENING and not job.reason)
