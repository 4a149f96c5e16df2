"""Which pairs the caller allows: masks checked and brought into one form."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, issparse

# A SciPy sparse matrix or a NumPy array of truth values.
Mask: TypeAlias = Any


def pair_mask(allowed: Mask | None, shape: tuple[int, int]) -> csr_array | None:
    """The mask of all pairs [profiles, placements]; ValueError when its shape is another."""
    if allowed is None:
        return None
    mask = _sparse(allowed)
    if mask.shape != shape:
        raise ValueError(f"allowed has shape {mask.shape}, but profiles x placements is {shape}")
    return mask


def list_mask(allowed: Mask | None, row: int | None, shape: tuple[int, int]) -> NDArray[np.bool_] | None:
    """The mask of one list, [candidates], from one of that row or, when `row` is known, of all pairs `shape`.

    Raises ValueError when the mask has neither shape.
    """
    if allowed is None:
        return None
    mask = _sparse(allowed)
    if mask.shape == shape and row is not None:
        mask = mask[[row]]
    if mask.shape != (1, shape[1]):
        raise ValueError(
            f"allowed has shape {mask.shape}; expected one value for each of {shape[1]} candidates"
        )
    return np.asarray(mask.toarray()[0], dtype=np.bool_)


def _sparse(allowed: Mask) -> csr_array:
    """Two-dimensional, of truth values."""
    return csr_array(allowed if issparse(allowed) else np.atleast_2d(np.asarray(allowed)), dtype=np.bool_)
