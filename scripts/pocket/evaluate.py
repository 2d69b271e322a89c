"""Measure the model: attempts of every agent, the count graphs they leave, exact kernels against the tables.

Attempts are drawn token by token from the model's own distribution at temperature 1; the source is drawn
uniformly from the states seen so far, starting from the topic's first word (BUZZY for word-sum).
"""

import argparse
import json

import numpy as np
import torch

import agents
import balance
import lists
import sources
import vocabulary
from model import load

LONGEST = 8  # tokens of an answer


class Sampler:
    """Draws answers; distributions are kept, because the same prefixes come again and again."""

    def __init__(self, model, tokenizer, rng):
        self.model, self.tokenizer, self.rng, self.kept = model, tokenizer, rng, {}

    def answer(self, prompt):
        ids = self.tokenizer.encode(prompt).ids
        said = []
        for _ in range(LONGEST):
            key = (prompt, *said)
            if key not in self.kept:
                self.kept[key] = np.cumsum(agents.next_probabilities(self.model, [ids + said])[0])
            token = int(np.searchsorted(self.kept[key], self.rng.random() * self.kept[key][-1], side="right"))
            if token == agents.END:
                break
            said.append(token)
        return self.tokenizer.decode(said, skip_special_tokens=False).strip()


def valid(name, state, answer, dictionary):
    """The page's rule: a listed word of the topic, or letters that add to 100; and not the state itself."""
    if answer == state or not answer.isascii() or not answer.isalpha() or not answer.islower():
        return False
    if name == "word-sum":
        return lists.letters(answer) == 100
    return answer in dictionary


def walk(sampler, name, attempts):
    """Counts over the states seen, valid share, samples of answers and the commonest invalid ones."""
    known, seen = set(agents.states(name)), [agents.states(name)[0]]
    counts, invalid, samples, good = {}, {}, [], 0
    for k in range(attempts):
        state = seen[int(sampler.rng.integers(len(seen)))]
        answer = sampler.answer(agents.prompt(name, state))
        ok = valid(name, state, answer, known)
        if k < 20:
            samples.append([state, answer, ok])
        if not ok:
            invalid[answer] = invalid.get(answer, 0) + 1
            continue
        good += 1
        counts[state, answer] = counts.get((state, answer), 0) + 1
        if answer not in seen:
            seen.append(answer)
    index = {w: i for i, w in enumerate(seen)}
    matrix = np.zeros((len(seen), len(seen)), dtype=int)
    for (a, b), n in counts.items():
        matrix[index[a], index[b]] = n
    worst = sorted(invalid.items(), key=lambda x: -x[1])[:8]
    unlisted = sorted(set(seen) - known)
    return matrix, {
        "validShare": good / attempts,
        "commonInvalid": worst,
        "unlistedStates": unlisted,
        "samples": samples,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    torch.set_num_threads(1)
    model, checkpoint = load()
    tokenizer = vocabulary.load()
    tables = np.load(sources.WORK / "tables.npz")
    report = {
        "attempts": a.attempts,
        "seed": a.seed,
        "step": checkpoint.get("training", {}).get("step"),
        "agents": {},
    }
    for name in agents.names():
        sampler = Sampler(model, tokenizer, np.random.default_rng(a.seed))
        matrix, result = walk(sampler, name, a.attempts)
        kernel = agents.kernel(model, tokenizer, name)
        table = tables["sum" if name == "word-sum" else name.split("/")[1]]
        safe = np.where(table > 0, table, 1)
        gap = (np.where(table > 0, table * np.log(safe / np.maximum(kernel, 1e-12)), 0)).sum(1)
        result.update(balance.richness(matrix))
        result["listedMass"] = float((kernel.sum(1) - np.diag(kernel)).mean())
        result["klFromTableNats"] = float(gap.mean())
        result["balance"] = balance.describe(kernel)
        report["agents"][name] = result
        brief = {k: v for k, v in result.items() if k not in ("samples", "commonInvalid", "balance")}
        print(name, brief, result["balance"], result["commonInvalid"][:4], flush=True)
    (sources.WORK / "evaluation.json").write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
