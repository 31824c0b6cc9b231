"""What is asked when a datafeed is to be tried out before it exists; knows no documents."""

from typing import ClassVar

from pydantic import ConfigDict

from unusual.schema.answers.jobs import ConfiguredJob
from unusual.schema.datafeeds import DatafeedConfig
from unusual.schema.values import Closed


class PreviewRequest(Closed):
    """A datafeed, and its job unless that is stored; or a job with the datafeed in it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="preview_datafeed")

    datafeed_config: DatafeedConfig | None = None
    job_config: ConfiguredJob | None = None
