"""Indices of documents over HTTP: made, filled, searched, removed."""

import json

import pytest

NDJSON = {"content-type": "application/x-ndjson"}
MAPPINGS = {
    "properties": {"at": {"type": "date"}, "pier": {"type": "keyword"}, "wait": {"type": "double"}},
}


@pytest.fixture
def index(client) -> str:
    """An empty index."""
    client.put("/ferry-log", {"mappings": MAPPINGS})
    yield "ferry-log"
    for name in ("ferry-log", "tide-log"):
        client.delete(f"/{name}")


def bulk(client, *lines: str):
    return client.post("/_bulk?refresh=true", content="\n".join([*lines, ""]), headers=NDJSON).json()


def test_an_index_is_shown_as_it_was_made(client, index) -> None:
    shown = client.get(f"/{index}").json()[index]
    assert shown["mappings"] == MAPPINGS
    assert client.get(f"/{index}/_mapping").json() == {index: {"mappings": MAPPINGS}}
    assert client.request("HEAD", f"/{index}").status_code == 200


@pytest.mark.parametrize("what", ["", "/_mapping", "/_settings", "/_field_caps", "/_refresh"])
def test_indices_that_there_are_not_are_left_out_if_that_is_asked_for(client, index, what) -> None:
    assert client.get(f"/{index},none{what}").status_code == 404
    assert client.get(f"/{index},none{what}?ignore_unavailable=true").json() == client.get(f"/{index}{what}").json()


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/ferry-log", 400, "resource_already_exists_exception"),
        ("/Ferry", 400, "illegal_argument_exception"),
        ("/-ferry", 400, "illegal_argument_exception"),
    ],
)
@pytest.mark.usefixtures("index")
def test_a_name_must_be_new_and_fit(client, path: str, status: int, kind: str) -> None:
    answer = client.put(path, {})
    assert (answer.status_code, answer.json()["error"]["type"]) == (status, kind)


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("DELETE", ""), ("GET", "/_count"), ("GET", "/_doc/1")])
def test_an_unknown_index_is_not_found(client, method: str, path: str) -> None:
    answer = client.request(method, f"/no-log{path}")
    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "index_not_found_exception"


def test_a_call_is_no_index(client) -> None:
    assert client.put("/_nonsense", {}).json()["error"].startswith("no handler found")


def test_a_document_is_kept_replaced_and_removed(client, index) -> None:
    first = client.put(f"/{index}/_doc/a", {"at": 5})
    assert (first.status_code, first.json()["result"]) == (201, "created")
    assert client.post(f"/{index}/_doc/a?refresh=true", {"at": 6}).json()["result"] == "updated"
    assert client.get(f"/{index}/_doc/a").json()["_source"] == {"at": 6}
    assert client.put(f"/{index}/_create/a", {"at": 7}).status_code == 409
    assert client.delete(f"/{index}/_doc/a").json()["result"] == "deleted"
    assert client.get(f"/{index}/_doc/a").status_code == 404


def test_a_time_that_cannot_be_read_is_refused(client, index) -> None:
    answer = client.post(f"/{index}/_doc", {"at": "dawn"})
    assert answer.status_code == 400
    assert "failed to parse field [at] of type [date]" in answer.json()["error"]["reason"]


@pytest.mark.usefixtures("index")
def test_in_bulk_each_document_is_answered_by_itself(client) -> None:
    answer = bulk(
        client,
        '{"index": {"_index": "ferry-log", "_id": "a"}}',
        '{"at": "2021-01-01", "wait": 1.5}',
        '{"create": {"_index": "ferry-log", "_id": "a"}}',
        '{"at": "2021-01-02"}',
        '{"index": {"_index": "tide-log"}}',
        '{"at": "2021-01-03", "level": 3}',
        '{"index": {"_index": "ferry-log"}}',
        '{"at": "dusk"}',
        '{"delete": {"_index": "ferry-log", "_id": "z"}}',
    )
    assert answer["errors"]
    assert [item["status"] for entry in answer["items"] for item in entry.values()] == [201, 409, 201, 400, 404]
    assert client.get("/tide-log/_mapping").json()["tide-log"]["mappings"]["properties"]["level"] == {"type": "long"}


@pytest.mark.parametrize(
    "lines", [('{"guess": {}}', "{}"), ('{"index": {}}', "{}"), ('{"index": {"_index": "ferry-log"}}',)]
)
@pytest.mark.usefixtures("index")
def test_a_broken_bulk_request_is_refused(client, lines) -> None:
    assert bulk(client, *lines)["status"] == 400


def test_documents_are_counted_and_searched(client, index) -> None:
    for number in range(12):
        client.post(f"/{index}/_doc", {"at": 1000 * number, "pier": ["north", "south"][number % 2], "wait": -number})
    query = {"bool": {"filter": [{"term": {"pier": "south"}}, {"range": {"at": {"gte": 3000}}}]}}
    assert client.post(f"/{index}/_count", {"query": query}).json()["count"] == 5
    found = client.post("/ferry-*/_search", {"query": query, "sort": [{"wait": "asc"}], "from": 1, "size": 2}).json()
    assert found["hits"]["total"] == {"value": 5, "relation": "eq"}
    assert [hit["_source"]["wait"] for hit in found["hits"]["hits"]] == [-9, -7]
    assert client.post(f"/{index}/_search", {"query": {"guess": {}}}).status_code == 400
    assert client.get(f"/{index}/_search?sort=at:desc&size=1").json()["hits"]["hits"][0]["sort"] == [11_000]


def test_fields_can_be_added_and_not_changed(client, index) -> None:
    assert client.put(f"/{index}/_mapping", {"properties": {"riders": {"type": "long"}}}).json()["acknowledged"]
    assert client.put(f"/{index}/_mapping", {"properties": {"pier": {"type": "long"}}}).status_code == 400
    assert set(client.get(f"/{index}").json()[index]["mappings"]["properties"]) == {"at", "pier", "wait", "riders"}


def test_all_at_once_cannot_be_removed(client, index) -> None:
    assert client.delete("/ferry-*").status_code == 400
    assert client.delete(f"/{index}").json() == {"acknowledged": True}


def test_a_bulk_that_is_too_large_is_refused_before_it_fills_the_memory(client, index, monkeypatch) -> None:
    monkeypatch.setattr("unusual.api.content.LARGEST", 10)
    refused = client.post(f"/{index}/_bulk", content='{"index": {}}\n{"wait": 1}\n', headers=NDJSON)
    assert refused.status_code == 413


def many(client, documents: list[str], head: str = '{"index": {"_index": "ferry-log"}}') -> dict:
    return bulk(client, *(line for one in documents for line in (head, one)))


def sails(count: int, wait: str = "1.5") -> list[str]:
    return [f'{{"at": {1000 * number}, "pier": "p{number % 3}", "wait": {wait}}}' for number in range(count)]


def test_many_new_documents_at_once_are_documents_like_any_other(client, index) -> None:
    answer = many(client, sails(150))
    items = [item["index"] for item in answer["items"]]
    assert not answer["errors"]
    assert {(item["_index"], item["result"], item["status"]) for item in items} == {(index, "created", 201)}
    assert len({item["_id"] for item in items}) == 150
    name = items[7]["_id"]
    assert client.get(f"/{index}/_doc/{name}").json()["_source"] == {"at": 7000, "pier": "p1", "wait": 1.5}
    assert client.get(f"/{index}/_count?q=pier:p1").json()["count"] == 50
    asked = {"query": {"range": {"at": {"gte": 100_000}}}, "sort": [{"at": "desc"}], "size": 1}
    found = client.post(f"/{index}/_search", asked).json()["hits"]
    assert (found["total"]["value"], found["hits"][0]["_id"]) == (50, items[149]["_id"])
    assert client.put(f"/{index}/_doc/{name}", {"at": 1}).json()["result"] == "updated"
    assert client.delete(f"/{index}/_doc/{items[8]['_id']}").json()["result"] == "deleted"
    assert client.get(f"/{index}/_count").json()["count"] == 149


def by_id(client, ids: list[str], kind: str = "index", at: int = 1) -> list[tuple]:
    lines = (line for one in ids for line in (json.dumps({kind: {"_id": one}}), f'{{"at": {at}, "pier": "p"}}'))
    answer = client.post("/ferry-log/_bulk", content="\n".join([*lines, ""]), headers=NDJSON).json()
    items = [item[kind] for item in answer["items"]]
    assert answer["errors"] == any("error" in item for item in items)
    return [(item["_id"], item.get("result"), item["status"]) for item in items]


def test_many_documents_at_once_keep_the_ids_they_have(client, index) -> None:
    ids = [f'n","{number}\u00e9\\' for number in range(150)]
    assert by_id(client, ids) == [(one, "created", 201) for one in ids]
    assert by_id(client, [*ids[:60], "a", *ids[60:120]], at=2) == [
        (one, *(("created", 201) if one == "a" else ("updated", 200))) for one in [*ids[:60], "a", *ids[60:120]]
    ]
    assert client.get(f"/{index}/_count").json()["count"] == 151
    assert client.get(f"/{index}/_count?q=at:2").json()["count"] == 121
    told = by_id(client, ["b", *ids[:120]], "create")
    assert told == [("b", "created", 201), *((one, None, 409) for one in ids[:120])]


def test_ids_that_come_twice_in_a_request_are_answered_one_after_the_other(client, index) -> None:
    ids = [*(f"n{number}" for number in range(120)), "n5"]
    assert [status for *_, status in by_id(client, ids)] == [201] * 120 + [200]
    assert client.get(f"/{index}/_count").json()["count"] == 120


@pytest.mark.parametrize("odd", [7, None, ["a"], {"a": 1}])
def test_an_odd_id_among_many_is_one_of_its_own(client, index, odd) -> None:
    ids = [f"n{number}" for number in range(120)]
    assert [status for *_, status in by_id(client, [*ids, odd])] == [201] * 121
    assert client.get(f"/{index}/_count").json()["count"] == 121


def test_one_bad_document_among_many_is_the_only_one_refused(client, index) -> None:
    answer = many(client, [*sails(120), '{"at": "dawn"}'], '{"create": {"_index": "ferry-log"}}')
    assert [item["create"]["status"] for item in answer["items"]] == [201] * 120 + [400]
    assert client.get(f"/{index}/_count").json()["count"] == 120


def test_what_many_documents_tell_of_new_fields_is_known(client, index) -> None:
    more = ['{"at": 5, "net": {"host": "a"}, "tags": ["x", "y"]}', '{"at": "1970-01-01T00:00:09Z", "up": true}']
    assert not many(client, [*sails(120), *more])["errors"]
    fields = client.get(f"/{index}/_mapping").json()[index]["mappings"]["properties"]
    assert fields["net"]["properties"]["host"]["type"] == fields["tags"]["type"] == "text"
    assert fields["up"] == {"type": "boolean"}
    assert client.get(f"/{index}/_count?q=net.host:a").json()["count"] == 1


@pytest.mark.parametrize("broken", ['{"at": 1', "7", '{"at": 1}, {"at": 2}'])
def test_many_documents_with_one_that_is_none_are_refused(client, index, broken) -> None:
    assert many(client, [*sails(120), broken])["status"] == 400
    assert client.get(f"/{index}/_count").json()["count"] == 0


def test_indices_are_counted_in_a_table(client, index) -> None:
    many(client, sails(120))
    client.put(f"/{index}/_doc/a", {"at": 5})
    assert client.get("/_cat/indices?h=index,docs.count,health").text == f"{index} 121 green\n"
    (row,) = client.get(f"/_cat/indices/{index}?format=json").json()
    assert (row["docs.count"], row["status"]) == ("121", "open")
    assert "dc,docsCount" in client.get("/_cat/indices?help=true").text
    assert client.get("/_cat/indices/gone").status_code == 404


def test_the_settings_of_an_index_are_shown(client) -> None:
    client.put("/tide-log", {"settings": {"number_of_shards": 1}})
    settings = client.get("/tide-log/_settings").json()["tide-log"]["settings"]["index"]
    assert (settings["number_of_shards"], settings["provided_name"]) == (1, "tide-log")
    client.delete("/tide-log")


def test_the_part_of_the_results_index_that_is_a_job_s_is_an_alias_of_it(client, job) -> None:
    alias = f".ml-anomalies-{job}"
    assert client.request("HEAD", f"/{alias}").status_code == 200
    assert client.post(f"/{alias}/_refresh").status_code == 200
    shown = client.get(f"/{alias}").json()
    assert list(shown) == [".ml-anomalies-shared"]
    assert {*shown[".ml-anomalies-shared"]["aliases"]} == {alias, f".ml-anomalies-.write-{job}"}
    assert client.request("HEAD", "/.ml-anomalies-none").status_code == 404
