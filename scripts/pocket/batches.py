"""Seeded training batches: questions with a table's row as the soft target of the answer, and running text.

The answer token's loss is the cross-entropy with the whole row instead of with one drawn answer: the same
objective in expectation, without the noise of drawing.
"""

import numpy as np
import torch

import lists
import sources
import vocabulary

ROW = 96  # tokens in a training row; documents are packed and do not see each other
END = 2
PROMPT, TEXT, STOP, ANSWER = 0.03, 0.5, 0.3, 1.0  # weights of the loss
MAIN = 2  # the agents' own wordings come this many times as often as the others


class Questions:
    """Prompts as ids, and the answers' distribution over the vocabulary."""

    def __init__(self, tokenizer):
        tables = np.load(sources.WORK / "tables.npz")
        self.prompts, self.main, soft = [], [], []
        for table, prompt, position, words, main in lists.questions():
            row = np.zeros(vocabulary.SIZE, dtype=np.float32)
            for word, p in zip(words, tables[table][position], strict=True):
                row[tokenizer.encode(" " + word).ids[0]] += p
            self.prompts.append(tokenizer.encode(prompt).ids)
            self.main.append(main)
            soft.append(row)
        self.soft = torch.from_numpy(np.array(soft))
        self.cumulative = np.cumsum(np.array(soft, dtype=np.float64), axis=1)


def texts(tokenizer):
    """Token ids of the documents: (training, held out)."""
    lines = (sources.WORK / "documents.txt").read_text(encoding="utf-8").split("\n")
    ids = [e.ids[: ROW - 1] + [END] for e in tokenizer.encode_batch(lines)]
    return [d for i, d in enumerate(ids) if i % 50], ids[::50]


class Batches:
    """An endless seeded stream of packed rows."""

    def __init__(self, tokenizer, rows, share, seed):
        self.questions, self.rows, self.share = Questions(tokenizer), rows, share
        self.documents, self.held = texts(tokenizer)
        self.rng = np.random.default_rng(seed)
        self.causal = torch.ones(ROW - 1, ROW - 1, dtype=torch.bool).tril()
        self.asked, self.read, self._pending = 0, 0, None
        self._question, self._text = self._cycle(self._order()), self._cycle(range(len(self.documents)))

    def _order(self):
        return [i for i, main in enumerate(self.questions.main) for _ in range(MAIN if main else 1)]

    def _cycle(self, items):
        items = list(items)
        while True:
            for i in self.rng.permutation(len(items)):
                yield items[i]

    def _document(self):
        """(ids, weights, question or -1): a question with an answer drawn from its row, or running text."""
        if self.asked <= self.share * (self.asked + self.read):
            q = next(self._question)
            answer = int(
                np.searchsorted(
                    self.questions.cumulative[q],
                    self.rng.random() * self.questions.cumulative[q, -1],
                    side="right",
                )
            )
            prompt = self.questions.prompts[q]
            self.asked += len(prompt) + 2
            return prompt + [answer, END], [0.0] + [PROMPT] * (len(prompt) - 1) + [ANSWER, STOP], q
        ids = self.documents[next(self._text)]
        self.read += len(ids)
        return ids, [0.0] + [TEXT] * (len(ids) - 1), -1

    def next(self):
        """ids, weights of the targets, attention mask, and where and with which rows the answers stand."""
        ids = np.full((self.rows, ROW), END, dtype=np.int64)
        weight = np.zeros((self.rows, ROW), dtype=np.float32)
        part = np.full((self.rows, ROW), -1, dtype=np.int64)
        at, rows = [], []
        for r in range(self.rows):
            used = n = 0
            while True:
                d, w, q = self._pending or self._document()
                self._pending = None
                if used + len(d) > ROW:
                    self._pending = (d, w, q)
                    break
                (
                    ids[r, used : used + len(d)],
                    weight[r, used : used + len(d)],
                    part[r, used : used + len(d)],
                ) = d, w, n
                if q >= 0:
                    at.append(r * (ROW - 1) + used + len(d) - 3)  # the position that predicts the answer
                    rows.append(q)
                used, n = used + len(d), n + 1
        part = torch.from_numpy(part)
        mask = ((part[:, :, None] == part[:, None, :])[:, :-1, :-1] & self.causal)[:, None]
        return (
            torch.from_numpy(ids),
            torch.from_numpy(weight[:, 1:]),
            mask,
            torch.tensor(at),
            self.questions.soft[rows],
        )
