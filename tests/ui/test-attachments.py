#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attachments are saved where the person says, never over a file without a word, and opened with care."""

import pathlib
import threading
import urllib.parse

from missiva_window import Atspi, Failure, Relay, add_account, pump, row, run, text_of, wait_for

LETTER = b"""From: Garden Committee <garden@example.org>
To: reader@example.com
Subject: Three papers
Date: Fri, 20 Nov 2026 08:05:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain

Enclosed.
--x
Content-Type: text/plain
Content-Disposition: attachment; filename="plan.txt"

the plan
--x
Content-Type: text/plain
Content-Disposition: attachment; filename="../plan.txt"

another plan
--x
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="setup.exe"

AAEC/w==
--x--
"""


def show(place):
    window = place.start(place.file("letter.eml", LETTER))
    window.find("push button", "^Save All…$")
    return window


def choose(window, name, item):
    """An item of the menu beside an attachment."""
    window.press("toggle button", f"^More for {name}$")
    window.press(None, item)


def file_name(window, chooser):
    return wait_for("the field of the name", lambda: window.look("text", "^$", within=chooser))


def save_as(window, path):
    chooser = window.find("file chooser", "^Save Attachment$")
    Atspi.EditableText.set_text_contents(file_name(window, chooser).get_editable_text_iface(), str(path))
    window.press("push button", "^Save$", within=chooser)


def save_all(window):
    window.press("push button", "^Save All…$")
    chooser = window.find("file chooser", "^Save All Attachments$")
    # Nothing is selected: the folder that is shown is meant.
    window.press("push button", "^Save Here$", within=chooser)
    window.gone("file chooser", "^Save All Attachments$")


def holds(path, content):
    wait_for(f"{path.name}", lambda: path.exists() and path.read_bytes() == content)


def must_be(folder, expected):
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    if found != expected:
        raise Failure(f"{folder.name} holds {found}")


def test_saves_one_under_the_name_and_place_that_were_chosen(place):
    window = show(place)
    choose(window, "setup.exe", "^Save As…$")
    chooser = window.find("file chooser", "^Save Attachment$")
    wait_for("the name that is proposed", lambda: text_of(file_name(window, chooser)) == "setup.exe")
    save_as(window, place.folder / "my-setup.bin")
    holds(place.folder / "my-setup.bin", b"\0\1\2\xff")
    must_be(place.downloads, {})


def test_writes_nothing_when_the_chooser_is_left(place):
    window = show(place)
    choose(window, "setup.exe", "^Save As…$")
    window.press("push button", "^Cancel$", within=window.find("file chooser", "^Save Attachment$"))
    window.gone("file chooser", "")
    # Only what was asked for in the end is there.
    save_all(window)
    holds(place.downloads / "setup.exe", b"\0\1\2\xff")
    must_be(place.downloads, {"plan.txt": b"the plan", "plan (2).txt": b"another plan", "setup.exe": b"\0\1\2\xff"})


def test_asks_before_it_writes_over_a_file(place):
    window = show(place)
    old = place.downloads / "plan.txt"
    old.write_text("mine")
    choose(window, "plan.txt", "^Save As…$")
    save_as(window, old)
    question = window.find("alert", "")
    window.press("push button", "^Cancel$", within=question)
    window.gone("alert", "")
    assert old.read_text() == "mine"
    window.press("push button", "^Save$")
    window.press("push button", "^Replace$")
    holds(old, b"the plan")


def test_saves_all_beside_what_is_there_already(place):
    window = show(place)
    (place.downloads / "plan.txt").write_text("mine")
    (place.downloads / "setup.exe").symlink_to(place.folder / "elsewhere")
    save_all(window)
    holds(place.downloads / "setup (2).exe", b"\0\1\2\xff")
    (place.downloads / "setup.exe").unlink()
    must_be(place.downloads, {"plan.txt": b"mine", "plan (2).txt": b"the plan", "plan (3).txt": b"another plan",
                         "setup (2).exe": b"\0\1\2\xff"})
    assert not (place.folder / "elsewhere").exists() and not (place.folder / "plan.txt").exists()


def test_says_how_many_were_saved(place):
    window = show(place)
    save_all(window)
    window.text("^3 attachments were saved$")


def test_opens_a_copy_that_cannot_be_changed(place):
    place.openers("text/plain")
    window = show(place)
    window.press("push button", "^Open attachment plan.txt, 8 bytes$")
    asked = wait_for("the program that opens it", place.opened)[0]
    copy = pathlib.Path(urllib.parse.unquote(asked.removeprefix("file://")))
    assert copy.name == "plan.txt" and copy.read_bytes() == b"the plan" and place.home in copy.parents
    assert copy.stat().st_mode & 0o777 == 0o400 and copy.parent.stat().st_mode & 0o777 == 0o700


def test_opens_a_program_only_when_it_is_told_to_twice(place):
    place.openers("application/x-msdownload", "application/x-ms-dos-executable", "application/x-dosexec",
                  "application/octet-stream")
    window = show(place)
    window.press("push button", "^Open attachment setup.exe")
    # Who goes on without reading has said no.
    window.find("push button", "^Open Anyway$")
    window.key("Return")
    window.gone(None, "^This attachment may be a program$")
    window.press("push button", "^Open attachment setup.exe")
    window.press("push button", "^Open Anyway$")
    asked = wait_for("the program that opens it", place.opened)
    assert len(asked) == 1 and asked[0].endswith("/setup.exe")


LONG = b"a long plan\n" * 10000
LONG_LETTER = (LETTER.decode().replace("the plan\n", LONG.decode(), 1).replace("plan.txt", "plan.pdf", 1)
               .replace("text/plain\nContent-Disp", "application/pdf\nContent-Disp", 1))


class Gate(Relay):
    """What the server says comes through while it is open."""

    def __init__(self, target):
        self.open = threading.Event()
        self.open.set()
        super().__init__(target)

    def join(self, peer, server):
        threading.Thread(target=self.pass_on, args=[server, peer], daemon=True).start()
        pump(peer, server)

    def pass_on(self, server, peer):
        try:
            while data := server.recv(65536):
                self.open.wait()
                peer.sendall(data)
        except OSError:
            pass


def test_a_fetch_that_was_stopped_can_begin_again(place):
    server = place.server()
    server.deliver("imap@example.org", LONG_LETTER)
    gate = Gate(int(server.ports["imaps"]))
    place.at_end(gate.close)
    place.at_end(gate.open.set)
    server.ports["imaps"] = gate.port
    add_account(place, server, "Test", "imap", "--offline", "headers")
    place.cli("sync", "Test", "--password-file", place.password)
    place.openers("application/pdf")
    window = place.start("--password-file", place.password)
    window.select(row(window, "Three papers"))
    window.find("push button", "^Open attachment plan.pdf, .*, on the server$")
    gate.open.clear()
    window.press("push button", "^Open attachment plan.pdf, ")
    window.press("push button", "^Stop fetching plan.pdf$")
    window.gone("push button", "^Stop fetching plan.pdf$")
    gate.open.set()
    window.press("push button", "^Open attachment plan.pdf, ")
    asked = wait_for("the program that opens it", place.opened)
    # What was stopped opens nothing later.
    assert len(asked) == 1
    assert pathlib.Path(urllib.parse.unquote(asked[0].removeprefix("file://"))).read_bytes().replace(b"\r\n", b"\n") == LONG.strip()


run(globals())
