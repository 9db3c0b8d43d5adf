#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the walls between the rooms, the length of functions and files, and the calls that this house does without."""

import pathlib
import re
import subprocess
import sys

MAX_FUNCTION = 72
MAX_FILE = 1000
MAX_LINE = 132

ROOMS = {
    "core": set(),
    "net": {"core"},
    "imap": {"net", "core"},
    "pop3": {"net", "core"},
    "smtp": {"net", "core"},
    "mime": {"core"},
    "store": {"core"},
    "discovery": {"net", "core"},
    "sync": {"imap", "pop3", "smtp", "mime", "store", "net", "core"},
    "model": {"sync", "store", "mime", "discovery", "core"},
    "ui": {"model", "core"},
    "cli": {"model", "sync", "store", "mime", "discovery", "core"},
}
# Parsers and their kin do no I/O: core only.
PURE = re.compile(
    r"^src/(imap|pop3|smtp)/[a-z0-9-]+-"
    r"(reply|framer|parser|writer|machine|utf7|types|response|date|cursor|structure|fetch|grammar|codes|data|capabilities)\.[ch]$"
)
LIBRARIES = {
    "gtk": ({"ui"}, re.compile(r"<(gtk|gdk|handy|libhandy|webkit2)\b")),
    "sqlite": ({"store"}, re.compile(r"<sqlite3")),
    "gmime": ({"mime"}, re.compile(r"<gmime")),
    "gnutls": ({"net", "store"}, re.compile(r"<gnutls")),
    "zlib": ({"net"}, re.compile(r"<zlib")),
    "libsoup": ({"discovery"}, re.compile(r"<libsoup")),
    "libsecret": ({"model"}, re.compile(r"<libsecret")),
}
BANNED = {
    r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|system|popen|alloca|tmpnam|mktemp)\s*\(": "unsafe or vague call",
    r"\bgoto\b": "goto: use g_autoptr and return early",
    r"\bgtk_(dialog_run|main_iteration\w*|main)\s*\(": "nested main loop",
    r"\bg_main_context_iteration\s*\(": "nested main loop",
    r"\bg_print(err)?\s*\(": "only the command line prints",
    r"#\s*if\s+0\b": "dead code",
    r"\bfprintf\s*\(\s*std": "only the command line prints",
}
PRINTERS = {"cli", "main.c"}
TEST_BANNED = {r"\b(g_usleep|usleep|sleep|nanosleep)\s*\(": "a test waits for an event, never for time"}
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def strip_comments(text):
    keep_lines = lambda m: re.sub(r"[^\n]", " ", m.group(0))
    text = re.sub(r"/\*.*?\*/", keep_lines, text, flags=re.S)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)


def functions(lines):
    """Pairs (first line, length) of GNU-style bodies: a brace in column 0 up to the next closing one."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{" and number > 1 and not re.match(r"^(typedef|struct|enum|union)\b", lines[number - 2]):
            start = number
        elif line.startswith("}") and start is not None:
            if line == "}":
                yield start, number - start - 1
            start = None


def check_includes(path, room, text, say):
    for kind, name in INCLUDE.findall(text):
        first = name.split("/")[0]
        if kind == '"' and room in ROOMS:
            if "/" not in name:
                if not name.endswith("-resources.h"):
                    say(path, 0, f'#include "{name}": write it from src/')
                continue
            allowed = ROOMS[room] | {room}
            if PURE.match(path):
                allowed = {room, "core"}
            if first not in allowed:
                say(path, 0, f"{room}/ may not include {name}")
            if first == room and PURE.match(path) and not PURE.match(f"src/{name}"):
                say(path, 0, f"{path} does no I/O and may not include {name}")
    for library, (rooms, pattern) in LIBRARIES.items():
        if room in ROOMS and room not in rooms and re.search(r"#\s*include\s+" + pattern.pattern, text):
            say(path, 0, f"{room}/ may not use {library}")


def check_file(root, path, say):
    raw = (root / path).read_text(encoding="utf-8")
    lines = raw.split("\n")
    code = strip_comments(raw)
    parts = path.split("/")
    room = parts[1] if parts[0] == "src" else None
    if "SPDX-License-Identifier: GPL-3.0-or-later" not in lines[0]:
        say(path, 1, "the first line says the licence")
    if len(lines) > MAX_FILE:
        say(path, 0, f"{len(lines)} lines; a file has at most {MAX_FILE}")
    if path.endswith(".h") and "#pragma once" not in raw:
        say(path, 0, "no #pragma once")
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            say(path, number, f"{len(line)} characters; a line has at most {MAX_LINE}")
        if "\t" in line or line != line.rstrip():
            say(path, number, "tab or trailing blank")
    limit = MAX_FUNCTION if parts[0] == "src" else 2 * MAX_FUNCTION
    for start, length in functions(code.split("\n")):
        if length > limit:
            say(path, start, f"a function of {length} lines; {limit} at most")
    if room is not None:
        check_includes(path, room, raw, say)
    for pattern, why in BANNED.items():
        if "print" in why and (room in PRINTERS or parts[0] != "src"):
            continue
        for match in re.finditer(pattern, code):
            say(path, code.count("\n", 0, match.start()) + 1, f"{match.group(0).strip()}: {why}")
    if parts[0] == "tests" and parts[1] != "bench":
        for pattern, why in TEST_BANNED.items():
            for match in re.finditer(pattern, code):
                say(path, code.count("\n", 0, match.start()) + 1, why)


def check_setup(root, say):
    """Who only runs Missiva has no tools of the tests: setting the build up may ask for none (a test asks env for them)."""
    for path in sorted(root.glob("tests/**/meson.build")):
        for name in re.findall(r"find_program\('([^']+)'", path.read_text(encoding="utf-8")):
            if not name.endswith("python3"):
                say(str(path.relative_to(root)), 0, f"find_program('{name}'): the build is set up without the tools of tests")


def tracked(root):
    """C files that git knows, or all of them where there is no git (a release archive)."""
    try:
        out = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "src", "tests"],
                             capture_output=True, text=True, check=True).stdout
        names = out.splitlines()
    except (OSError, subprocess.CalledProcessError):
        names = [str(p.relative_to(root)) for d in ("src", "tests") for p in (root / d).rglob("*")]
    return sorted({n for n in names if n.endswith((".c", ".h")) and (root / n).is_file()})


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    faults = []
    say = lambda path, number, why: faults.append(f"{path}:{number}: {why}")
    files = tracked(root)
    for path in files:
        check_file(root, path, say)
    check_setup(root, say)
    for fault in faults:
        print(fault)
    print(f"{len(files)} files, {len(faults)} faults")
    return 1 if faults or not files else 0


if __name__ == "__main__":
    sys.exit(main())
