"""Who this server is, as clients read it in the root page and in the stats of open jobs; knows no jobs."""

from dataclasses import dataclass

from unusual.analysis.control import Document


@dataclass(frozen=True)
class Node:
    """The one member of the cluster that clients see.

    node_id       kept over restarts, as is `cluster_uuid`
    ephemeral_id  new with every start
    address       host and port it listens on
    memory_mib    the memory that jobs may fill, MiB
    """

    node_id: str
    ephemeral_id: str
    cluster_uuid: str
    address: str
    memory_mib: int
    name: str = "unusual"
    cluster_name: str = "unusual"

    def document(self) -> Document:
        """As the stats of an open job show it."""
        return {
            "id": self.node_id,
            "name": self.name,
            "ephemeral_id": self.ephemeral_id,
            "transport_address": self.address,
            "attributes": {},
        }
