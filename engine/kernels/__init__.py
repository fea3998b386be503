"""The kernels: the same training in numpy, which is the reference, and compiled by numba, which is fast.

Both give the same bits. The compiled one is taken where numba is installed; ENGINE_KERNEL=numpy or numba decides
otherwise.
"""

import importlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Protocol, cast

from engine.datasets import Points
from engine.errors import KernelError
from engine.network import Network
from engine.spec import Spec
from engine.steps import Floats, Integers

KERNELS = {"numpy": ("engine.lockstep", "Lockstep"), "numba": ("engine.kernels.lockstep", "CompiledLockstep")}
VARIABLE = "ENGINE_KERNEL"


@dataclass(frozen=True)
class Ends:
    """When a run ends: once the losses that `stop` names are below the target, or once its training loss is NaN."""

    stop: str
    target: float
    when_diverged: bool


class Lockstep(Protocol):
    """R runs of one architecture in training side by side; none depends on another."""

    @property
    def epoch_steps(self) -> int:
        """Points that one epoch takes forward and backward, over all runs."""
        ...

    def losses(self) -> Floats:
        """Give the training and the test loss of every run as it stands, (R, 2)."""
        ...

    def advance(self, epochs: int, ends: Ends) -> tuple[Floats, Integers]:
        """Train for 1 to `epochs` epochs; give the losses after each (epochs, R, 2), and how many each run took (R,).

        A run that ends earlier than the others has taken fewer, and what stands in its losses after that means
        nothing; all that go on have taken the same number.
        """
        ...

    def network(self, number: int) -> Network:
        """Give a copy of the network of one run; if it has ended, as it was then."""
        ...

    def keep(self, runs: Sequence[int]) -> None:
        """Go on with some of the runs only."""
        ...


def kernel_name(wanted: str | None = None) -> str:
    """Say which kernel is used: the one wanted, else what ENGINE_KERNEL says, else the compiled one if it is there.

    Raises KernelError for a kernel that is unknown or not installed.
    """
    name = wanted or os.environ.get(VARIABLE) or ("numba" if has_numba() else "numpy")
    if name not in KERNELS:
        raise KernelError(f"There is no kernel {name[:40]!a}; {VARIABLE} is one of {', '.join(KERNELS)}.")
    if name == "numba" and not has_numba():
        raise KernelError("The numba kernel needs numba, which is not installed here.")
    return name


def has_numba() -> bool:
    """Say whether numba is installed, without importing it."""
    return find_spec("numba") is not None


def load_kernel(name: str) -> Callable[[Spec, Sequence[Points], Sequence[Network]], Lockstep]:
    """Import a kernel and give what sets up runs in it.

    It is imported when it is first used, since numba takes longer to import than a process that trains nothing, such
    as one that answers to browsers, should wait.
    """
    module, maker = KERNELS[name]
    return cast(Callable[..., Lockstep], getattr(importlib.import_module(module), maker))


def start_lockstep(name: str, spec: Spec, points: Sequence[Points], networks: Sequence[Network]) -> Lockstep:
    """Set up runs in a kernel."""
    return load_kernel(name)(spec, points, networks)
