"""The kernels that tests can run here: the compiled one only where numba is installed."""

from engine.kernels import KERNELS, has_numba

INSTALLED = [name for name in KERNELS if name != "numba" or has_numba()]
