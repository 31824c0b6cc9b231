"""Every source with its real other side."""

import pytest
from confluent_kafka import Producer

from tests.conformance.serving import serving
from tests.feeds.given import JOB
from tests.feeds.metrics import serving_metrics
from tests.feeds.opensearch import speaking_opensearch
from tests.feeds.peers import Cluster, Database, Folder, Scraped, Topic
from tests.feeds.postgres import BINARIES, postgres
from tests.jobs.world import world
from unusual.feeds.choosing import Choosing
from unusual.jobs import configure
from unusual.schema.datafeeds import Datafeed
from unusual.schema.jobs import Job

BY_TIME = [
    "elasticsearch",
    "opensearch",
    "sqlite-text",
    "sqlite-epoch",
    "postgres-moment",
    "postgres-naive",
    "ndjson",
    "csv",
    "parquet",
    "prometheus",
]
BY_PLACE = ["kafka", "growing-ndjson", "growing-csv"]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server of this product."""
    with serving(tmp_path_factory.mktemp("server") / "store", workers=1) as running:
        yield running


@pytest.fixture(scope="session")
def interpreter(server):
    """The URL of the same server, in the words of OpenSearch."""
    with speaking_opensearch(server.url) as url:
        yield url


@pytest.fixture(scope="session")
def database():
    """The URL of a PostgreSQL."""
    if BINARIES is None:
        pytest.skip("needs PostgreSQL: apt-get install postgresql")
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def metrics():
    """A server that answers as Prometheus."""
    with serving_metrics() as serving:
        yield serving


@pytest.fixture(scope="session")
def cluster():
    """A producer with librdkafka's own cluster inside."""
    return Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "inside"})


@pytest.fixture
def make_peer(request, tmp_path):
    """Makes the other side of a source by its name."""

    def make(name: str):
        kind, _, how = name.partition("-")
        match kind:
            case "elasticsearch":
                return Cluster(request.getfixturevalue("server").http)
            case "opensearch":
                return Cluster(request.getfixturevalue("server").http, kind, request.getfixturevalue("interpreter"))
            case "sqlite":
                return Database(f"sqlite:///{tmp_path}/metrics.db", how)
            case "postgres":
                return Database(request.getfixturevalue("database"), how)
            case "prometheus":
                return Scraped(request.getfixturevalue("metrics"))
            case "kafka":
                return Topic(request.getfixturevalue("cluster"))
            case "growing":
                return Folder(tmp_path, how, follow=True)
        return Folder(tmp_path, kind)

    return make


@pytest.fixture
def open_source():
    """Makes the source of a datafeed over a peer; it is closed in the end."""
    opened = []

    def make(peer, *, size: int = 1000, field="value", mark=None):
        ports = world()
        analysis = JOB["analysis_config"]
        detectors = [analysis["detectors"][0] | {"field_name": field}]
        configure.create(ports, "watch", JOB | {"analysis_config": analysis | {"detectors": detectors}})
        stored = ports.jobs.get("watch")
        ports.jobs.put(stored.__class__(stored.config, stored.state, stats=stored.position.at(1, 1, mark).into({})))
        configured = Job.from_document(stored.config)
        body = peer.asked | {"scroll_size": size}
        feed = Datafeed.from_request(body, datafeed_id="feed", job=configured)
        opened.append(Choosing(peer.connections)(ports, feed, configured))
        return opened[-1]

    yield make
    for source in opened:
        source.close()


@pytest.fixture(params=BY_TIME + BY_PLACE)
def peer(request, make_peer):
    """Every one of them."""
    return make_peer(request.param)


@pytest.fixture(params=BY_TIME)
def peer_by_time(request, make_peer):
    """Those that can be read again from any time on."""
    return make_peer(request.param)


@pytest.fixture(params=BY_PLACE)
def peer_by_place(request, make_peer):
    """Those that go on where they were."""
    return make_peer(request.param)
