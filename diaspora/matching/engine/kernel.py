"""The compiled way to the best k of rows and columns: one pass over an inverted index, both sides at once.

Needs numba, an optional package: importing this module without it raises ImportError. The code is compiled
when first used and kept in numba's cache, where there is a folder that can be written.

The right side is cut into tiles that fit the processor's cache, each as an inverted index (which rows
hold a term, with what weight); terms that many rows hold are kept as dense rows instead. For one row of
the left, all scores of a tile add up in one buffer. What reaches neither the row's k-th best score so far
nor its column's is dropped by comparing numbers; the rest goes to bounded buffers, as `keys` (see
top_pairs). Positive floats sort like their bits read as whole numbers, so everything is compared as whole
numbers.
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Keys = NDArray[np.int64]

TILE = 2048  # right rows scored at a time: scores and bars stay in the first-level cache
GROUP = 16  # of these scores only the highest is looked at first
DENSE_FROM = 0.3  # a term that more than this share of a tile's rows hold is cheaper as a dense row
LOW_BITS = 33  # of a key: the rank
LOW = (1 << LOW_BITS) - 1
HALF_STEP = 1 << (LOW_BITS - 1)  # rounding lifts a score's bits by this at most


def _compiled(function: Callable[..., Any]) -> Any:
    """Compile for one thread: results never depend on how many there are."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder for the compiled code: compile anew in each process
        return numba.njit(nogil=True)(function)


def best_keys(
    left: csr_array,
    right: csr_array,
    k: int,
    left_rank: NDArray[np.intp],
    right_rank: NDArray[np.intp],
    allowed: csr_array | None,
    tile: int = TILE,
) -> tuple[Keys, Keys]:
    """The keys of each row's k best columns and of each column's k best rows, in no order; 0 is none."""
    row_count, column_count = left.shape[0], right.shape[0]
    of_rows = np.zeros((row_count, min(k, column_count)), np.int64)
    of_columns = np.zeros((column_count, min(k, row_count)), np.int64)
    if not (row_count and column_count):
        return of_rows, of_columns
    mask = csr_array((row_count, 0), dtype=np.bool_) if allowed is None else allowed
    if not mask.has_sorted_indices:
        mask = mask.sorted_indices()
    mask_at = mask.indptr[:-1].astype(np.uint64)  # where each row's next tile begins
    tile = min(tile, column_count) + -min(tile, column_count) % GROUP
    for start in range(0, column_count, tile):
        index = _rows_of(right, start, start + tile).tocsc()
        dense_terms = np.flatnonzero(np.diff(index.indptr) > DENSE_FROM * tile)
        dense_row = np.full(index.shape[1], -1, np.int32)
        dense_row[dense_terms] = np.arange(len(dense_terms))
        dense = np.zeros((len(dense_terms), tile))
        dense[:, : index.shape[0]] = index[:, dense_terms].T.toarray()
        _scan_tile(
            *_parts(left),
            *_parts(index, np.uint16),
            dense_row,
            dense,
            allowed is not None,
            *_parts(mask),
            mask_at,
            left_rank,
            right_rank[start : start + tile],
            start,
            of_rows,
            of_columns[start : start + tile],
        )
    return of_rows, of_columns


def _rows_of(matrix: csr_array, start: int, stop: int) -> csr_array:
    """Some rows in a row, not copied."""
    starts = matrix.indptr[start : stop + 1]
    cells = slice(int(starts[0]), int(starts[-1]))
    shape = (len(starts) - 1, matrix.shape[1])
    return csr_array((matrix.data[cells], matrix.indices[cells], starts - starts[0]), shape=shape)


def _parts(matrix: Any, places: type | None = None) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The arrays of a CSR or CSC matrix, places unsigned: numba then need not look for negative ones."""
    indices = _unsigned(matrix.indices)
    return _unsigned(matrix.indptr), indices if places is None else indices.astype(places), matrix.data


def _unsigned(places: NDArray[Any]) -> NDArray[Any]:
    return places.view(np.uint32 if places.dtype == np.int32 else np.uint64)


@_compiled
def _key(bits: Any, rank: Any) -> Any:
    """The key of a score's bits, rounded as in top_pairs.comparable."""
    rounded = (bits + HALF_STEP - 1 + ((bits >> LOW_BITS) & 1)) & ~LOW
    return rounded | (LOW - rank)


@_compiled
def _keep_best(keys: Any, count: Any, k: int) -> Any:
    """Move the k highest of the first `count` > k keys to the front; the k-th highest."""
    first, last = 0, count - 1
    while last - first >= 64:  # Hoare's quickselect, until what is undecided is short
        a, b, c = keys[first], keys[(first + last) // 2], keys[last]
        pivot = max(min(a, b), min(max(a, b), c))
        i, j = first, last
        while i <= j:
            while keys[i] > pivot:
                i += 1
            while keys[j] < pivot:
                j -= 1
            if i <= j:
                keys[i], keys[j] = keys[j], keys[i]
                i += 1
                j -= 1
        if k - 1 <= j:
            last = j
        elif k - 1 >= i:
            first = i
        else:
            first = last = k - 1
    undecided = keys[first : last + 1].copy()
    wanted = k - first
    lowest = undecided[0]
    for key in undecided:  # the place of each by counting: no branches to mispredict
        better = 0
        for at in range(len(undecided)):
            better += undecided[at] > key
        keys[first] = key
        first += better < wanted
        lowest = key if better == wanted - 1 else lowest
    return lowest


@_compiled
def _reach(tops: Any, bar: Any) -> Any:
    """How many of the groups reach the bar."""
    count = 0
    for at in range(len(tops)):
        count += tops[at] >= bar
    return count


@_compiled
def _bar_of(tops: Any, k: int) -> Any:
    """A number that at least k of the groups reach, near the highest such; 1 when there is none near."""
    high = np.int64(1)
    for at in range(len(tops)):
        high = max(high, tops[at])
    low = max(high - (np.int64(2) << 52), np.int64(1))  # a quarter of the highest score
    if _reach(tops, low) < k:
        return np.int64(1)
    for _ in range(8):
        middle = low + (high - low) // 2
        reached = _reach(tops, middle)
        if reached >= k:
            low = middle
            if reached <= k + k // 4:
                break
        else:
            high = middle
    return low


@_compiled
def _scan_tile(
    left_start: Any,
    left_term: Any,
    left_weight: Any,
    term_start: Any,
    term_column: Any,
    term_weight: Any,
    dense_row: Any,
    dense: Any,
    masked: bool,
    mask_start: Any,
    mask_column: Any,
    mask_value: Any,
    mask_at: Any,
    left_rank: Any,
    right_rank: Any,
    first_column: int,
    of_rows: Any,
    of_columns: Any,
) -> None:
    """Put the best of a tile's columns into `of_rows`, the best rows of each into `of_columns`."""
    width, padded = len(right_rank), dense.shape[1]
    row_k, column_k = of_rows.shape[1], of_columns.shape[1]
    scores = np.zeros(padded)
    bits = scores.view(np.int64)
    shown = np.zeros(padded, np.int64) if masked else bits
    groups = padded // GROUP  # group g: the columns g, g + groups, g + 2 groups, ...
    tops = np.empty(groups, np.int64)
    margins = np.empty(groups, np.int64)
    bars = np.ones(padded, np.int64)  # what a column's next score must reach to matter: at first, be positive
    buffers = np.zeros((width, 2 * column_k), np.int64)
    lowest = np.zeros(width, np.int64)
    filled = np.zeros(width, np.int64)
    row_buffer = np.zeros(2 * row_k, np.int64)
    dense_of_row = np.empty(dense.shape[0], np.int64)
    weight_of_row = np.empty(dense.shape[0])

    for row in range(len(left_start) - 1):
        if masked:
            shown[:] = 0
            begin = mask_at[row]
            end = begin
            while end < mask_start[row + 1] and np.int64(mask_column[end]) < first_column + width:
                end += np.uint64(1)
            mask_at[row] = end
            if begin == end:
                continue
        scores[:] = 0.0
        dense_count = 0
        for at in range(left_start[row], left_start[row + 1]):
            term, weight = left_term[at], left_weight[at]
            if dense_row[term] >= 0:
                dense_of_row[dense_count] = dense_row[term]
                weight_of_row[dense_count] = weight
                dense_count += 1
            else:
                for posting in range(term_start[term], term_start[term + 1]):
                    scores[term_column[posting]] += weight * term_weight[posting]
        for at in range(0, dense_count - 3, 4):
            a, b, c, d = (
                weight_of_row[at],
                weight_of_row[at + 1],
                weight_of_row[at + 2],
                weight_of_row[at + 3],
            )
            row_a, row_b = dense[dense_of_row[at]], dense[dense_of_row[at + 1]]
            row_c, row_d = dense[dense_of_row[at + 2]], dense[dense_of_row[at + 3]]
            for column in range(padded):
                scores[column] += (a * row_a[column] + b * row_b[column]) + (
                    c * row_c[column] + d * row_d[column]
                )
        for at in range(dense_count - dense_count % 4, dense_count):
            weight, row_a = weight_of_row[at], dense[dense_of_row[at]]
            for column in range(padded):
                scores[column] += weight * row_a[column]
        if masked:
            for at in range(begin, end):
                if mask_value[at]:
                    place: Any = np.int64(mask_column[at]) - first_column
                    shown[place] = bits[place]

        tops[:] = 0
        margins[:] = -1
        for start in range(0, padded, groups):
            some, some_bars = shown[start : start + groups], bars[start : start + groups]
            for group in range(groups):
                found = max(some[group], np.int64(0))
                tops[group] = max(tops[group], found)
                margins[group] = max(margins[group], found - some_bars[group])

        count = 0
        while count < row_k and of_rows[row, count] > 0:
            row_buffer[count] = of_rows[row, count]
            count += 1
        row_lowest: Any = np.int64(0)
        row_bar: Any = np.int64(1)
        if count == row_k:
            row_lowest = row_buffer[0]
            for at in range(1, row_k):
                row_lowest = min(row_lowest, row_buffer[at])
            row_bar = (row_lowest & ~LOW) - HALF_STEP
        row_bar = max(row_bar, _bar_of(tops, row_k) - 2 * HALF_STEP)

        for group in range(groups):
            if tops[group] < row_bar and margins[group] < 0:
                continue
            for column in range(group, width, groups):
                found = shown[column]
                if found >= row_bar and found > 0:
                    key = _key(found, right_rank[column])
                    if key > row_lowest and key > LOW:
                        row_buffer[count] = key
                        count += 1
                        if count == 2 * row_k:
                            row_lowest = _keep_best(row_buffer, count, row_k)
                            row_bar = max(row_bar, (row_lowest & ~LOW) - HALF_STEP)
                            count = row_k
                if found >= bars[column]:
                    key = _key(found, left_rank[row])
                    if key > lowest[column] and key > LOW:
                        at = filled[column]
                        buffers[column, at] = key
                        filled[column] = at + 1
                        if at + 1 == 2 * column_k:
                            lowest[column] = _keep_best(buffers[column], at + 1, column_k)
                            bars[column] = max((lowest[column] & ~LOW) - HALF_STEP, np.int64(1))
                            filled[column] = column_k
        if count > row_k:
            _keep_best(row_buffer, count, row_k)
            count = row_k
        of_rows[row, :count] = row_buffer[:count]

    for column in range(width):
        if filled[column] > column_k:
            _keep_best(buffers[column], filled[column], column_k)
        of_columns[column] = buffers[column, :column_k]
