"""Replicas of X2 as a competent user of NumPy would run them: the peer of bench/bootstrap.ts.

Usage: bootstrap.py IN OUT. IN is JSON: states, from, to (the pairs), both (B), theta (the fit), replicas,
seed, runs and threads. OUT is JSON: `seconds` of each variant (fastest run, on `threads` threads) and
`X2` of each. All replicas of a batch are arrays, replicas x pairs; draws by Generator.binomial; every
refit starts at the fit.

  newton  Newton, a batched np.linalg.solve for all Hessians of a batch
  chord   the inverse of the observed Hessian, worked out once: one product a step

A batch is all replicas of a thread, or as many as stay in the cache: the faster one counts. BLAS keeps
to one thread, as the batches take the cores.
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


def newton(problem, N):
    theta = np.tile(problem.theta, (len(N), 1))
    for _ in range(30):
        p = problem.chances(theta)
        H = problem.hessian(problem.B * p * (1 - p))
        step = np.linalg.solve(H, problem.gradient(N, p)[..., None])[..., 0]
        theta += step
        if np.abs(step).max() < 1e-4:  # about its square is left
            return theta
    raise RuntimeError("Newton did not converge")


def chord(problem, N):
    theta = np.tile(problem.theta, (len(N), 1))
    for _ in range(200):
        step = problem.gradient(N, problem.chances(theta)) @ problem.inverse
        theta += step
        if np.abs(step).max() < 1e-7:
            return theta
    raise RuntimeError("the chord method did not converge")


def batch(problem, method, replicas, random):
    N = random.binomial(problem.B, problem.p, (replicas, len(problem.B))).astype(float)
    p = problem.chances(method(problem, N))
    expected = problem.B * p
    return ((N - expected) ** 2 / (expected * (1 - p))).sum(axis=1)


def run(given, method, size, pool):
    """All replicas in batches of `size`, each with a generator of its own."""
    problem = Problem(given)
    sizes = [min(size, given["replicas"] - first) for first in range(0, given["replicas"], size)]
    streams = np.random.SeedSequence(given["seed"]).spawn(len(sizes))
    work = lambda count, stream: batch(problem, method, count, np.random.default_rng(stream))
    return np.concatenate(list(pool.map(work, sizes, streams)))


def main():
    given, answer = sys.argv[1:]
    with open(given) as file:
        problem = json.load(file)
    found = {"seconds": {}, "X2": {}}
    threads = problem["threads"]
    with ThreadPoolExecutor(threads) as pool:
        for name, method in (("newton", newton), ("chord", chord)):
            seconds = float("inf")
            for size in (-(-problem["replicas"] // threads), 125, 25):
                for _ in range(problem["runs"]):
                    start = time.perf_counter()
                    X2 = run(problem, method, size, pool)
                    seconds = min(seconds, time.perf_counter() - start)
            found["seconds"][name] = seconds
            found["X2"][name] = X2.tolist()
    with open(answer, "w") as file:
        json.dump(found, file)


main()
