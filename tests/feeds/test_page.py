"""The page on sources: every example of it does what it says, with a real other side."""

import json
import re
import shlex
import sqlite3
from contextlib import closing

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.feeds.given import BEGIN, DAY, documents
from tests.feeds.peers import TIME, Scraped
from tests.jobs.world import world
from unusual.cli import commands
from unusual.feeds.choosing import Choosing
from unusual.feeds.connections import Connection, connection_of, read_connections
from unusual.jobs import configure
from unusual.jobs.sources import portions
from unusual.schema.datafeeds import Datafeed
from unusual.schema.jobs import Job

GIVEN = documents(100)
ORDERS = [{"at": one["at"], "price": one["value"], "shop": one["host"]} for one in GIVEN]
FIELDS = {"orders": ("price", "shop")}  # the other examples do not say


@pytest.fixture(scope="module")
def blocks(root) -> dict[str, list[str]]:
    """What stands in code on the page, by its language."""
    told = (root / "docs" / "sources.md").read_text(encoding="utf-8")
    found = re.findall(r"^```(\w+)\n(.*?)^```$", told, re.MULTILINE | re.DOTALL)
    return {kind: [code for one, code in found if one == kind] for kind, _ in found}


def cluster(request, _) -> Connection:
    http = request.getfixturevalue("server").http
    fields = {"at": {"type": "date"}, "host": {"type": "keyword"}}
    http.put("/logs-1", json={"mappings": {"properties": fields}}).raise_for_status()
    failed = [one | {"status": 500} for one in GIVEN] + [one | {"status": 200} for one in documents(20, seed=2)]
    lines = (line for one in failed for line in ('{"index":{}}', json.dumps(one)))
    headers = {"content-type": "application/x-ndjson"}
    http.post("/logs-1/_bulk", content="\n".join([*lines, ""]), headers=headers).raise_for_status()
    return connection_of("prod", {"type": "elasticsearch", "url": str(http.base_url)})


def shop(_, folder) -> Connection:
    with closing(sqlite3.connect(folder / "shop.db")) as database, database:
        database.execute("CREATE TABLE orders (at INTEGER, price REAL, shop TEXT)")
        database.executemany("INSERT INTO orders VALUES (?, ?, ?)", [tuple(one.values()) for one in ORDERS])
    return connection_of("shop", {"type": "sql", "url": f"sqlite:///{folder}/shop.db"})


def logs(_, folder) -> Connection:
    for name in ("load", "archive/2024/05"):
        (folder / name).mkdir(parents=True)
    pl.DataFrame(GIVEN[:40]).write_csv(folder / "load/a.csv")
    pl.DataFrame(GIVEN[40:]).write_parquet(folder / "archive/2024/05/b.parquet")
    (folder / "other.csv").write_text("none of it\n")
    return connection_of("logs", {"type": "files", "root": str(folder)})


def metrics(request, _) -> Connection:
    scraped = Scraped(request.getfixturevalue("metrics"))
    scraped.fill(GIVEN)
    return scraped.connection


def events(request, _) -> Connection:
    producer = request.getfixturevalue("cluster")
    brokers = producer.list_topics("clicks", timeout=10).brokers.values()
    for one in GIVEN:
        producer.produce("clicks", json.dumps(one), timestamp=one[TIME])
    assert producer.flush(10) == 0
    servers = ",".join(f"{one.host}:{one.port}" for one in brokers)
    return connection_of("events", {"type": "kafka", "options": {"bootstrap.servers": servers}})


PLACES = {
    "responses": ("prod", cluster),
    "orders": ("shop", shop),
    "load": ("logs", logs),
    "requests": ("metrics", metrics),
    "clicks": ("events", events),
}


def test_every_example_of_a_datafeed_is_tried_here(blocks) -> None:
    assert [json.loads(code)["job_id"] for code in blocks["json"]] == [*PLACES]


@pytest.mark.parametrize("job_id", PLACES)
def test_an_example_of_a_datafeed_reads_what_there_is(blocks, request, tmp_path, job_id) -> None:
    body = next(one for one in map(json.loads, blocks["json"]) if one["job_id"] == job_id)
    name, place = PLACES[job_id]
    value, by = FIELDS.get(job_id, ("value", "host"))
    ports = world()
    detectors = [{"function": "mean", "field_name": value, "by_field_name": by}]
    analysis = {"bucket_span": "1h", "detectors": detectors}
    configure.create(ports, job_id, {"analysis_config": analysis, "data_description": {"time_field": "at"}})
    job = Job.from_document(ports.jobs.get(job_id).config)
    feed = Datafeed.from_request(body, datafeed_id="feed", job=job)
    with closing(Choosing({name: place(request, tmp_path)})(ports, feed, job)) as source:
        source.check()
        read = [record for portion in portions(source, BEGIN, BEGIN + DAY) for record in portion.records]
    told = [(one["at"], one[value], one[by]) for one in read]
    assert sorted(told) == sorted((one["at"], one["value"], one["host"]) for one in GIVEN)


def test_the_connections_of_the_page_are_ones(blocks, tmp_path) -> None:
    file = tmp_path / "connections.toml"
    file.write_text(blocks["toml"][0])
    known = read_connections(file, {"PROD_API_KEY": "abc", "SHOP_PASSWORD": "secret"})
    assert {*known} == {name for name, _ in PLACES.values()}
    assert known["prod"].headers == {"Authorization": "ApiKey abc"}


@pytest.mark.usefixtures("orders")
def test_the_command_and_the_program_of_the_page_find_the_same(blocks, tmp_path, capsys) -> None:
    (tmp_path / "orders.toml").write_text(blocks["toml"][1].replace("2024-01-02T00:00:00Z", str(BEGIN)))
    (command,) = blocks["bash"]
    result = CliRunner().invoke(commands, [*shlex.split(command)[1:], "--output", "json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.output.splitlines()[-1])["documents"] == len(ORDERS)
    (program,) = blocks["python"]
    names: dict = {}
    exec(compile(program, "sources.md", "exec"), names)  # noqa: S102 - our own page
    assert names["job"].counts["processed_record_count"] == len(ORDERS)
    assert "shape: " in capsys.readouterr().out


@pytest.fixture
def orders(tmp_path, monkeypatch) -> None:
    """A folder with the database of the page, which is where the user is."""
    shop(None, tmp_path)
    monkeypatch.chdir(tmp_path)
