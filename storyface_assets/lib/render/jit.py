"""How every kernel of the renderer is compiled."""

from numba import njit

#: A function called from Python: no GIL, kept on disk, division like numpy's (no check for zero,
#: which would keep the compiler from using vector instructions).
kernel = njit(cache=True, fastmath=True, nogil=True, error_model="numpy")
#: A small function for use inside kernels.
inlined = njit(cache=True, fastmath=True, nogil=True, error_model="numpy", forceinline=True)
