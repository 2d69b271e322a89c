"""Fixtures for the tests: the framework's distributions for 50 prompts, tokenizations of 200 strings."""

import json
import random

import numpy as np
import torch

import agents
import lists
import sources
import vocabulary
from model import load

OUT = sources.ROOT / "test" / "fixtures" / "pocket"
ODD = list("éüßñçøåÆ€£–—“”’…中文日本語한국עבריתالعربيةрусский🙂🚀\u00a0\u200b\u0301\t\r\ufeff\u2581")
OTHERS = [
    "The people of the United States",
    "ocean: a large body of",
    "We must",
    "Once upon a time",
    "Q: Name",
    "Q: Name one word related to caf\u00e9 \u65e5\u672c.\nA:",
    "\u00e9t\u00e9 \U0001f642 water",
    "12.5 and 7",
    "  two  spaces ",
]


def prompts():
    """41 questions over all agents, then running text and non-ASCII text."""
    rng = random.Random(5)
    found = []
    for name in agents.names():
        words = agents.states(name)
        found += [agents.prompt(name, w) for w in rng.sample(words, 6)]
    found += [
        lists.AFTER_CORE.format(state="river"),
        lists.GLOSS_CORE.format(state="bread"),
        lists.SUM_SHORT.format(state="buzzy"),
    ]
    found.append(agents.prompt("word-sum", "buzzy"))
    found.append(agents.prompt("word-walk/core", "zebra"))
    return found + OTHERS


def strings():
    """200 seeded random strings: letters, ASCII, white space, text of many scripts."""
    rng = random.Random(9)
    lines = (sources.WORK / "documents.txt").read_text(encoding="utf-8").split("\n")
    ascii_, letters = [chr(c) for c in range(32, 127)], list("abcdefghijklmnopqrstuvwxyzABCDEQ ")
    made = ["", " ", "  ", "\n", "\u2581", "caf\u00e9", "\U0001f642\U0001f642"]
    while len(made) < 200:
        kind = len(made) % 5
        if kind == 0:
            text = "".join(rng.choices(ascii_, k=rng.randint(1, 60)))
        elif kind == 1:
            gap = " " * rng.choice([1, 1, 2, 3])
            text = (
                " " * rng.randint(0, 3)
                + rng.choice(lines).replace(" ", gap)
                + rng.choice(["", " ", "\n", "  \n\n"])
            )
        elif kind == 2:
            text = "".join(rng.choices(ascii_ + ODD, k=rng.randint(1, 40)))
        elif kind == 3:
            text = "".join(rng.choices(letters, k=rng.randint(1, 80)))
        else:
            text = (
                rng.choice(lines)[: rng.randint(1, 60)]
                + "".join(rng.choices(ODD, k=rng.randint(0, 5)))
                + rng.choice(lines)
            )
        if not any(s in text for s in vocabulary.SPECIAL):
            made.append(text)
    return made


def main():
    torch.set_num_threads(1)
    model, checkpoint = load()
    tokenizer = vocabulary.load()
    OUT.mkdir(parents=True, exist_ok=True)
    asked = prompts()
    assert len(asked) == 50, len(asked)
    ids = [tokenizer.encode(p).ids for p in asked]
    values = agents.next_probabilities(model, ids)
    (OUT / "distributions.f32").write_bytes(values.astype("<f4").tobytes())
    head = {
        "about": "next-token probabilities at temperature 1 by the training framework (float32 model, "
        "float64 softmax), row by row in distributions.f32 (little-endian float32)",
        "vocabulary": model.config["V"],
        "step": checkpoint.get("training", {}).get("step"),
        "prompts": [{"text": p, "ids": i} for p, i in zip(asked, ids, strict=True)],
    }
    dump(OUT / "distributions.json", head)
    dump(OUT / "tokenizer.json", [{"text": s, "ids": tokenizer.encode(s).ids} for s in strings()])
    print("50 distributions, sums", float(np.abs(values.sum(1) - 1).max()))


def dump(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
