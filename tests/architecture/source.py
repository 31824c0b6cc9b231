"""The package as syntax trees: its modules, and the functions and classes in them; knows no budget."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "unusual"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file; `name` is its path inside the package."""

    path: Path
    name: str

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def floor(self) -> str:
        """The top-level package or module it belongs to: `kernels`, `cli`."""
        return self.name.removesuffix(".py").split("/")[0]


@dataclass(frozen=True)
class Definition:
    """A function or class; `name` is `module:Class.method`, `public` when no part of it is private or local."""

    node: Function | ast.ClassDef
    name: str
    public: bool


def modules() -> list[Module]:
    """Every module of the package, by name."""
    return [Module(path, path.relative_to(PACKAGE).as_posix()) for path in sorted(PACKAGE.rglob("*.py"))]


def definitions(module: Module) -> Iterator[Definition]:
    """Every function and class of a module, nested ones too."""
    return _inside(module.tree, f"{module.name}:", public=True)


def _inside(node: ast.AST, prefix: str, *, public: bool) -> Iterator[Definition]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            seen = public and not child.name.startswith("_")
            name = prefix + child.name
            yield Definition(child, name, seen)
            yield from _inside(child, f"{name}.", public=seen and isinstance(child, ast.ClassDef))
        else:
            yield from _inside(child, prefix, public=public)
