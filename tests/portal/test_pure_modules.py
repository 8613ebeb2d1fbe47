"""The import rules of pyproject.toml hold, and the pure modules read neither a clock nor a file."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)

PURE = (
    "portal.writing",
    "search.address",
    "search.gazetteer",
    "search.routing",
    "search.text",
    "search.transcription",
    "spaces.hours",
)

# Libraries that a pure module may use, beside the standard one and its like.
CHOSEN = {"rapidfuzz", "snowballstemmer"}

# The parts of the standard library that know the time, or reach outside the process.
OUTSIDE = {
    "time",
    "zoneinfo",
    "os",
    "io",
    "pathlib",
    "socket",
    "logging",
    "sqlite3",
    "random",
    "subprocess",
    "urllib",
}

# The rules of a clock are not the time: opening hours need those of Berlin.
EXCEPTIONS = {("spaces.hours", "zoneinfo")}

CLOCKS_AND_FILES = {
    "now",
    "today",
    "utcnow",
    "time",
    "monotonic",
    "perf_counter",
    "open",
    "read_text",
    "print",
    "input",
}


def source(module: str) -> ast.Module:
    return ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text())


def imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they lead"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_imports_only_its_like_and_chosen_libraries(module: str) -> None:
    for name in imported(source(module)):
        root = name.partition(".")[0]
        is_standard = root in sys.stdlib_module_names and root not in OUTSIDE
        assert name in PURE or root in CHOSEN or is_standard or (module, root) in EXCEPTIONS, name


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_reads_neither_clock_nor_file(module: str) -> None:
    for node in ast.walk(source(module)):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            assert name not in CLOCKS_AND_FILES, f"{module}:{node.lineno} calls {name}"


def test_imports_run_one_way() -> None:
    result = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout + result.stderr
