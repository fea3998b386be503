"""The source itself: nothing in the engine may compute with functions whose last bit depends on the machine."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine

SOURCES = sorted(Path(engine.__file__).parent.rglob("*.py"))
INEXACT = {  # numpy's and math's own functions: other last bits on other processors and in other versions
    *("tanh", "sinh", "cosh", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "power"),
    *("arctan", "arctan2", "hypot", "cbrt", "logaddexp", "square_root", "fsum", "pow", "dist", "fma"),
}
REORDERED = {
    "sum",
    "mean",
    "dot",
    "matmul",
    "einsum",
    "inner",
    "outer",
    "vdot",
    "tensordot",
    "cumprod",
    "prod",
    "average",
}
MODULES = {"np", "numpy", "math"}
# counts of whole numbers have no order to lose
ALLOWED = {("exponentials.py", "prod")}


def _attributes(source: Path) -> Iterator[tuple[str, str]]:
    """Give each `name.attribute` of a file."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node.value.id, node.attr


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_no_elementary_function_but_the_engines_own(source: Path) -> None:
    used = {attribute for owner, attribute in _attributes(source) if owner in MODULES}
    assert used & INEXACT == set()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_no_sum_whose_order_is_numpys_own(source: Path) -> None:
    used = {(source.name, attribute) for owner, attribute in _attributes(source) if owner in MODULES}
    assert {(name, attribute) for name, attribute in used if attribute in REORDERED} - ALLOWED == set()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_no_matrix_product_and_no_method_that_adds_up(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.MatMult)]
    methods = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert methods & {"sum", "mean", "dot", "prod"} <= {name for file, name in ALLOWED if file == source.name}


def test_the_engine_needs_nothing_but_numpy() -> None:
    script = (
        "import sys, engine.__main__\n"
        "roots = {name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names)\n"
        "print(sorted(root for root in roots if not root.startswith('_')))"
    )
    root = SOURCES[0].parents[1]
    done = subprocess.run([sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(root)!r})\n{script}"],
                          capture_output=True, text=True, check=True, timeout=60)  # fmt: skip
    third_party = set(ast.literal_eval(done.stdout))
    assert third_party <= {"engine", "numpy", "sitecustomize", "usercustomize"}
