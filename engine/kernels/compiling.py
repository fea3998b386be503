"""How functions are compiled: what numba may do with them, and where the result is kept."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

from engine import exponentials

Function = TypeVar("Function", bound=Callable[..., Any])

# Without fastmath, and with numpy's rules for division by 0: every operation stays IEEE 754's, in the order written.
_RULES: dict[str, Any] = {"error_model": "numpy", "fastmath": False}
_INTERNAL: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # halves the time to compile
_SOURCES = Path(__file__).parent
_CONFIG: Any = numba.config


def compiled(function: Function) -> Function:
    """Compile a function that compiled code calls."""
    return cast(Function, numba.njit(**_RULES, **_INTERNAL)(function))


def inlined(function: Function) -> Function:
    """Compile a function that becomes part of each of its callers: what it takes and gives stays in registers."""
    return cast(Function, numba.njit(**_RULES, **_INTERNAL, forceinline=True)(function))


def compiled_entry(function: Function) -> Function:
    """Compile a function that Python calls, once for all processes: it is kept on disk where that is possible.

    Other threads go on while it runs.
    """
    folder = cache_folder()
    before = _CONFIG.CACHE_DIR
    _CONFIG.CACHE_DIR = str(folder or "")  # numba asks for it at this moment only
    try:
        return cast(Function, numba.njit(**_RULES, nogil=True, cache=folder is not None)(function))
    finally:
        _CONFIG.CACHE_DIR = before


def cache_folder() -> Path | None:
    """Give the folder for compiled code: in NUMBA_CACHE_DIR, else beside the sources, else in the user's cache.

    None where nothing can be written; then each process compiles for itself. Each version of the sources has a folder
    of its own: numba looks for changes only in the file of the function that Python calls, and would go on with old
    code after a change in another.
    """
    digest = hashlib.sha256(numba.__version__.encode())
    for source in (*sorted(_SOURCES.glob("*.py")), Path(exponentials.__file__)):  # the latter for its constants
        digest.update(source.read_bytes())
    folders = (base / f"kernel-{digest.hexdigest()[:16]}" for base in _candidates())
    return next((folder for folder in folders if _is_writable(folder)), None)


def _candidates() -> list[Path]:
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        return [Path(given)]
    users = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return [_SOURCES / "__pycache__", Path(users) / "playground-coursework"]


def _is_writable(folder: Path) -> bool:
    """Make the folder if need be; what lies in it is run, so nobody else may write there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.R_OK | os.W_OK | os.X_OK)
