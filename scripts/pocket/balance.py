"""How far a kernel is from detailed balance, and how rich the graph is that a walk on it leaves."""

import numpy as np
from scipy.sparse.csgraph import connected_components


def stationary(kernel):
    """Stationary distribution of a row-stochastic matrix (lazy power iteration)."""
    pi = np.full(len(kernel), 1 / len(kernel))
    for _ in range(5000):
        following = 0.5 * (pi + pi @ kernel)
        if np.abs(following - pi).max() < 1e-14:
            break
        pi = following
    return following / following.sum()


def triangles(kernel, both):
    """|log affinity| of every triangle whose six steps are all allowed by `both`."""
    ratio = np.log(np.maximum(kernel, 1e-300))
    ratio = ratio - ratio.T
    found = []
    for a in range(len(kernel)):
        near = np.flatnonzero(both[a])
        near = near[near > a]
        b, c = np.triu_indices(len(near), 1)
        b, c = near[b], near[c]
        whole = both[b, c]
        b, c = b[whole], c[whole]
        found.append(np.abs(ratio[a, b] + ratio[b, c] + ratio[c, a]))
    return np.concatenate(found)


def describe(kernel, floor=1e-3):
    """Distance from balance: net share of the flux, |log affinity| of triangles (steps above the floor)."""
    kernel = np.array(kernel, dtype=float)
    np.fill_diagonal(kernel, 0)
    kernel /= np.maximum(kernel.sum(1, keepdims=True), 1e-300)
    pi = stationary(kernel)
    flux = pi[:, None] * kernel
    net = np.abs(flux - flux.T).sum() / 2
    entropy = -(flux * np.log(np.maximum(kernel, 1e-300))).sum()
    both = (kernel > floor) & (kernel.T > floor)
    oneway = flux[(kernel > floor) & (kernel.T <= floor)].sum()
    affinities = triangles(kernel, both)
    return {
        "states": len(kernel),
        "effectiveStates": round(float(np.exp(-(pi * np.log(pi + 1e-300)).sum())), 2),
        "stepEntropyNats": round(float(entropy), 4),
        "netFluxShare": round(float(net), 4),
        "oneWayFluxShare": round(float(oneway), 4),
        "pairsBothWays": int(np.triu(both, 1).sum()),
        "triangles": len(affinities),
        "medianAbsLogCycleAffinity": round(float(np.median(affinities)), 4) if len(affinities) else None,
    }


def walk(kernel, start=0, attempts=5000, seed=1):
    """Attempts from sources drawn uniformly among the states seen; what a row lacks to 1 is rejection."""
    rng = np.random.default_rng(seed)
    n = len(kernel)
    counts, seen, valid = np.zeros((n, n), dtype=int), [start], 0
    cumulative = np.cumsum(kernel, axis=1)
    for _ in range(attempts):
        source = seen[int(rng.integers(len(seen)))]
        answer = int(np.searchsorted(cumulative[source], rng.random(), side="right"))
        if answer >= n or answer == source:
            continue
        valid += 1
        counts[source, answer] += 1
        if answer not in seen:
            seen.append(answer)
    return counts, valid / attempts


def richness(counts):
    """The count graph in numbers."""
    _, label = connected_components(counts > 0, directed=True, connection="strong")
    seen = (counts.sum(0) + counts.sum(1)) > 0
    firm = (counts >= 5) & (counts.T >= 5)
    _, piece = connected_components(firm, directed=False)
    return {
        "statesSeen": int(seen.sum()),
        "largestComponent": int(np.bincount(label).max()),
        "pairsBothWays": int(np.triu((counts > 0) & (counts.T > 0), 1).sum()),
        "pairsBothWaysFiveTimes": int(np.triu(firm, 1).sum()),
        "largestPieceOfThose": int(np.bincount(piece).max()),
    }
