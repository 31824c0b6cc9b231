"""Searches whose hits come page by page: scrolls, points in time, and what else dashboards and alerting ask for."""

import pytest

from tests.api.conftest import NOW_MS

INDEX = "tide"
SORT = [{"height": "desc"}]


@pytest.fixture
def filled(client):
    """Two indices of documents that share heights."""
    for name in (INDEX, f"{INDEX}-2"):
        for number in range(7):
            document = {"height": number // 3, "at": number * 1000, "pier": f"{name}-{number}"}
            client.put(f"/{name}/_doc/{number}", document)
    client.put(f"/{INDEX}-2/_mapping", {"properties": {"seen": {"type": "date", "format": "epoch_millis"}}})
    client.put(f"/{INDEX}-2/_doc/7", {"seen": NOW_MS, "pier": None})
    yield f"/{INDEX}*"
    client.delete(f"/{INDEX},{INDEX}-2")


def piers(answer):
    return [hit["_source"].get("pier") for hit in answer["hits"]["hits"]]


@pytest.mark.parametrize("sort", [["_doc"], SORT])
def test_a_scroll_shows_every_document_once_and_in_order(client, filled, sort):
    whole = piers(client.post(f"{filled}/_search", {"size": 20, "sort": sort}).json())
    answer = client.post(f"{filled}/_search?scroll=1m", {"size": 4, "sort": sort}).json()
    seen = []
    while answer["hits"]["hits"]:
        assert answer["hits"]["total"] == {"value": 15, "relation": "eq"}
        seen += piers(answer)
        answer = client.post("/_search/scroll", {"scroll_id": answer["_scroll_id"], "scroll": "1m"}).json()
    assert seen == whole
    assert client.request("DELETE", "/_search/scroll", json={"scroll_id": [answer["_scroll_id"]]}).json() == {
        "succeeded": True,
        "num_freed": 1,
    }


def test_a_scroll_does_not_see_what_comes_later_nor_what_is_gone(client, filled):
    answer = client.post(f"{filled}/_search?scroll=1m", {"size": 8, "query": {"exists": {"field": "pier"}}}).json()
    client.put(f"/{INDEX}/_doc/new", {"pier": "new"})
    client.delete(f"/{INDEX}-2/_doc/6")
    rest = client.get(f"/_search/scroll?scroll_id={answer['_scroll_id']}").json()
    assert len(piers(answer) + piers(rest)) == 13
    client.delete("/_search/scroll/_all")


def test_a_scroll_ends_when_its_time_is_over_or_its_client_says_so(client, filled):
    scrolls = [client.post(f"{filled}/_search?scroll={time}").json()["_scroll_id"] for time in ("1m", "-1")]
    assert client.delete(f"/_search/scroll/{scrolls[0]}").json()["num_freed"] == 1
    for scroll_id in scrolls:
        refused = client.post("/_search/scroll", {"scroll_id": scroll_id})
        assert (refused.status_code, "No search context" in refused.json()["error"]["reason"]) == (404, True)
    assert client.delete("/_search/scroll/_all").status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/tide/_search?scroll=1m", {"size": 0}),
        ("/tide/_search?scroll=soon", {}),
        ("/_search/scroll", {}),
        ("/_search", {"pit": {"id": "&"}}),
        ("/tide/_search", {"pit": {"id": "dGlkZQ=="}}),
    ],
)
@pytest.mark.usefixtures("filled")
def test_what_cannot_be_gone_on_with_is_refused(client, path, body):
    assert client.post(path, body).status_code == 400


@pytest.mark.parametrize("sort", [[], SORT, [{"seen": "asc"}]])
def test_pages_at_a_point_in_time_join_to_the_whole_though_documents_share_places(client, filled, sort):
    point = client.post(f"{filled}/_pit?keep_alive=1m").json()["id"]
    body = {"size": 4, "pit": {"id": point, "keep_alive": "1m"}, "sort": sort}
    seen, after = [], {}
    while hits := (answer := client.post("/_search", body | after).json())["hits"]["hits"]:
        assert answer["pit_id"] == point
        seen += [(hit["_index"], hit["_id"]) for hit in hits]
        after = {"search_after": hits[-1]["sort"]}
    assert len(seen) == len(set(seen)) == 15
    assert client.request("DELETE", "/_pit", json={"id": point}).json()["succeeded"] is True


def test_a_point_in_time_of_nothing_is_refused(client):
    assert client.post("/none/_pit?keep_alive=1m").status_code == 404


def test_a_point_in_time_may_leave_out_what_there_is_not(client, filled):
    point = client.post(f"{filled},none/_pit?keep_alive=1m&ignore_unavailable=true").json()["id"]
    assert client.post("/_search", {"pit": {"id": point}}).json()["hits"]["total"]["value"] == 15


def test_values_are_shown_by_the_names_of_their_fields(client, filled):
    wanted = {"fields": ["pier", {"field": "se*", "format": "epoch_millis"}], "query": {"ids": {"values": ["7"]}}}
    (hit,) = client.post(f"{filled}/_search", wanted | {"_source": False, "version": True}).json()["hits"]["hits"]
    assert (hit["fields"], hit["_version"], "_source" in hit) == ({"seen": [str(NOW_MS)]}, 1, False)
    (hit,) = client.post(f"{filled}/_search", wanted | {"fields": ["seen", "height"]}).json()["hits"]["hits"]
    assert hit["fields"] == {"seen": ["2023-11-14T22:13:20.000Z"]}


def test_what_a_dashboard_sends_beside_its_query_is_taken(client, filled):
    body = {"script_fields": {}, "docvalue_fields": ["pier.keyword"], "highlight": {"fields": {"*": {}}}, "size": 1}
    (hit,) = client.post(f"{filled}/_search", body | {"sort": ["height"]}).json()["hits"]["hits"]
    assert hit["fields"] == {"pier.keyword": ["tide-0"]}
