"""Every method of both clients, called once and in an order that works, gives an answer of its type."""

import asyncio

import pytest

from tests.conformance.strictness import strangers
from unusual import AsyncClient, Client
from unusual.api.declaring import EVERYWHERE
from unusual.api.examples import EXAMPLES
from unusual.client.calls import CALLS
from unusual.client.failures import CallFailed
from unusual.client.speaking import POST_DATA, walking

ANSWERS = {call.name: call.answer or (bytes if call.file else bool) for call in CALLS}


def arguments(example) -> dict:
    """An example as arguments by name."""
    given = dict(example.path)
    # Those that every call understands change the form of the answer, which is the client's own matter.
    query = {name: value for name, value in example.query.items() if name not in EVERYWHERE}
    given |= {"from_" if name == "from" else name: value for name, value in query.items()}
    if example.body is not None:
        body = example.body.encode() if example.call == POST_DATA else example.body
        given["data" if example.call == POST_DATA else "body"] = body
    return given


def check(example, answer, told) -> None:
    assert isinstance(answer, ANSWERS[example.call]), example
    assert [*strangers(answer)] == []
    told[example.call] = answer if isinstance(answer, bool | bytes) else answer.model_dump(by_alias=True)


def test_every_call_of_the_blocking_client_answers_with_its_type(address):
    told = {}
    with Client(address, timeout_s=120) as client:
        for example in EXAMPLES:
            if example.moot:
                with pytest.raises(CallFailed, match="409"):
                    getattr(client, example.call)(**arguments(example.resolved(told)))
                continue
            check(example, getattr(client, example.call)(**arguments(example.resolved(told))), told)
        client.put_settings({"persistent": {"xpack.ml.*": None}})
    assert told.keys() == ANSWERS.keys() - {example.call for example in EXAMPLES if example.moot}


def test_every_call_of_the_asynchronous_client_answers_with_its_type(address):
    async def session() -> None:
        told = {}
        async with AsyncClient(address, timeout_s=120) as client:
            for example in EXAMPLES:
                if example.moot:
                    with pytest.raises(CallFailed, match="409"):
                        await getattr(client, example.call)(**arguments(example.resolved(told)))
                    continue
                check(example, await getattr(client, example.call)(**arguments(example.resolved(told))), told)
            await client.put_settings({"persistent": {"xpack.ml.*": None}})

    asyncio.run(session())


def test_both_clients_have_a_method_for_every_call_and_one_for_every_call_with_pages():
    names = {call.name for call in CALLS} | {walking(call) for call in CALLS if call.paged}
    assert names <= vars(Client).keys()
    assert names <= vars(AsyncClient).keys()
    assert {"iter_records", "iter_buckets", "iter_categories", "iter_model_snapshots"} <= names
