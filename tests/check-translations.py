#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every translation is well formed and says all that the program says today.

usage: check-translations.py SOURCE_ROOT
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

KEYWORDS = ["_", "N_", "C_:1c,2", "ngettext:1,2", "g_dngettext:2,3"]


def lines_of(path):
    return [line.strip() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]


def run(*command, root):
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})


def count(statistics):
    """Of "451 translated messages, 3 fuzzy translations." what is not translated."""
    return sum(int(number) for number in re.findall(r"(\d+) (?:fuzzy|untranslated)", statistics))


def main(root):
    bad = 0
    sources = lines_of(root / "po" / "POTFILES")
    for path in sorted((root / "src").rglob("*")):
        name = str(path.relative_to(root))
        translatable = path.suffix == ".ui" and 'translatable="yes"' in path.read_text()
        translatable |= path.suffix == ".c" and re.search(r"\b(_|N_|C_|ngettext|g_dngettext) \(", path.read_text()) is not None
        if translatable and name not in sources:
            print(f"{name}: has sentences for people, but is not in po/POTFILES")
            bad += 1
    with tempfile.TemporaryDirectory() as folder:
        template = f"{folder}/missiva.pot"
        run("xgettext", "--from-code=UTF-8", *(f"-k{keyword}" for keyword in KEYWORDS), "-o", template, *sources, root=root)
        for language in lines_of(root / "po" / "LINGUAS"):
            merged = f"{folder}/{language}.po"
            run("msgmerge", "-q", "-o", merged, f"po/{language}.po", template, root=root)
            run("msgfmt", "--check", "-o", "/dev/null", f"po/{language}.po", root=root)
            statistics = run("msgfmt", "--check", "--statistics", "-o", "/dev/null", merged, root=root).stderr
            if count(statistics) > 0:
                print(f"po/{language}.po: {statistics.strip()}")
                print(run("msgattrib", "--untranslated", merged, root=root).stdout)
                print(run("msgattrib", "--only-fuzzy", merged, root=root).stdout)
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    try:
        sys.exit(main(pathlib.Path(sys.argv[1])))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(error.cmd)}\n{error.stderr}")
