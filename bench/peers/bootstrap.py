"""Replicas of X2 as a competent user of NumPy would run them: the peer of bench/bootstrap.ts.

Usage: bootstrap.py IN OUT. IN is JSON: states, from, to (the pairs), both (B), theta (the fit), replicas,
seed, runs, threads (a list) and tolerance (nats: a chord step below it is the last). OUT is JSON: for
every variant `seconds`, the fastest run on each number of threads, and `X2`. All replicas of a batch are
arrays, replicas x pairs; draws by Generator.binomial; every refit starts at the fit.

  newton        Newton, a batched np.linalg.solve for all Hessians of a batch; all replicas of a thread
  newton tuned  the same in batches that stay in the cache
  chord         the inverse of the observed Hessian, worked out once: one product a step; all replicas
  chord tuned   the same in batches that stay in the cache

Of the tuned ones the fastest of several sizes counts. BLAS keeps to one thread, as the batches take the
cores. The variants take turns, so that what else the machine does meets them all.
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np  # noqa: E402  (the line above has to come first)


class Problem:
    def __init__(self, given):
        self.n = given["states"]
        self.f = np.array(given["from"])
        self.g = np.array(given["to"])
        self.B = np.array(given["both"])
        self.theta = np.array(given["theta"])
        pairs = len(self.B)
        # Row sums over pairs as one product: + at f, - at g.
        self.incidence = np.zeros((pairs, self.n))
        self.incidence[np.arange(pairs), self.f] = 1
        self.incidence[np.arange(pairs), self.g] = -1
        self.degree = np.abs(self.incidence)
        self.p = 1 / (1 + np.exp(self.theta[self.g] - self.theta[self.f]))
        hessian = self.hessian((self.B * self.p * (1 - self.p))[None])[0]
        self.inverse = np.linalg.inv(hessian)

    def hessian(self, weight):
        """Laplacians, batch x n x n, with the gauge made definite by adding 1 everywhere."""
        H = np.ones((len(weight), self.n, self.n))
        H[:, self.f, self.g] -= weight
        H[:, self.g, self.f] -= weight
        diagonal = np.arange(self.n)
        H[:, diagonal, diagonal] += weight @ self.degree
        return H

    def chances(self, theta):
        """p of f -> g, batch x pairs: one exponential a state, not a pair."""
        e = np.exp(theta)
        a = e[:, self.f]
        p = e[:, self.g]
        p += a
        np.divide(a, p, out=p)
        return p

    def gradient(self, N, p):
        return (N - self.B * p) @ self.incidence


def newton(problem, N, tolerance):
    theta = np.tile(problem.theta, (len(N), 1))
    for _ in range(30):
        p = problem.chances(theta)
        H = problem.hessian(problem.B * p * (1 - p))
        step = np.linalg.solve(H, problem.gradient(N, p)[..., None])[..., 0]
        theta += step
        if np.abs(step).max() < 2e-3:  # about its square is left
            return theta
    raise RuntimeError("Newton did not converge")


def chord(problem, N, tolerance):
    theta = np.tile(problem.theta, (len(N), 1))
    for _ in range(200):
        step = problem.gradient(N, problem.chances(theta)) @ problem.inverse
        theta += step
        if np.abs(step).max() < tolerance:
            return theta
    raise RuntimeError("the chord method did not converge")


def batch(problem, method, tolerance, replicas, random):
    N = random.binomial(problem.B, problem.p, (replicas, len(problem.B))).astype(float)
    p = problem.chances(method(problem, N, tolerance))
    expected = problem.B * p
    return ((N - expected) ** 2 / (expected * (1 - p))).sum(axis=1)


def run(given, method, size, pool):
    """All replicas in batches of `size`, each with a generator of its own."""
    problem = Problem(given)
    sizes = [min(size, given["replicas"] - first) for first in range(0, given["replicas"], size)]
    streams = np.random.SeedSequence(given["seed"]).spawn(len(sizes))
    work = lambda count, stream: batch(problem, method, given["tolerance"], count, np.random.default_rng(stream))
    return np.concatenate(list(pool.map(work, sizes, streams)))


VARIANTS = {
    "newton": (newton, None),
    "newton tuned": (newton, (25, 50, 125)),
    "chord": (chord, None),
    "chord tuned": (chord, (25, 50, 125)),
}


def main():
    given, answer = sys.argv[1:]
    with open(given) as file:
        problem = json.load(file)
    found = {name: {"seconds": [], "X2": []} for name in VARIANTS}
    for threads in problem["threads"]:
        seconds = dict.fromkeys(VARIANTS, float("inf"))
        with ThreadPoolExecutor(threads) as pool:
            for _ in range(problem["runs"]):
                for name, (method, sizes) in VARIANTS.items():
                    for size in sizes or (-(-problem["replicas"] // threads),):
                        start = time.perf_counter()
                        X2 = run(problem, method, size, pool)
                        seconds[name] = min(seconds[name], time.perf_counter() - start)
                    found[name]["X2"] = X2.tolist()
        for name in VARIANTS:
            found[name]["seconds"].append(seconds[name])
    with open(answer, "w") as file:
        json.dump(found, file)


main()
