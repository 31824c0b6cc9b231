"""The scorers that come with the labelled data, as modules; knows where they are, not what they compute."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType


@cache
def scorer(shared: Path, name: str) -> ModuleType:
    """One of nab_score, series_score, log_score. shared: the folder of labelled data and scorers."""
    spec = importlib.util.spec_from_file_location(name, shared / "quality" / f"{name}.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module
