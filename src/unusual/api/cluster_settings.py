"""Routes of the settings of the whole server; knows no particular setting."""

from typing import Annotated

from fastapi import APIRouter, Response

from unusual.analysis.control import Document
from unusual.api.answers import answer
from unusual.api.declaring import call
from unusual.api.dependencies import PortsHere
from unusual.api.wire import query_of, raw_body
from unusual.jobs import cluster_settings
from unusual.schema.answers import Settings
from unusual.schema.options import SettingsOptions
from unusual.schema.reading import read
from unusual.schema.settings import SettingsUpdate, nested

router = APIRouter(prefix="/_cluster")

Options = Annotated[SettingsOptions, query_of(SettingsOptions)]
Body = Annotated[object, raw_body(SettingsUpdate)]


@router.get("/settings")
@call("get_settings", Settings)
def show(ports: PortsHere, options: Options) -> Response:
    """What is set."""
    defaults = {"defaults": cluster_settings.DEFAULTS} if options.include_defaults else {}
    return answer(_shown(cluster_settings.current(ports) | defaults, options))


@router.put("/settings")
@call("put_settings", Settings, repeatable=True)
def update(ports: PortsHere, options: Options, body: Body) -> Response:
    """What is newly set."""
    given = cluster_settings.update(ports, read(SettingsUpdate, body, "cluster_settings"))
    return answer({"acknowledged": True} | _shown(given, options))


def _shown(settings: dict[str, Document], options: SettingsOptions) -> Document:
    return {scope: names if options.flat_settings else nested(names) for scope, names in settings.items()}
