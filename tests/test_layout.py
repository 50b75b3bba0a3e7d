"""The house itself: what is public, what imports what, and that the first import stays light."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import kzarchive

PACKAGE = Path(kzarchive.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
FLOORS = ["errors", "values", "wire", "log", "derived", "replay", "policies", "projections", "recording", "integrity"]


def imports_of(path):
    """Returns every module that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("library", ["sqlite_utils", "cattrs", "yaml"])
def test_one_module_imports(library):
    importers = {path.name for path in MODULES if any(n.split(".")[0] == library for n in imports_of(path))}
    assert {"sqlite_utils": {"opening.py"}, "cattrs": {"codec.py"}, "yaml": {"lines.py"}}[library] == importers


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path):
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own not in FLOORS:
        return
    above = [*FLOORS[FLOORS.index(own) + 1 :], "archive", "state", "cli", "january2022", "report", "explanation"]
    upward = [n for n in imports_of(path) if n.startswith("kzarchive.") and n.split(".")[1] in above]
    assert [] == upward


def test_the_engine_does_not_know_kazakhstan():
    knowing = {p.relative_to(PACKAGE).parts[0] for p in MODULES if any("january2022" in n for n in imports_of(p))}
    assert {"january2022", "cli", "__init__.py"} == knowing


def test_the_first_import_is_light():
    heavy = ("sqlite_utils", "cattrs", "numpy", "pandas", "click", "yaml")
    code = f"import kzarchive, sys; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", kzarchive.__all__)
def test_every_public_name_is_there_and_documented(name):
    found = getattr(kzarchive, name)
    assert inspect.getdoc(found), name


def test_all_is_sorted_and_complete():
    assert sorted(kzarchive.__all__) == kzarchive.__all__
    assert set(kzarchive.__all__) <= set(dir(kzarchive))
    with pytest.raises(AttributeError, match="module 'kzarchive' has no attribute 'nothing'"):
        kzarchive.nothing  # noqa: B018


def test_every_module_has_a_docstring():
    bare = [path.name for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert [] == bare


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_public_function_and_class_has_a_docstring(path):
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    if name.endswith("__main__"):
        return
    module = importlib.import_module(name)
    own = [o for o in vars(module).values() if getattr(o, "__module__", "") == name and hasattr(o, "__name__")]
    own = [o for o in own if inspect.isclass(o) or inspect.isfunction(o)]
    public = [o for o in own if not o.__name__.startswith("_") and "<locals>" not in o.__qualname__]
    bare = [o.__name__ for o in public if not inspect.getdoc(o)]
    assert [] == bare
