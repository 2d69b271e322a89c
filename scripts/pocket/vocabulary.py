"""The tokenizer: 1536 Unigram pieces without byte tokens, the same in `tokenizers` and in llama.cpp's t5.

Ids: <unk> 0, <s> 1 (never used), </s> 2. No pre-tokenizer; the normaliser writes a space as U+2581. Pieces
are letters only, so digits and punctuation never merge. Every core word and every word of a prompt is
one piece.
"""

import json
import math
import re
from collections import Counter

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

import documents
import lists
import sources

SIZE = 1536
FLOOR = -7.0  # log-probability a whole word has at least, so that no split of it is likelier
COMMON = 520  # commonest words of the documents that are one piece (the trainer alone leaves out many)
SPACE = "\u2581"
SPECIAL = ["<unk>", "<s>", "</s>"]
PATH = sources.WORK / "tokenizer.json"


def learn(texts, size):
    """Pieces with log-probabilities, learnt by the Unigram trainer from runs of letters."""
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.Replace(" ", SPACE)
    t.pre_tokenizer = pre_tokenizers.Split(Regex(SPACE + r"?[A-Za-z]+|.|\n"), behavior="isolated")
    trainer = trainers.UnigramTrainer(
        vocab_size=size, unk_token="<unk>", special_tokens=SPECIAL, max_piece_length=12, show_progress=False
    )
    t.train_from_iterator(texts, trainer)
    learnt = json.loads(t.to_str())["model"]["vocab"]
    return {p: s for p, s in learnt if p not in SPECIAL and re.fullmatch(SPACE + "?[A-Za-z]*", p) and p}


def build(texts):
    """The tokenizer over the given documents and the questions."""
    questions = [f"{q[1]} {word}" for q in lists.questions() for word in q[3][:3]]
    pieces = learn(texts + questions, SIZE - 100)
    runs = Counter()
    for text in texts:
        runs.update(re.findall(SPACE + "?[A-Za-z]+", text.replace(" ", SPACE)))
    total = sum(runs.values())
    asked = {
        run
        for q in questions
        for run in re.findall(SPACE + "?[A-Za-z]+", q.split("\n")[0].replace(" ", SPACE))
    }
    whole = {SPACE + w for w in lists.CORE + lists.SUM} | asked
    bad = documents.harmful()
    pieces = {p: s for p, s in pieces.items() if p.strip(SPACE).lower() not in bad or len(p) < 4}
    lowest = min(pieces.values())
    frequent = [p for p, _ in runs.most_common() if p.startswith(SPACE) and len(p) > 2 and p not in whole]
    whole.update(frequent[:COMMON])
    forced = {p: max(math.log(max(runs[p], 1) / total), FLOOR) for p in whole}
    characters = [SPACE, "\n"] + [chr(c) for c in range(33, 127)]
    forced.update({c: lowest - 1 - 0.01 * i for i, c in enumerate(characters) if c not in pieces})
    forced.update({c: pieces[c] for c in characters if c in pieces})
    rest = sorted((p for p in pieces if p not in forced), key=lambda p: -pieces[p])
    pieces.update(forced)
    chosen = list(forced) + rest[: SIZE - len(SPECIAL) - len(forced)]
    chosen.sort(key=lambda p: (-pieces[p], p))
    # a hair between scores: two splits of a word never tie, so both implementations choose alike
    vocabulary = [(p, 0.0) for p in SPECIAL] + [
        (p, round(pieces[p] - 1e-5 * i, 6)) for i, p in enumerate(chosen)
    ]
    assert len(dict(vocabulary)) == SIZE
    t = Tokenizer(models.Unigram(vocabulary, unk_id=0, byte_fallback=False))
    t.normalizer = normalizers.Replace(" ", SPACE)
    t.decoder = decoders.Replace(SPACE, " ")
    t.add_special_tokens(SPECIAL)
    for w in lists.CORE + lists.SUM:
        assert len(t.encode(" " + w).ids) == 1, w
    for question in lists.questions():
        assert 0 not in t.encode(question[1]).ids
    return t


def load():
    """The tokenizer that was built."""
    return Tokenizer.from_file(str(PATH))


if __name__ == "__main__":
    texts = (sources.WORK / "documents.txt").read_text(encoding="utf-8").split("\n")
    t = build(texts)
    t.save(str(PATH))
    for text in (
        lists.WALK_CORE.format(state="bread"),
        lists.WORD_SUM.format(state="buzzy"),
        texts[0],
        "caf\u00e9 12.5 \u65e5\u672c",
    ):
        print(t.encode(text).tokens)
    print(
        "tokens a word",
        sum(len(e.ids) for e in t.encode_batch(texts[:3000])) / sum(len(d.split()) for d in texts[:3000]),
    )
    print("question tokens", [len(t.encode(q[1]).ids) for q in list(lists.questions())[::97]])
