"""The seeded inputs and the job that each is for; knows nothing of how they are measured.

What the inputs hold is told by the generators that write them.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PLACES = Path(__file__).with_name("places.py")
SHARED = Path(os.environ.get("UNUSUAL_SHARED", Path(__file__).resolve().parents[2] / "shared"))


class NoGenerator(Exception):
    """The script that writes the inputs is not on this machine."""


@dataclass(frozen=True)
class Case:
    """One input and its job.

    key      how a user picks the case: `b3`
    title    what the table calls it
    detector as the command line writes it
    entity   column that splits the data, None for a single series
    value    column that is averaged, None where documents are counted
    span     bucket span [s]
    input    the input's name in the shared generator, None for the places written here
    """

    key: str
    title: str
    detector: str
    span: int
    entity: str | None = None
    value: str | None = None
    influencers: tuple[str, ...] = ()
    input: str | None = None

    def command(self, program: Path, source: Path) -> list[str]:
        """The command line that analyses `source`."""
        chosen = [part for name in self.influencers for part in ("--influencer", name)]
        job = ["--detector", self.detector, *chosen, "--bucket-span", f"{self.span}s"]
        times = ["--time-field", "time", "--time-format", "epoch"]
        return [str(program), "detect", str(source), *times, *job, "--output", "json"]


CASES = {
    case.key: case
    for case in (
        Case("b1", "b1_single_mean", "mean(value)", 300, value="value", input="b1"),
        Case("b2", "b2_count_by_1000", "count by key", 900, entity="key", input="b2"),
        Case(
            "b3",
            "b3_mean_partition_10000",
            "mean(value) partition=host",
            900,
            entity="host",
            value="value",
            influencers=("host", "dc"),
            input="b3",
        ),
        Case("b4", "b4_population_count_20000", "count over user", 900, entity="user", input="b4"),
        Case("rare", "rare_by_key", "rare by key", 900, entity="key", input="b2"),
        Case("lat_long", "lat_long_partition_1000", "lat_long(place) partition=host", 900, entity="host"),
    )
}


def generate(case: Case, folder: Path, *, docs: int) -> Path:
    """Write the NDJSON input of a case into `folder`; `NoGenerator` where the script is missing."""
    if case.input is None:
        written = folder / "places.ndjson"
        subprocess.run([sys.executable, str(PLACES), str(written), "--docs", str(docs)], check=True)
        return written
    script = SHARED / "bench" / "generate.py"
    if not script.is_file():
        raise NoGenerator(
            f"the inputs are written by {script}, which is missing: set UNUSUAL_SHARED to the folder that holds bench/"
        )
    options = ["--docs", str(docs), "--format", "ndjson", "--case", case.input]
    subprocess.run([sys.executable, str(script), str(folder), *options], check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.ndjson"))
