"""The repository speaks of the product alone, keeps one lock, and leaves nothing for later."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source import modules

SPOKEN = ("src", "tests", "docs", "benchmarks", "examples", ".ci")
WORDS = {".py", ".md", ".toml", ".yaml", ".yml", ".json", ".lock", ".ini", ".html", ".txt", ""}
FOREIGN = {
    "a path of one machine": r"(?<![\w.])/work/",
    "a folder outside the checkout": r"\.\./shared|(?<![\w/])shared/",
    "an issue number": r"(?i)\b(?:issue|pull request|ticket) #?\d",
    "who wrote it": r"(?i)\b(?:this|last|next|previous|another) session\b|\bsub-?agent|\blanguage model\b",
    "work left for later": r"\b(?:TODO|FIXME)\b|#\s*(?:XXX|HACK)\b",
    "where packages come from": r"(?i)\bpypi\.|pythonhosted|--(?:extra-)?index-url|--find-links|--trusted-host",
}
COMPANIONS = {"starlette", "pydantic_core"}  # parts of fastapi and pydantic, which pin them
REASON = re.compile(r"#\s*(?:noqa|type: ignore|pragma: no cover)(?P<rest>.*)$")


def spoken_files(root: Path) -> list[Path]:
    """Every text file a reader of the repository meets, but this one, which names what is foreign."""
    inside = [path for folder in SPOKEN for path in (root / folder).rglob("*")]
    top = [path for path in root.iterdir() if path.name not in {"LICENSE", ".coverage"}]
    return [
        path
        for path in inside + top
        if path.is_file() and path.suffix in WORDS and "__pycache__" not in path.parts and path != Path(__file__)
    ]


@pytest.mark.parametrize("what", FOREIGN)
def test_the_repository_does_not_speak_of(what, root):
    pattern = re.compile(FOREIGN[what])
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()}"
        for path in spoken_files(root)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert not found, "\n".join(found)


def test_a_silenced_tool_is_told_why(root):
    silent = [
        f"{path.relative_to(root)}:{number}: {line.strip()}"
        for path in sorted((root / "src").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := REASON.search(line)) and not re.search(r"\s- \S", found["rest"])
    ]
    assert not silent, "give the reason after a dash:\n" + "\n".join(silent)


def test_the_lock_holds_one_exact_version_of_all_that_is_asked_for(root):
    locked = {}
    for line in (root / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, version = re.fullmatch(r"([\w.-]+)==([\w.]+)", line).groups()
            locked[canonicalize_name(name)] = version
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for text in [*project["dependencies"], *extras["demo"], *extras["dev"]]:
        asked = Requirement(text)
        assert asked.specifier.contains(locked.get(canonicalize_name(asked.name), "0")), (
            f"lock and pyproject differ: {text}"
        )


def test_the_package_imports_only_what_it_asks_for(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [text for name in ("postgres", "kafka") for text in project["optional-dependencies"][name]]
    asked = {canonicalize_name(Requirement(text).name) for text in [*project["dependencies"], *extras]}
    providers = packages_distributions()
    nodes = [(module.name, node) for module in modules() for node in ast.walk(module.tree)]
    named = [(name, alias.name) for name, node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named += [(name, node.module) for name, node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    tops = {(name, imported.split(".")[0]) for name, imported in named}
    outside = {(name, top) for name, top in tops if top not in sys.stdlib_module_names | COMPANIONS | {"unusual"}}
    assert {
        pair for pair in outside if not asked & {canonicalize_name(one) for one in providers.get(pair[1], [])}
    } == set()


def test_every_exemption_of_the_linter_has_its_reason(root):
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    rules = [line for line in text.splitlines() if re.match(r'\s+"[A-Z]+\d*",', line)]
    assert rules
    assert [line for line in rules if not re.search(r"#\s+\w+", line)] == []


def test_the_index_of_the_docs_names_every_page(root):
    index = (root / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [page.relative_to(root / "docs").as_posix() for page in sorted((root / "docs").rglob("*.md"))]
    assert [page for page in pages if page != "README.md" and f"]({page})" not in index] == []
