#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many messages at once: chosen with the pointer and the keys, moved by name, dragged, undone; and what arrives changes none of it."""

import collections
import socket
import threading
import time

from missiva_window import (Atspi, Relay, add_account, children, drag, drag_until, extents, is_showing, letter, middle, pointer, row,
                            run, wait_for)

FOLDERS = ("Lavoro/Clienti/Rossi", "Lavoro/Caff&AOg-", "Viaggi")  # as a server names them on its disk


COUNT = 8


def sync_letters(place):
    server = place.server()
    for number in range(1, COUNT + 1):
        server.deliver("imap@example.org", letter(number, f"Letter {number}.", f"{number:02} Nov 2025 10:00:00 +0000"))
    for folder in FOLDERS:
        server.deliver("imap@example.org", letter(99, "Elsewhere.", "01 Oct 2025 10:00:00 +0000"), folder)
    add_account(place, server, "Test", "imap")
    place.cli("sync", "Test", "--password-file", place.password)


def prepare(place):
    """Some letters, without a server."""
    place.home_as_after(sync_letters)
    window = place.start("--password-file", place.password)
    window.click(row(window, f"Letter {COUNT}\\."))
    window.find("label", f"^Letter {COUNT}\\.$")
    return window


def selected(window):
    return sorted(cell.get_name().split(", ")[-2] for cell in children(window.find("table", "^Messages$"))
                  if cell.get_state_set().contains(Atspi.StateType.SELECTED))


def await_selected(window, *subjects):
    wait_for(f"{subjects} to be selected", lambda: selected(window) == sorted(subjects))


def choose_three(window):
    pointer("mousemove", *middle(row(window, "Letter 7\\.")), "click", 1)
    await_selected(window, "Letter 7.")
    pointer("keydown", "shift", "mousemove", *middle(row(window, "Letter 5\\.")), "click", 1, "keyup", "shift")
    await_selected(window, "Letter 5.", "Letter 6.", "Letter 7.")


def test_chooses_many_with_the_pointer_and_says_how_many(place):
    window = prepare(place)
    choose_three(window)
    window.find("label", "^3 selected$")
    window.find(None, "^3 messages selected$")
    pointer("keydown", "ctrl", "mousemove", *middle(row(window, "Letter 2\\.")), "click", 1, "keyup", "ctrl")
    window.find("label", "^4 selected$")
    # A tick does without any key.
    x, y = middle(row(window, "Letter 6\\."), 0)
    pointer("mousemove", x + 14, y - 10, "click", 1)
    await_selected(window, "Letter 2.", "Letter 5.", "Letter 7.")
    window.press("push button", "^Select nothing$")
    await_selected(window)
    window.gone("label", "selected$")


def test_chooses_many_with_the_keys(place):
    window = prepare(place)
    window.key("shift+Down")
    window.key("shift+Down")
    await_selected(window, "Letter 6.", "Letter 7.", "Letter 8.")
    window.key("ctrl+Down")
    window.key("ctrl+Down")
    window.key("ctrl+space")
    await_selected(window, "Letter 4.", "Letter 6.", "Letter 7.", "Letter 8.")
    window.key("ctrl+a")
    window.find("label", "^8 selected$")
    window.key("Escape")
    await_selected(window)


def test_acts_on_all_of_them_and_takes_it_back(place):
    window = prepare(place)
    choose_three(window)
    window.key("Delete")
    window.gone("table cell", "Letter [567]\\.")
    window.text("^3 messages moved to Trash$")
    window.key("ctrl+z")
    await_selected(window, "Letter 5.", "Letter 6.", "Letter 7.")
    window.find("label", "^3 selected$")


def test_moves_by_some_letters_of_the_name(place):
    window = prepare(place)
    choose_three(window)
    window.key("ctrl+m")
    window.find("label", "^Move 3 messages to$")
    # Accents do not matter, and letters are no keys here: an “a” would archive.
    window.find("text", "^Part of the mailbox’s name$")
    window.key("c")
    window.key("a")
    window.find("list item", "^Caffè, in Lavoro$")
    window.key("f")
    wait_for("one mailbox", lambda: len([item for item in children(window.find("list box", "^Mailboxes to choose from$"))
                                         if is_showing(item)]) == 1)
    window.key("Return")
    window.gone("table cell", "Letter [567]\\.")
    window.text("^3 messages moved to Caffè$")
    # The next time it is the first.
    window.key("v")
    first = window.find("list box", "^Mailboxes to choose from$").get_child_at_index(0)
    assert first.get_name() == "Caffè, in Lavoro", first.get_name()
    window.key("Escape")
    window.gone("list box", "^Mailboxes to choose from$")
    window.key("ctrl+z")
    row(window, "Letter 6\\.")


def test_copies_by_name(place):
    window = prepare(place)
    window.key("ctrl+shift+m")
    window.find("label", "^Copy 1 message to$")
    for key in "rossi":
        window.key(key)
    window.key("Return")
    window.text("^Message copied to Rossi$")
    window.select(window.find("list item", "^Rossi, "))
    row(window, "Letter 8\\.")


def test_what_is_told_leaves_the_bar_of_the_selection_free(place):
    window = prepare(place)
    choose_three(window)
    window.key("ctrl+shift+m")
    window.find("label", "^Copy 3 messages to$")
    for key in "viaggi":
        window.key(key)
    window.key("Return")
    told = extents(window.text("^3 messages copied to Viaggi$"))
    bar = extents(window.find("label", "^3 selected$"))
    assert told.y + told.height <= bar.y, (told.y, told.height, bar.y)


def test_drags_messages_onto_a_mailbox(place):
    window = prepare(place)
    choose_three(window)
    drag(row(window, "Letter 6\\."), window.find("list item", "^Viaggi"))
    window.text("^3 messages moved to Viaggi$")
    window.gone("table cell", "Letter [567]\\.")
    window.key("ctrl+z")
    row(window, "Letter 5\\.")
    # With the key it is a copy; what is not selected is dragged alone.
    drag(row(window, "Letter 3\\."), window.find("list item", "^Viaggi"), copy=True)
    window.text("^Message copied to Viaggi$")
    row(window, "Letter 3\\.")


def test_a_press_on_many_and_no_drag_chooses_one(place):
    window = prepare(place)
    choose_three(window)
    pointer("mousemove", *middle(row(window, "Letter 6\\.")), "click", 1)
    await_selected(window, "Letter 6.")


def test_nothing_is_dropped_where_it_lies_already(place):
    window = prepare(place)
    choose_three(window)
    drag(row(window, "Letter 6\\."), window.find("list item", "^Inbox"))
    drag_until(window, row(window, "Letter 6\\."), window.find("list item", "^Viaggi"), "^3 messages moved to Viaggi$")


class FarRelay(Relay):
    """Each way takes a tenth of a second, and lets 40 kB through in a second."""

    def join(self, peer, server):
        threading.Thread(target=self.crawl, args=[peer, server], daemon=True).start()
        self.crawl(server, peer)

    def crawl(self, source, sink):
        late = collections.deque()
        source.settimeout(0.02)
        open_end = True
        while open_end or late:
            try:
                data = source.recv(800) if open_end else b""
                open_end = data != b""
                late.append((time.monotonic() + 0.1, data))
            except TimeoutError:
                pass
            except OSError:
                open_end = False
            try:
                while late and (late[0][0] <= time.monotonic() or not open_end):
                    sink.sendall(late.popleft()[1])
            except OSError:
                break
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def test_what_arrives_from_afar_moves_neither_the_selection_nor_the_rows(place):
    server = place.server()
    for number in range(1, 29):
        server.deliver("imap@example.org", letter(number, f"Letter {number}.", f"{number:02} Nov 2025 10:00:00 +0000"))
    relay = FarRelay(int(server.ports["imaps"]))
    place.at_end(relay.close)
    server.ports["imaps"] = relay.port
    add_account(place, server, "Test", "imap")
    place.cli("sync", "Test", "--password-file", place.password)
    window = place.start("--password-file", place.password)
    window.click(row(window, "Letter 20\\."))
    pointer("keydown", "shift", "mousemove", *middle(row(window, "Letter 18\\.")), "click", 1, "keyup", "shift")
    await_selected(window, "Letter 18.", "Letter 19.", "Letter 20.")
    kept = row(window, "Letter 19\\.")
    before = window.place(kept)

    def await_place():
        # Between two frames, GTK may have inserted a row and not scrolled yet.
        wait_for("the row to be in its place", lambda: window.place(row(window, "Letter 19\\.")) == before)

    def arrived(subject):
        # At every look while it arrives, not only at the end.
        await_place()
        assert selected(window) == ["Letter 18.", "Letter 19.", "Letter 20."]
        return window.look("table cell", subject, showing=False)

    for number, subject, when in ((30, "Latest.", "01 Dec 2025"), (31, "Between.", "19 Nov 2025"), (32, "Last.", "02 Dec 2025")):
        server.deliver("imap@example.org", letter(number, subject, f"{when} 09:00:00 +0000"))
        window.press("push button", "^Check for mail$")
        wait_for(f"“{subject}”", lambda subject=subject: arrived(subject))
    await_place()


run(globals())
