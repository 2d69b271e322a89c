"""The agents as the page asks them, and exact one-step kernels read off the model's distributions."""

import numpy as np
import torch

import lists

END = 2
BATCH = 64


def names():
    """Agents that are measured: the walk on each topic and on the whole core, and the word sum."""
    return [f"word-walk/{topic}" for topic in lists.TOPICS] + ["word-walk/core", "word-sum"]


def states(name):
    """Valid answers known in advance (word-sum also takes other words that add to 100)."""
    if name == "word-sum":
        return lists.SUM
    return lists.TOPICS.get(name.split("/")[1], lists.CORE)


def prompt(name, state):
    """The prompt, exactly as the page sends it."""
    if name == "word-sum":
        return lists.WORD_SUM.format(state=state)
    topic = name.split("/")[1]
    if topic == "core":
        return lists.WALK_CORE.format(state=state)
    return lists.WALK_TOPIC.format(topic=topic, state=state)


def next_probabilities(model, sequences):
    """Next-token probabilities for id lists of any lengths: float32 model, float64 softmax."""
    out = np.empty((len(sequences), model.config["V"]))
    order = sorted(range(len(sequences)), key=lambda i: len(sequences[i]))
    with torch.no_grad():
        while order:
            length = len(sequences[order[0]])
            chosen = [i for i in order[:BATCH] if len(sequences[i]) == length]
            order = order[len(chosen) :]
            ids = torch.tensor([sequences[i] for i in chosen])
            hidden = model.hidden(ids)[:, -1]
            logits = torch.nn.functional.linear(hidden, model.emb.weight).double()
            out[chosen] = torch.softmax(logits, -1).numpy()
    return out


def kernel(model, tokenizer, name):
    """One-step probabilities between the agent's states: the answer's token, then the end of the answer."""
    words = states(name)
    token = [tokenizer.encode(" " + w).ids[0] for w in words]
    prompts = [tokenizer.encode(prompt(name, w)).ids for w in words]
    first = next_probabilities(model, prompts)[:, token]
    pairs = [(i, j) for i in range(len(words)) for j in range(len(words)) if first[i, j] > 1e-3]
    ending = next_probabilities(model, [prompts[i] + [token[j]] for i, j in pairs])[:, END]
    out = first.copy()
    for (i, j), p in zip(pairs, ending, strict=True):
        out[i, j] *= p
    return out
