"""Clusters behind TLS that ask who comes: who gets in, whom they are believed, and what is told of a refusal."""

import json
import shutil
import ssl
import subprocess
from base64 import b64encode
from contextlib import closing

import pytest

from tests.feeds.given import BEGIN, DAY, JOB, documents
from tests.feeds.passing import Passing, serving_handler
from tests.feeds.peers import TIME, Cluster
from tests.jobs.world import world
from unusual.errors import Unreachable
from unusual.feeds.choosing import Choosing
from unusual.feeds.connections import read_connections
from unusual.jobs import configure
from unusual.jobs.sources import portions
from unusual.schema.datafeeds import Datafeed
from unusual.schema.jobs import Job

SECRET = "hunter2:%/"  # noqa: S105 - what must not be shown
BASIC = b64encode(f"reader:{SECRET}".encode()).decode()
KEY = "aHVudGVyOmh1bnRlcg=="
TOKEN = "hunter.token"  # noqa: S105 - the same
WAYS = {
    "a key": (f'api_key = "{KEY}"', f"ApiKey {KEY}"),
    "a password": (f'username = "reader"\npassword = "{SECRET}"', f"Basic {BASIC}"),
    "a token": (f'token = "{TOKEN}"', f"Bearer {TOKEN}"),
}


class Guarded(Passing):
    """Lets in who says the word, and tells everybody else what they said."""

    word = ""

    def pass_on(self) -> None:
        said = self.headers.get("authorization", "")
        if said == self.word:
            super().pass_on()
            return
        self.rfile.read(int(self.headers.get("content-length", 0)))
        reason = f"unable to authenticate with [{said}]"
        self.answer(401, json.dumps({"error": {"type": "security_exception", "reason": reason}}).encode())

    do_GET = do_POST = do_DELETE = pass_on  # noqa: N815 - so the library wants them


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Two certificates that vouch for themselves: of this machine, and of another one; each with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl: apt-get install openssl")
    made = tmp_path_factory.mktemp("certificates")
    for name, host in (("own", "127.0.0.1"), ("foreign", "192.0.2.1")):
        told = ["-keyout", made / f"{name}.key", "-out", made / f"{name}.pem", "-addext", f"subjectAltName=IP:{host}"]
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=search"]
        subprocess.run(["openssl", "req", "-x509", *curve, *told], check=True, stderr=subprocess.DEVNULL)
    return made


@pytest.fixture
def guarded(server, certificates):
    """Makes the URL of a cluster with some documents behind TLS; who says the right word gets in."""
    behind = Cluster(server.http)
    behind.fill(documents(50))

    class Guard(Guarded):
        url = str(server.http.base_url)

    def begin(word: str, certificate: str = "own"):
        Guard.word = word
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificates / f"{certificate}.pem", certificates / f"{certificate}.key")
        return serving_handler(Guard, tls)

    begin.index = behind.index
    return begin


@pytest.fixture
def read(tmp_path, guarded):
    """Reads through what a file of connections says."""

    def through(told: str) -> list[int]:
        (tmp_path / "connections.toml").write_text(f'[place]\ntype = "elasticsearch"\n{told}\n')
        ports = world()
        configure.create(ports, "watch", JOB)
        job = Job.from_document(ports.jobs.get("watch").config)
        feed = Datafeed.from_request({"indices": [f"place:{guarded.index}"]}, datafeed_id="feed", job=job)
        known = read_connections(tmp_path / "connections.toml")
        with closing(Choosing(known)(ports, feed, job)) as source:
            source.check()
            return [one[TIME] for portion in portions(source, BEGIN, BEGIN + DAY) for one in portion.records]

    return through


@pytest.mark.parametrize("way", WAYS)
def test_who_says_the_right_word_gets_in_and_trusts_the_named_authority(guarded, read, certificates, way) -> None:
    told, word = WAYS[way]
    with guarded(word) as url:
        assert read(f'url = "{url}"\nca = "{certificates}/own.pem"\n{told}') == [one[TIME] for one in documents(50)]


def test_user_and_password_may_stand_in_the_address(guarded, read, certificates) -> None:
    with guarded(f"Basic {BASIC}") as url:
        address = url.replace("https://", "https://reader:hunter2%3A%25%2F@")
        assert len(read(f'url = "{address}"\nca = "{certificates}/own.pem"')) == 50


@pytest.mark.parametrize("way", WAYS)
def test_who_says_another_word_is_told_so_without_it(guarded, read, certificates, way) -> None:
    with guarded("another") as url, pytest.raises(Unreachable) as raised:
        read(f'url = "{url}"\nca = "{certificates}/own.pem"\n{WAYS[way][0]}')
    assert "answered with status 401: unable to authenticate with [" in raised.value.reason
    for secret in ("hunter", SECRET, BASIC, KEY):
        assert secret not in raised.value.reason


@pytest.mark.parametrize(
    ("certificate", "trusted", "reason"),
    [
        ("own", "", "its certificate is not trusted (self-signed certificate); [ca] names a file of those that are"),
        ("own", "foreign", "its certificate is not trusted (self-signed certificate)"),
        ("foreign", "foreign", "its certificate is not trusted (IP address mismatch"),
        ("own", "none", "none.pem', cannot be read"),
    ],
)
def test_a_certificate_that_is_not_trusted_is_told(guarded, read, certificates, certificate, trusted, reason) -> None:
    told, word = WAYS["a password"]
    ca = f'\nca = "{certificates}/{trusted}.pem"' if trusted else ""
    with guarded(word, certificate) as url, pytest.raises(Unreachable) as raised:
        read(f'url = "{url}"\n{told}{ca}')
    assert reason in raised.value.reason.replace("self signed", "self-signed")
    assert "hunter" not in raised.value.reason


def test_whoever_wishes_so_trusts_every_certificate(guarded, read) -> None:
    told, word = WAYS["a key"]
    with guarded(word, "foreign") as url:
        assert len(read(f'url = "{url}"\nverify = false\n{told}')) == 50
