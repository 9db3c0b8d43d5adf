#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`missiva --render`: the picture is written, and opening a message tells nobody."""

import os
import re
import subprocess
import sys

from missiva_window import BUILD, Failure, Listener, PROGRAM, SOURCE, run, sandbox_environment

HOSTILE = """From: News <news@example.org>
To: reader@example.com
Subject: A newsletter
Date: Fri, 20 Nov 2026 08:05:00 +0000
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head><base href="http://127.0.0.1:PORT/"><link rel="stylesheet" href="http://127.0.0.1:PORT/style.css">
<link rel="preload" as="image" href="http://127.0.0.1:PORT/preload.png"><link rel="preconnect" href="http://127.0.0.1:PORT/">
<meta http-equiv="refresh" content="0; url=http://127.0.0.1:PORT/refresh">
<style>@import url(http://127.0.0.1:PORT/import.css); body { background: url(http://127.0.0.1:PORT/back.png) }</style></head>
<body background="http://127.0.0.1:PORT/body.png" onload="fetch('http://127.0.0.1:PORT/onload')">
<h1>Hello</h1><img src="http://127.0.0.1:PORT/pixel.png"><img srcset="http://127.0.0.1:PORT/set.png 2x">
<iframe src="http://127.0.0.1:PORT/frame"></iframe><object data="http://127.0.0.1:PORT/object"></object>
<video poster="http://127.0.0.1:PORT/poster.png" src="http://127.0.0.1:PORT/video" autoplay></video>
<svg><image href="http://127.0.0.1:PORT/svg.png"/></svg>
<script>new Image().src = "http://127.0.0.1:PORT/script.png"</script></body></html>
"""

PLAIN = """From: Somebody <somebody@example.org>
Subject: Words
Date: Fri, 20 Nov 2026 08:05:00 +0000

Only words.
"""


FIND_ICONS = """
import sys
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
theme = Gtk.IconTheme()
theme.set_search_path([sys.argv[1], "/usr/share/icons"])
print(" ".join(name for name in sys.argv[2:] if not theme.has_icon(name)))
"""


def render(place, message, *more):
    picture = place.folder / "picture.png"
    result = subprocess.run([str(PROGRAM), "--home", str(place.home), "--render", str(message), "--screenshot", str(picture), *more],
                            env=dict(place.environment, **sandbox_environment()), capture_output=True, text=True, timeout=90)
    return result, picture


def must_be_picture(result, picture):
    if result.returncode != 0:
        raise Failure(f"status {result.returncode}: {result.stderr}")
    if not picture.read_bytes().startswith(b"\x89PNG"):
        raise Failure("no picture was written")


def test_writes_a_picture_of_plain_text(place):
    must_be_picture(*render(place, place.file("plain.eml", PLAIN)))


def test_long_text_does_not_widen_the_window(place):
    wide = PLAIN + "\n".join("words and more words " * 40 for _ in range(200))
    must_be_picture(*render(place, place.file("wide.eml", wide)))
    width = int.from_bytes((place.folder / "picture.png").read_bytes()[16:20], "big")
    if not 900 <= width <= 960:
        raise Failure(f"the window is {width} wide")


def test_a_file_without_a_picture_is_wrong_use(place):
    result = subprocess.run([str(PROGRAM), "--home", str(place.home), "--render", str(place.file("plain.eml", PLAIN))],
                            env=place.environment, capture_output=True, text=True, timeout=30)
    if result.returncode != 2 or "--screenshot PNG" not in result.stderr:
        raise Failure(f"status {result.returncode}: {result.stderr}")


def test_makes_no_connection_for_a_hostile_message(place):
    listener = Listener()
    must_be_picture(*render(place, place.file("hostile.eml", HOSTILE.replace("PORT", str(listener.port)))))
    listener.close()
    if listener.requests:
        raise Failure(f"it went out: {listener.requests}")


def test_loads_images_and_nothing_else_when_it_is_allowed(place):
    listener = Listener()
    must_be_picture(*render(place, place.file("hostile.eml", HOSTILE.replace("PORT", str(listener.port))), "--allow-remote"))
    listener.close()
    asked = {request.split(" ")[1] for request in listener.requests if " " in request}
    if "/pixel.png" not in asked:
        raise Failure("the image was not asked for")
    forbidden = asked & {"/style.css", "/refresh", "/import.css", "/onload", "/frame", "/object", "/video", "/script.png"}
    if forbidden:
        raise Failure(f"more than images: {sorted(forbidden)}")


def test_fails_with_a_sentence_when_the_file_is_not_there(place):
    result, picture = render(place, place.folder / "nowhere.eml")
    if result.returncode != 1 or picture.exists() or "nowhere.eml" not in result.stderr:
        raise Failure(f"status {result.returncode}: {result.stderr}")


def test_refuses_half_of_the_options(place):
    result = subprocess.run([str(PROGRAM), "--home", str(place.home), "--render", "x.eml"], env=place.environment,
                            capture_output=True, text=True, timeout=60)
    if result.returncode == 0:
        raise Failure("it was accepted")


def test_finds_every_icon_once_it_is_installed(place):
    subprocess.run(["meson", "install", "-C", str(BUILD), "--no-rebuild", "--destdir", str(place.folder)], check=True,
                   stdout=subprocess.DEVNULL)
    icons = next(place.folder.glob("**/share/icons"))
    names = {"org.missiva.Missiva", *(file.stem for file in icons.rglob("*.svg"))}
    for file in (SOURCE / "src").rglob("*.*"):
        if file.suffix in (".c", ".ui"):
            names.update(re.findall(r"[\w-]+-symbolic\b", file.read_text()))
    names -= {file.stem for file in (SOURCE / "data" / "illustrations").iterdir()}  # within the program
    missing = subprocess.run([sys.executable, "-c", FIND_ICONS, str(icons), *sorted(names)], check=True, text=True,
                             stdout=subprocess.PIPE, env=dict(os.environ, NO_AT_BRIDGE="1")).stdout.strip()
    if missing:
        raise Failure(f"not found: {missing}")


run(globals())
