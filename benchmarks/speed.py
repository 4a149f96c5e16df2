"""The exact top k both ways beside naive scikit-learn: CPU seconds, memory and ratios, one run, one thread.

    .venv/bin/python -m benchmarks.speed --profiles 10000 --placements 2000

The texts are made up: 110 words each in the middle (log-normal), half of them of a general vocabulary of
60,000, half of one of 40 fields with an own order of the same words; both follow Zipf's law without its
head, 1 / (rank + 30), as texts do whose stop words are left out. TF-IDF is sublinear and of length 1.
"""

import argparse
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csr_array, csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity
from threadpoolctl import threadpool_limits

from diaspora.matching.engine.standing import StandingLists
from diaspora.matching.engine.top_pairs import Pairs, best_both_ways, comparable, compiled_kernel

VOCABULARY, FIELDS, K, BLOCK_CELLS = 60_000, 40, 20, 2**22
NAIVE_UP_TO = 250_000_000  # pairs; more need too much memory
CHECKED_ROWS = 2_000  # of each side, above that size
LISTED = Pairs | None


def term_counts(count: int, random: np.random.Generator) -> csr_array:
    """How often each text holds each term: [texts, terms]."""
    shares = 1 / (np.arange(1, VOCABULARY + 1) + 30.0)
    lengths = np.clip(random.lognormal(np.log(110), 0.5, count), 5, 600).astype(int)
    rows = np.repeat(np.arange(count), lengths)
    words = np.searchsorted(np.cumsum(shares / shares.sum())[:-1], random.random(len(rows)))
    of_field = np.stack([random.permutation(VOCABULARY) for _ in range(FIELDS)])
    field = random.integers(0, FIELDS, count)[rows]
    words = np.where(random.random(len(rows)) < 0.5, of_field[field, words], words)
    counts = csr_array((np.ones(len(rows)), (rows, words)), shape=(count, VOCABULARY))
    counts.sum_duplicates()
    return counts


def cpu_seconds(action: Callable[[], Any], runs: int) -> float:
    """The median of some runs, after one that compiles and warms up."""
    taken = []
    for _ in range(runs):
        start = time.process_time()
        action()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def megabytes(action: Callable[[], Any]) -> float:
    """Memory at the peak beyond what was there before and what is the result."""
    tracemalloc.start()
    result = action()
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return max(0.0, peak - kept) / 1e6


def naive(left: csr_array, right: csr_array) -> Any:
    scores = cosine_similarity(left, right)
    of_rows = np.argsort(-scores, axis=1)[:, :K].copy()
    of_columns = np.argsort(-scores.T, axis=1)[:, :K].copy()
    return of_rows, of_columns


def compiled_multiply_adds() -> Callable[..., float]:
    import numba

    @numba.njit
    def multiply_adds(row_start, terms, weights, term_start, columns, values, width):  # type: ignore[no-untyped-def]
        scores = np.zeros(width)
        total = 0.0
        for row in range(len(row_start) - 1):
            scores[:] = 0.0
            for at in range(row_start[row], row_start[row + 1]):
                for posting in range(term_start[terms[at]], term_start[terms[at] + 1]):
                    scores[columns[posting]] += weights[at] * values[posting]
            total += scores[row % width]
        return total

    return multiply_adds


def wrong_lists(found: Pairs, left: csr_array, right: csr_array, rank: Any, rows: Any) -> int:
    """How many of these rows' lists are not the k best of the full product, ids and scores."""
    turned, wrong = right.T.tocsr(), 0
    starts = np.searchsorted(found.rows, np.arange(left.shape[0] + 1))
    for block in np.array_split(rows, -(-len(rows) // 200)):
        scores = comparable((left[block] @ turned).toarray())
        for row, cells in zip(block, scores, strict=True):
            bar = np.partition(cells, -K)[-K] if len(cells) > K else 0.0
            best = np.flatnonzero((cells > 0) & (cells >= bar))
            best = best[np.lexsort((rank[best], -cells[best]))][:K]
            own = slice(starts[row], starts[row + 1])
            same = np.array_equal(found.columns[own], best)
            wrong += not (same and np.allclose(found.scores[own], cells[best], rtol=1e-6, atol=0))
    return wrong


def check(name: str, found: tuple[Pairs, Pairs], left: csr_array, right: csr_array, ranks: Any) -> bool:
    sides = ((found[0], left, right, ranks[1]), (found[1], right, left, ranks[0]))
    whole = left.shape[0] * right.shape[0] <= NAIVE_UP_TO
    good = True
    for pairs, one, other, rank in sides:
        rows = np.arange(one.shape[0])
        if not whole and len(rows) > CHECKED_ROWS:
            rows = np.sort(np.random.default_rng(2).choice(rows, CHECKED_ROWS, replace=False))
        wrong = wrong_lists(pairs, one, other, rank, rows)
        print(f"{name}: {len(rows) - wrong} of {len(rows)} lists checked are those of the full product")
        good = good and not wrong
    return good


def table(head: list[str], rows: list[list[str]]) -> None:
    print("\n| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)
    print()


def compare(left: csr_array, right: csr_array, ways: list[str], runs: int) -> bool:
    profiles, placements = left.shape[0], right.shape[0]
    ranks = np.random.default_rng(3).permutation(profiles), np.random.default_rng(4).permutation(placements)
    measured: list[tuple[str, float, float | None]] = []
    if profiles * placements <= NAIVE_UP_TO:
        few = min(runs, 3)
        taken = cpu_seconds(lambda: naive(left, right), few)
        measured.append(
            ("naive `cosine_similarity` + `argsort`", taken, megabytes(lambda: naive(left, right)))
        )
    try:
        from sparse_dot_topn import sp_matmul_topn
    except ImportError:
        print("sparse_dot_topn is not installed: left out")
    else:
        some, others = csr_matrix(left), csr_matrix(right)
        turned = csr_matrix(some.T), csr_matrix(others.T)

        def other() -> Any:
            return sp_matmul_topn(some, turned[1], K), sp_matmul_topn(others, turned[0], K)

        measured.append(("sparse_dot_topn, once each way", cpu_seconds(other, runs), None))
    good = True
    for way in ways:

        def own(way: Any = way) -> Any:
            return best_both_ways(left, right, K, *ranks, None, BLOCK_CELLS, way)

        good = check(way, own(), left, right, ranks) and good
        # what compiled code allocates is not traced: its buffers for one tile of columns
        hidden = 2048 * (2 * K + 6) * 8 / 1e6 if way == "numba" else 0.0
        measured.append((f"the product, {way}", cpu_seconds(own, runs), megabytes(own) + hidden))
    alone = None
    if compiled_kernel() is not None:
        index, loop = right.tocsc(), compiled_multiply_adds()
        arrays = [left.indptr, left.indices, left.data, index.indptr, index.indices, index.data]
        arrays = [
            a.astype(np.uint64 if n % 3 == 0 else np.uint32) if n % 3 < 2 else a for n, a in enumerate(arrays)
        ]
        loop(*arrays, placements)
        alone = cpu_seconds(lambda: loop(*arrays, placements), runs)
        measured.append(("the multiply-adds alone (numba)", alone, None))
    first_time, first_memory = measured[0][1], measured[0][2]
    has_naive = measured[0][0].startswith("naive")
    table(
        [f"{profiles:,} x {placements:,}, top {K} both ways", "CPU s", "naive / it", "it / multiply-adds",
         "extra MB", "share of naive's"],
        [
            [
                name,
                f"{seconds:.3f}",
                f"{first_time / seconds:.1f}" if has_naive else "",
                f"{seconds / alone:.2f}" if alone else "",
                "" if memory is None else f"{memory:.1f}",
                f"1/{first_memory / memory:.0f}" if has_naive and memory and first_memory else "",
            ]
            for name, seconds, memory in measured
        ],
    )  # fmt: skip
    return good


def incremental(counts: csr_array, left: csr_array, right: csr_array, way: Any) -> bool:
    ranks = np.arange(left.shape[0]), np.arange(right.shape[0])
    full = cpu_seconds(lambda: best_both_ways(left, right, K, *ranks, None, BLOCK_CELLS, way), 1)
    standing = StandingLists(left, right, K, *ranks, way=way)
    random, left, right = np.random.default_rng(5), left.copy(), right.copy()
    rows, good, names = [], True, ("profile", "placement")
    for name, edit, size, source in (
        (names[0], standing.edit_left, left.shape[0], left),
        (names[1], standing.edit_right, right.shape[0], right),
    ):
        taken = []
        for _ in range(30):  # a record takes over the text of another
            row, text = int(random.integers(size)), source[[int(random.integers(size))]]
            start = time.process_time()
            edit(row, text)
            taken.append(time.process_time() - start)
        once = statistics.median(taken)
        rows.append(
            [f"one edited {name}, both sides", f"{once * 1000:.2f} ms", f"{once / full:.3%} of {full:.2f} s"]
        )
    for side, listed, other in ((0, standing.of_left(), 1), (1, standing.of_right(), 0)):
        sides = [standing_matrix(standing, 0), standing_matrix(standing, 1)]
        checked = np.sort(random.choice(len(ranks[side]), min(len(ranks[side]), CHECKED_ROWS), replace=False))
        wrong = wrong_lists(listed, sides[side], sides[other], ranks[other], checked)
        print(f"after 60 edits: {len(checked) - wrong} of {len(checked)} lists are those of the full product")
        good = good and not wrong
    words = np.array([f"w{number}" for number in range(VOCABULARY)])
    some = counts[:5000]
    texts = [
        " ".join(np.repeat(words[some.indices[a:b]], some.data[a:b].astype(int)))
        for a, b in zip(some.indptr[:-1], some.indptr[1:], strict=True)
    ]
    from_text = cpu_seconds(
        lambda: TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)).fit_transform(texts), 3
    )
    plain = cpu_seconds(lambda: TfidfVectorizer(sublinear_tf=True).fit_transform(texts), 3)
    stored = cpu_seconds(lambda: TfidfTransformer(sublinear_tf=True).fit_transform(some), 5)
    rows.append([
        "refit of 5,000 texts from stored counts", f"{stored * 1000:.1f} ms",
        f"1/{plain / stored:.0f} of `TfidfVectorizer` from text, 1/{from_text / stored:.0f} with word pairs",
    ])  # fmt: skip
    table(["Edits and refits", "CPU", "share"], rows)
    return good


def standing_matrix(standing: StandingLists, side: int) -> csr_array:
    held = (standing._left, standing._right)[side]
    rows = held.matrix.tolil()
    for row, vector in held._edited.items():
        rows[[row]] = vector
    return csr_array(rows)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--profiles", type=int, default=10_000)
    parser.add_argument("--placements", type=int, default=2_000)
    parser.add_argument("--kernel", choices=("scipy", "numba", "both"), default="both")
    parser.add_argument("--runs", type=int, default=5, help="of which the median counts")
    parser.add_argument("--incremental", action="store_true", help="one edited record, and refitting")
    parser.add_argument("--dask", action="store_true", help="not there yet")
    options = parser.parse_args()
    if options.dask:
        print("Matching on several machines is not there yet: nothing was measured with Dask.")
    ways = ["scipy", "numba"] if options.kernel == "both" else [options.kernel]
    if "numba" in ways and compiled_kernel() is None:
        print("numba is not installed: its way is left out")
        ways.remove("numba")
    counts = term_counts(options.profiles + options.placements, np.random.default_rng(1))
    vectors = csr_array(TfidfTransformer(sublinear_tf=True).fit_transform(counts))
    left, right = vectors[: options.profiles], vectors[options.profiles :]
    with threadpool_limits(1):
        if options.incremental:
            good = incremental(counts, left, right, ways[-1] if ways else "scipy")
        else:
            good = compare(left, right, ways, options.runs)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
