"""The least-action potential by Newton with SciPy's solvers: the peer of bench/analysis.ts.

Usage: analysis.py IN OUT. IN is JSON: rowStart, target, weight (CSR, one strongly connected component)
and runs; OUT is JSON: seconds (fastest run of the fastest variant), solver (its name), all (seconds of
every variant) and V (nats, mean 0).

Variants: SuperLU on the grounded Laplacian, its column order (minimum degree) found once and used
again in every step; or conjugate gradients with Jacobi's preconditioner; each from V = 0 and from the
least-squares potential of the log ratios. The matrix keeps its pattern: only its numbers are replaced.
"""

import json
import signal
import os
import sys
import time

# Threads only slow down vectors of this length.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402
import scipy.sparse as sparse
from scipy.sparse.linalg import LinearOperator, cg, splu


def pairs_of(source, target, weight, n):
    """Every pair once: lower and higher state, weight up and down."""
    low, high = np.minimum(source, target), np.maximum(source, target)
    key, pair = np.unique(low * n + high, return_inverse=True)
    upward = source < target
    out = np.bincount(pair[upward], weight[upward], len(key))
    back = np.bincount(pair[~upward], weight[~upward], len(key))
    return key // n, key % n, out, back


class Laplacian:
    """A Laplacian with a fixed pattern: `fill` puts in the weights of the pairs."""

    def __init__(self, first, second, n, order=None):
        place = np.arange(n) if order is None else np.argsort(order)
        self.n = n
        f, g = place[first], place[second]
        rows = np.concatenate([f, g, np.arange(n)])
        columns = np.concatenate([g, f, np.arange(n)])
        where = sparse.csc_matrix((np.arange(1, len(rows) + 1), (rows, columns)), (n, n))
        where.sort_indices()
        self.where = where.data.astype(np.int64) - 1
        self.matrix = sparse.csc_matrix((np.zeros(len(rows)), where.indices, where.indptr), (n, n))
        self.f, self.g = f, g

    def fill(self, w):
        self.diagonal = np.bincount(self.f, w, self.n) + np.bincount(self.g, w, self.n)
        self.matrix.data = np.concatenate([-w, -w, self.diagonal])[self.where]
        return self.matrix


# Symmetric pivots, and small panels: the fastest of the settings tried on these graphs.
SETTINGS = {"diag_pivot_thresh": 0, "panel_size": 4, "options": {"SymmetricMode": True}}


class Direct:
    """SuperLU with the last state grounded."""

    def __init__(self, first, second, n):
        inside = (first < n - 1) & (second < n - 1)
        self.first, self.second, self.n, self.inside = first, second, n, inside
        m = n - 1
        pattern = sparse.coo_matrix((np.ones(inside.sum()), (first[inside], second[inside])), (m, m))
        spanning = (sparse.identity(m) * n - pattern - pattern.T).tocsc()
        lu = splu(spanning, permc_spec="MMD_AT_PLUS_A", **SETTINGS)
        # perm_c[i] is the place of column i.
        self.order = np.argsort(lu.perm_c)
        self.laplacian = Laplacian(first[inside], second[inside], m, self.order)
        ground = ~inside
        self.grounded = np.argsort(self.order)[np.minimum(first, second)[ground]]

    def __call__(self, w, right):
        matrix = self.laplacian.fill(w[self.inside])
        extra = np.bincount(self.grounded, w[~self.inside], self.n - 1)
        matrix.setdiag(matrix.diagonal() + extra)
        lu = splu(matrix, permc_spec="NATURAL", **SETTINGS)
        step = np.zeros(self.n)
        step[self.order] = lu.solve(right[self.order])
        return step - step.mean()


class Gradients:
    """Conjugate gradients with Jacobi's preconditioner."""

    def __init__(self, first, second, n):
        self.laplacian = Laplacian(first, second, n)

    def __call__(self, w, right):
        # Symmetric: its columns are its rows, and products with rows are the faster ones.
        matrix = self.laplacian.fill(w).T
        inverse = 1 / self.laplacian.diagonal
        n = self.laplacian.n
        jacobi = LinearOperator((n, n), matvec=lambda x: inverse * x, dtype=float)
        step, failed = cg(matrix, right - right.mean(), rtol=1e-6, maxiter=20 * n, M=jacobi)
        if failed:
            raise RuntimeError("conjugate gradients did not converge")
        return step - step.mean()


def potential(source, target, weight, n, solver, start, tolerance=1e-8):
    """argmin of sum w softplus(V_f - V_g), mean 0."""
    first, second, out, back = pairs_of(source, target, weight, n)
    solve = solver(first, second, n)
    V = np.zeros(n)
    if start == "log ratios":
        w, u = np.where(out > 0, out, 0.2 * back), np.where(back > 0, back, 0.2 * out)
        h = w * u / (w + u)
        pull = h * np.log(w / u)
        V = solve(h, np.bincount(first, pull, n) - np.bincount(second, pull, n))

    def action(x):
        rest = np.log1p(np.exp(-np.abs(x)))
        return np.dot(out, np.maximum(-x, 0) + rest) + np.dot(back, np.maximum(x, 0) + rest)

    for _ in range(200):
        x = V[first] - V[second]
        p = 1 / (1 + np.exp(-x))
        q = 1 - p
        flow = back * p - out * q
        gradient = np.bincount(first, flow, n) - np.bincount(second, flow, n)
        step = solve((out + back) * p * q, -gradient)
        size = np.abs(step).max()
        t = 1.0
        if size > 1e-2:
            along = step[first] - step[second]
            before, slope = action(x), np.dot(flow, along)
            while action(x + t * along) > before + 0.1 * t * slope and t > 1e-12:
                t /= 2
        V = V + t * step
        if size <= tolerance:
            return V - V.mean()
    raise RuntimeError("Newton did not converge in 200 steps")


class TooSlow(Exception):
    """A run is far behind the fastest."""


def too_slow(signum, frame):
    raise TooSlow


def main():
    signal.signal(signal.SIGALRM, too_slow)
    given, answer = sys.argv[1:]
    with open(given) as file:
        problem = json.load(file)
    row_start = np.array(problem["rowStart"])
    target = np.array(problem["target"])
    weight = np.array(problem["weight"])
    n = len(row_start) - 1
    source = np.repeat(np.arange(n), np.diff(row_start))
    every = {}
    best = None

    def timed(name, solver, start):
        """One run; keeps the fastest, and gives up on one that is ten times behind."""
        nonlocal best
        signal.setitimer(signal.ITIMER_REAL, 0 if best is None else max(2, 10 * best[0]))
        begin = time.perf_counter()
        try:
            V = potential(source, target, weight, n, solver, start)
        except TooSlow:
            return
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        seconds = time.perf_counter() - begin
        every[name] = min(seconds, every.get(name, seconds))
        if best is None or seconds < best[0]:
            best = (seconds, name, V)

    variants = [
        (f"{name} from {start}", solver, start)
        for name, solver in (("Jacobi-CG", Gradients), ("SuperLU", Direct))
        for start in ("0", "log ratios")
    ]
    for variant in variants:
        timed(*variant)
    # A variant that is far behind need not be run again.
    for variant in variants:
        if every.get(variant[0], float("inf")) <= 2 * best[0]:
            for _ in range(problem["runs"] - 1):
                timed(*variant)
    with open(answer, "w") as file:
        json.dump({"seconds": best[0], "solver": best[1], "all": every, "V": best[2].tolist()}, file)


main()
