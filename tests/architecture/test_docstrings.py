"""What every module and every public name of the numeric floors tells its reader."""

import ast

import pytest

from tests.architecture.source import definitions, modules

TOLD_IN_FULL = {"kernels", "models", "detect", "categorization", "analysis"}
EXPORTS = (ast.Import, ast.ImportFrom)


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_the_first_line_of_a_module_tells_its_idea(module):
    told = ast.get_docstring(module.tree) or ""
    assert told.split("\n", 1)[0].strip()


def test_every_public_name_of_the_numeric_floors_is_told():
    silent = [
        found.name
        for module in modules()
        if module.floor in TOLD_IN_FULL
        for found in definitions(module)
        if found.public and not ast.get_docstring(found.node)
    ]
    assert not silent, "\n".join(silent)


def is_export(node: ast.stmt) -> bool:
    """An import, a docstring, a plain name such as `__all__`, or what loads an export on first use."""
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING" and all(map(is_export, node.body))
    if isinstance(node, ast.FunctionDef):
        return node.name == "__getattr__"
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Name) and target.id.startswith("__") for target in node.targets)
    return isinstance(node, EXPORTS) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


@pytest.mark.parametrize(
    "module", [m for m in modules() if m.path.name == "__init__.py"], ids=lambda module: module.name
)
def test_a_package_file_only_names_what_it_exports(module):
    assert all(is_export(node) for node in module.tree.body)
