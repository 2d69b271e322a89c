"""The least-action potential by Newton with one of SciPy's solvers: the peer of bench/potential.ts.

Usage: potential.py IN OUT. IN is JSON: rowStart, target, weight (CSR, one strongly connected
component), solver ("direct": SuperLU; "cg": conjugate gradients with Jacobi's preconditioner) and
runs; OUT is JSON: seconds (fastest run) and V (nats, mean 0).
"""

import json
import sys
import time

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import cg, splu


def softplus(x):
    """ln(1 + e^-x) without overflow."""
    return np.logaddexp(0, -x)


def newton_step(source, target, w, n, gradient, solver):
    """Solves the Laplacian with weights w; mean 0."""
    diagonal = np.bincount(source, w, n) + np.bincount(target, w, n)
    off = sparse.coo_matrix((-w, (source, target)), (n, n)).tocsc()
    hessian = (off + off.T + sparse.diags(diagonal)).tocsc()
    if solver == "cg":
        right = gradient.mean() - gradient
        step, failed = cg(hessian, right, rtol=1e-6, maxiter=20 * n, M=sparse.diags(1 / diagonal))
        if failed:
            raise RuntimeError("conjugate gradients did not converge")
    else:
        grounded = hessian[:-1, :-1]
        factor = splu(grounded, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
        step = np.append(factor.solve(-gradient[:-1]), 0)
    return step - step.mean()


def potential(source, target, weight, n, solver, tolerance=1e-8):
    """argmin of sum w softplus(V_f - V_g), mean 0."""
    V = np.zeros(n)

    def action(V):
        return np.dot(weight, softplus(V[source] - V[target]))

    for _ in range(200):
        p = 1 / (1 + np.exp(V[source] - V[target]))
        flow = weight * p
        gradient = np.bincount(target, flow, n) - np.bincount(source, flow, n)
        step = newton_step(source, target, weight * p * (1 - p), n, gradient, solver)
        before, slope, t = action(V), np.dot(gradient, step), 1.0
        size = np.abs(step).max()
        if size > 1e-4:
            while action(V + t * step) > before + 0.1 * t * slope and t > 1e-12:
                t /= 2
        V = V + t * step
        if size <= tolerance:
            return V - V.mean()
    raise RuntimeError("Newton did not converge in 200 steps")


def main():
    given, answer = sys.argv[1:]
    with open(given) as file:
        problem = json.load(file)
    row_start = np.array(problem["rowStart"])
    target = np.array(problem["target"])
    weight = np.array(problem["weight"])
    n = len(row_start) - 1
    source = np.repeat(np.arange(n), np.diff(row_start))
    seconds = float("inf")
    for _ in range(problem["runs"]):
        start = time.perf_counter()
        V = potential(source, target, weight, n, problem["solver"])
        seconds = min(seconds, time.perf_counter() - start)
    with open(answer, "w") as file:
        json.dump({"seconds": seconds, "V": V.tolist()}, file)


main()
