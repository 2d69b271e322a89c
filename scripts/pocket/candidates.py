"""Print what the committed lists were chosen from: words that add to 100, and topic words with counts."""

import documents
import lists
import sources

if __name__ == "__main__":
    counts = documents.word_counts()
    found = [w for w in sources.dictionary() if lists.letters(w) == 100 and w not in documents.harmful()]
    found.sort(key=lambda w: (-counts[w] - 3 * sources.tag_counts()[w], w))
    print(
        len(found), "words add to 100, commonest first; read them before taking one:\n", " ".join(found[:400])
    )
    for topic, words in lists.TOPICS.items():
        print(topic, " ".join(f"{w}:{counts[w]}" for w in words))
