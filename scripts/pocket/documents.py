"""Running text for the language-model part: definitions, examples and sentences in common, harmless words."""

import json
import random
import re
from collections import Counter

import lists
import sources

COMMON = 7000  # a document uses only words among the commonest of the sources
LONGEST = 26  # words


def word_counts():
    """Frequencies in running text, tagged text and glosses."""
    counts = Counter()
    for text in sources.running_texts():
        counts.update(sources.tokens(text))
    for s in sources.synsets().values():
        counts.update(sources.tokens(s.gloss + " " + " ".join(s.examples)))
    return counts


def harmful():
    """Blocked words, with the maintained list of the npm package `naughty-words` (a filter, not shipped)."""
    path = sources.MODULES / "naughty-words" / "en.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    return sources.blocked() | {w for w in listed if re.fullmatch(r"[a-z]+", w)}


def sentence(text):
    """A sentence with a capital and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".!?" else ".")


def candidates():
    """Definitions of tagged or core words, WordNet's examples, sentences of the running texts."""
    core, tagged = set(lists.CORE) | set(lists.SUM), sources.tag_counts()
    for s in sources.synsets().values():
        for lemma in s.lemmas[:2]:
            if "_" not in lemma and (tagged[lemma] > 0 or lemma in core):
                yield f"{lemma}: {s.gloss.split(';')[0].strip()}."
        yield from (sentence(e) for e in s.examples)
    for text in sources.running_texts():
        yield from re.split(r"(?<=[.!?])\s+", text)


def build():
    """Distinct documents in a seeded order."""
    known = {w for w, _ in word_counts().most_common(COMMON)} | set(lists.CORE) | set(lists.SUM)
    known -= harmful()
    kept = {}
    for text in candidates():
        words = sources.tokens(text)
        if (
            4 <= len(words) <= LONGEST
            and text.isascii()
            and not re.search(r"[^A-Za-z0-9 .,;:!?'\"()-]", text)
        ):
            if all(w in known for w in words):
                kept[text] = None
    kept = list(kept)
    random.Random(7).shuffle(kept)
    return kept


if __name__ == "__main__":
    found = build()
    (sources.WORK / "documents.txt").write_text("\n".join(found), encoding="utf-8")
    print(len(found), "documents,", sum(len(d.split()) for d in found), "words")
    print("\n".join(found[:15]))
