#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says again, in short, what failed in the last `meson test` of a build folder, so that the end of a long log tells it: recap.py FOLDER"""

import json
import pathlib
import re
import sys

LAST_LINES = 25
REPORT_LINES = 12  # of a sanitizer or of Python
WIDTH = 300
FAULT = re.compile(r"^not ok|^Bail out!|\bERROR\b")
REPORT = re.compile(r"ERROR: \w+Sanitizer|runtime error:|Traceback")
NOISE = re.compile(r"^# (GLib|GLib-GIO|GLib-Net|dconf)-DEBUG:|^dbus-daemon|DeprecationWarning|^\s*$")


def told(lines):
    for line in lines:
        print(f"  {line[:WIDTH]}")


def recap(folder, test):
    lines = [line for part in ("stdout", "stderr") for line in test.get(part, "").splitlines() if not NOISE.search(line)]
    passed = [line for line in lines if line.startswith("ok ")]
    plan = next((line for line in lines if re.match(r"1\.\.\d+$", line)), "1..?")
    print(f"== {folder}: {test['name']}: {test['result']}, status {test['returncode']}, {test['duration'] or 0:.0f} s, "
          f"{len(passed)} of {plan[3:]} cases passed, the last of them: {passed[-1] if passed else 'none'}")
    end = max(0, len(lines) - LAST_LINES)
    for number, line in enumerate(lines[:end]):
        if REPORT.search(line):
            told(lines[number:min(number + REPORT_LINES, end)])
        elif FAULT.search(line):
            told([line])
    told(lines[end:])


def main():
    folder = sys.argv[1]
    log = pathlib.Path(folder, "meson-logs", "testlog.json")
    if not log.exists():
        print(f"== {folder}: no test was run")
        return
    for line in log.read_text(encoding="utf-8", errors="replace").split("\n"):
        test = json.loads(line) if line else None
        if test and test["result"] not in ("OK", "SKIP", "EXPECTEDFAIL"):
            recap(folder, test)


main()
