"""Settings from arguments, the environment and the machine."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from unusual.errors import Invalid
from unusual.settings import Settings


def test_unless_told_a_server_is_for_this_machine_only():
    settings = Settings.read({})
    assert (settings.host, settings.port, settings.data_dir) == ("127.0.0.1", 9200, Path("unusual-data"))
    assert settings.workers >= 1
    assert settings.total_memory_mib > 0


def test_arguments_come_before_the_environment():
    environment = {"UNUSUAL_PORT": "1", "UNUSUAL_DATA_DIR": "/there", "UNUSUAL_WORKERS": "3"}
    settings = Settings.read(environment, port=2, workers=None)
    assert (settings.port, settings.data_dir, settings.workers) == (2, Path("/there"), 3)


def test_every_setting_can_stand_in_the_environment():
    texts = {
        "host": "h",
        "port": "5",
        "data_dir": "d",
        "workers": "2",
        "memory_mib": "7",
        "expire_hours": "6",
        "durability": "os",
    }
    assert {field.name for field in fields(Settings)} == texts.keys()
    settings = Settings.read({f"UNUSUAL_{name.upper()}": text for name, text in texts.items()})
    assert {name: str(getattr(settings, name)) for name in texts} == texts


@pytest.mark.parametrize(
    "told", [{"port": -1}, {"port": 65_536}, {"port": "http"}, {"workers": -2}, {"expire_hours": -1}]
)
def test_what_cannot_work_is_refused(told):
    with pytest.raises(Invalid, match=next(iter(told))):
        Settings.read({}, **told)


def test_settings_do_not_change():
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1
