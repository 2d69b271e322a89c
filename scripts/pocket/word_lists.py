"""Write the topics of word-walk where the page's agents import them."""

import json

import lists
import sources

OUT = sources.ROOT / "src" / "agents" / "word-lists.json"

if __name__ == "__main__":
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(
        json.dumps({"topics": lists.TOPICS, "default": lists.DEFAULT}, indent=2) + "\n", encoding="utf-8"
    )
    print(OUT.relative_to(sources.ROOT), {t: len(w) for t, w in lists.TOPICS.items()})
