"""Sources in the library and on the command line: the same words, the same results."""

import json
from datetime import UTC, datetime

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.feeds.given import BEGIN, documents
from tests.feeds.peers import Database
from unusual import Job
from unusual.cli import commands
from unusual.errors import Invalid


@pytest.fixture
def shop(tmp_path) -> Database:
    """A database of documents, and where it is."""
    shop = Database(f"sqlite:///{tmp_path}/shop.db", "text")
    shop.fill(documents(300))
    return shop


def job() -> Job:
    return Job("mean(value) by host", bucket_span="1h", time_field="at")


def test_a_job_pulls_what_it_would_be_fed(shop) -> None:
    place = {"type": "sql", "url": shop.connection.url}
    start, end = (datetime.fromtimestamp((BEGIN + hours * 3_600_000) / 1000, UTC) for hours in (1, 2))
    pulled, fed = job(), job()
    pulled.pull(shop.asked, {"place": place}, start=start, end=end)
    frame = pl.DataFrame(documents(300)).with_columns(pl.col("at").cast(pl.Datetime("ms", "UTC")))
    fed.feed(frame.filter(pl.col("at").is_between(start, end, closed="left")))
    for one in (pulled, fed):
        one.finish()
    assert pulled.buckets.drop("processing_time_ms").equals(fed.buckets.drop("processing_time_ms"))
    assert pulled.counts["processed_record_count"] == fed.counts["processed_record_count"] > 0


def test_a_library_has_no_indices() -> None:
    with pytest.raises(Invalid, match="no indices of its own"):
        job().pull({"indices": ["logs"]}, {})


def test_the_command_reads_what_a_file_describes(shop, tmp_path) -> None:
    file = tmp_path / "shop.toml"
    asked = "\n".join(f"{name} = {json.dumps(value)}" for name, value in shop.asked["source"].items())
    place = f'[connections.place]\ntype = "sql"\nurl = "{shop.connection.url}"'
    file.write_text(f"start = {BEGIN}\n[feed.source]\n{asked}\n{place}\n")
    options = ["--time-field", "at", "--detector", "mean(value) by host", "--bucket-span", "1h", "--output", "json"]
    result = CliRunner().invoke(commands, ["detect", str(file), *options])
    assert result.exit_code == 0, result.output
    assert json.loads(result.output.splitlines()[-1])["documents"] == 300


def test_a_description_that_is_none_is_refused(tmp_path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text("[source]\n")
    result = CliRunner().invoke(commands, ["detect", str(file), "--detector", "count"])
    assert isinstance(result.exception, Invalid)
    assert "[feed]" in str(result.exception)
