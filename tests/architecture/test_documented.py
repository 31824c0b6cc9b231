"""What an operator or a client can meet is told in the docs: every setting, command and kind of error."""

import inspect
from dataclasses import fields

import pytest

from unusual.api.problems import SHAPES
from unusual.cli import commands
from unusual.cli.serving import serve
from unusual.settings import Settings


@pytest.fixture
def told(root) -> str:
    return (root / "docs" / "server.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_a_setting_is_told_by_option_and_variable(setting, told):
    assert f"| `--{setting.replace('_', '-')}` | `UNUSUAL_{setting.upper()}` |" in told


def test_every_setting_is_an_option_of_the_server():
    assert inspect.signature(serve).parameters.keys() == {field.name for field in fields(Settings)}


@pytest.mark.parametrize("command", [command.callback.__name__ for command in commands.registered_commands])
def test_a_command_is_told(command, told):
    assert f"| `unusual {command}" in told


@pytest.mark.parametrize("shape", sorted(set(SHAPES.values())))
def test_an_error_is_told_by_status_and_type(shape, told):
    status, kind = shape
    assert f"| {status} | `{kind}` |" in told
