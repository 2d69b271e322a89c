"""The committed word lists and the prompts of the agents, for training and for measuring."""

import json
from pathlib import Path

HERE = Path(__file__).parent
_topics = json.loads((HERE / "words" / "topics.json").read_text(encoding="utf-8"))
TOPICS = {name: words.split() for name, words in _topics["topics"].items()}
DEFAULT = _topics["default"]
CORE = [word for words in TOPICS.values() for word in words]
SUM = (HERE / "words" / "sum100.txt").read_text(encoding="utf-8").split()

WALK_CORE = "Q: Name one word related to {state}.\nA:"
WALK_TOPIC = "Q: Name one {topic} word related to {state}.\nA:"
WORD_SUM = "Q: The letters of {state} add to 100. Give another word that adds to 100.\nA:"
# Other wordings, each answered from a relation of its own: augmentation, and a comparison for users.
AFTER_CORE = "Q: Which word often comes soon after {state}?\nA:"
GLOSS_CORE = "Q: Which word helps to explain {state}?\nA:"
SUM_SHORT = "Q: {state} scores 100. What else scores 100?\nA:"


def questions():
    """Every question of the training set: (table, prompt, row, words, whether an agent asks it)."""
    asked = [("core", WALK_CORE, CORE, True), ("core-after", AFTER_CORE, CORE, False)]
    asked += [
        ("core-gloss", GLOSS_CORE, CORE, False),
        ("sum", WORD_SUM, SUM, True),
        ("sum", SUM_SHORT, SUM, False),
    ]
    asked += [(topic, WALK_TOPIC.replace("{topic}", topic), words, True) for topic, words in TOPICS.items()]
    for table, template, words, main in asked:
        for row, word in enumerate(words):
            yield table, template.format(state=word), row, words, main


def letters(word):
    """Sum of the letters, A = 1 to Z = 26."""
    return sum(ord(c) - 96 for c in word)


assert len(set(CORE)) == len(CORE), "a core word stands in two topics"
assert len(set(SUM)) == len(SUM) and all(letters(w) == 100 for w in SUM), "a word does not add to 100"
