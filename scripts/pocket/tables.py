"""Training tables from language data: rows of answer probabilities for every state of every agent.

Every relation has a direction: what follows a word in running text, which words a gloss uses to explain it,
which class or whole it belongs to, which words begin as it ends. Nothing is symmetrised, and column weights
(a word's frequency) cancel round every cycle, so they cannot bring balance in or take it out.
"""

import json
from collections import Counter

import numpy as np
from scipy import sparse

import balance
import lists
import sources

WINDOW = 10  # words after a word that count as following it
PRIOR = 12  # pseudo-counts of the step through a third word, which fill up thin rows
KEEP = {"core": 14, "topic": 16, "sum": 16}  # answers kept in a row


def documents():
    """Token lists of all text: a synset's words before its gloss and examples, and the running texts."""
    for s in sources.synsets().values():
        lemmas = " ".join(w.replace("_", " ") for w in s.lemmas)
        yield sources.tokens(f"{lemmas} {s.gloss} {' '.join(s.examples)}")
    for text in sources.running_texts():
        yield sources.tokens(text)


def vocabulary(targets):
    """Words that may be the third word of a step: not rare, not short, not the commonest."""
    counts = Counter(w for d in documents() for w in d)
    common = {w for w, _ in counts.most_common(150)} - targets
    words = [w for w, n in counts.items() if n >= 8 and len(w) > 2 and w not in common]
    return sorted(set(words) | targets), counts


def follows(words, targets):
    """Counts: row word followed by column word within the window, near ones counting more."""
    index = {w: i for i, w in enumerate(words)}
    rows, columns, values = [], [], []
    for d in documents():
        at = [
            (i, index[w])
            for i, w in ((i, sources.singular(w, targets)) for i, w in enumerate(d))
            if w in index
        ]
        for a, (i, source) in enumerate(at):
            for j, answer in at[a + 1 : a + 1 + WINDOW]:
                if j - i > WINDOW:
                    break
                if answer != source:
                    rows.append(source)
                    columns.append(answer)
                    values.append(1 / (1 + (j - i) / 4))
    shape = (len(words), len(words))
    return sparse.coo_matrix((values, (rows, columns)), shape=shape).tocsr()


def explains(words, targets):
    """Counts: row word is explained by column word (glosses of its senses, its classes, its wholes)."""
    index = {w: i for i, w in enumerate(words)}
    found = sparse.dok_matrix((len(words), len(words)))
    synsets = sources.synsets()
    upward = {"@", "@i", "#p", "#m", "#s"}
    for s in synsets.values():
        heads = {sources.singular(part, targets) for w in s.lemmas for part in w.split("_")} & targets
        if not heads:
            continue
        weight = 1.0 if any(w in targets for w in s.lemmas) else 0.5  # a compound explains its parts less
        used = Counter(sources.singular(w, targets) for w in sources.tokens(s.gloss))
        level, strength = [s], 3.0
        for _ in range(3):
            level = [
                synsets[t, p]
                for x in level
                for symbol, t, p in x.pointers
                if symbol in upward and (t, p) in synsets
            ]
            for w in (w for x in level for w in x.lemmas):
                used[w] += strength
            strength /= 2
        for head in heads:
            for w, n in used.items():
                if w in index and w != head:
                    found[index[head], index[w]] += weight * n
    return found.tocsr()


def chains(words):
    """Spelling: row word ends as column word begins, by 1 to 3 letters; a little for it anywhere."""
    found = np.zeros((len(words), len(words)))
    for k, weight in ((1, 1.0), (2, 4.0), (3, 8.0)):
        for i, a in enumerate(words):
            found[i] += [weight * (a[-k:] == b[:k]) + 0.15 * (a[-k:] in b) for b in words]
    return found


def beginnings(words):
    """Spelling: column word begins as row word does, then goes on with a letter it holds later on."""
    found = np.zeros((len(words), len(words)))
    for i, a in enumerate(words):
        for j, b in enumerate(words):
            same = next(
                (k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
            )
            found[i, j] = same * (1.0 + 2.0 * (b[same : same + 1] in a[same:] if same < len(b) else 0))
    return found


def rows(counts):
    """Row-normalised copy without the diagonal; an empty row stays empty."""
    counts = np.array(counts, dtype=float)
    np.fill_diagonal(counts, 0)
    total = counts.sum(1, keepdims=True)
    return np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)


def smoothed(direct, through, keep):
    """Direct counts filled up with the step through a third word, cut to the likeliest answers."""
    total = direct.sum(1, keepdims=True)
    table = rows((direct + PRIOR * rows(through)) / (total + PRIOR))
    for row in table:
        row[np.argsort(-row, kind="stable")[keep:]] = 0
    return rows(table)


def build():
    """All tables, by name: dict of name -> (words, matrix)."""
    targets = set(lists.CORE) | set(lists.SUM)
    words, counts = vocabulary(targets)
    index = {w: i for i, w in enumerate(words)}
    after, gloss = follows(words, targets), explains(words, targets)
    frequency = np.array([counts[w] + 20.0 for w in words])
    step = sparse.diags(1 / frequency**0.75)

    def pick(matrix, chosen):
        at = [index[w] for w in chosen]
        return matrix[at][:, at].toarray()

    def third(first, chosen):
        """Row word, then any content word after it (or in its gloss), then the column word after that."""
        at = [index[w] for w in chosen]
        return (first[at] @ step @ after[:, at]).toarray()

    def weighted(matrix, chosen, power=0.6):
        column = np.array([frequency[index[w]] for w in chosen]) ** power
        return matrix / column * np.median(column)

    related = after + 2 * gloss
    tables = {}
    for name, first in (("core", related), ("core-after", after), ("core-gloss", 3 * gloss)):
        c = lists.CORE
        tables[name] = c, smoothed(weighted(pick(first, c), c), weighted(third(first, c), c), KEEP["core"])
    for topic, c in lists.TOPICS.items():
        direct, through = weighted(pick(related, c), c), weighted(third(related, c), c)
        tables[topic] = c, smoothed(direct, through, KEEP["topic"])
    c = lists.SUM
    spelling = 3 * rows(chains(c)) + 2 * rows(beginnings(c)) + rows(weighted(third(related, c), c))
    tables["sum"] = c, smoothed(10 * spelling, weighted(pick(related, c), c), KEEP["sum"])
    return tables


def main():
    tables = build()
    report = {}
    for name, (words, table) in tables.items():
        counts, _ = balance.walk(table)
        report[name] = {**balance.describe(table), "walkOf5000": balance.richness(counts)}
        print(name, report[name], flush=True)
        for i in (0, 7, 20, 33):
            best = np.argsort(-table[i])[:10]
            print(
                "  ",
                words[i],
                "->",
                " ".join(f"{words[j]}:{table[i, j]:.2f}" for j in best if table[i, j] > 0),
            )
    path = sources.WORK / "tables.npz"
    np.savez_compressed(path, **{name: table for name, (_, table) in tables.items()})
    (sources.WORK / "tables-balance.json").write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
