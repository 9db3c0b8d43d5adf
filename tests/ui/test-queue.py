#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the changes that wait: what they are, why, and what a person can do about each."""

import imaplib

from missiva_window import Atspi, add_account, letter, row, run, wait_for

NO_ROOM = "plugin {\n quota_rule = *:messages=3\n}"


def sync_letters(place):
    server = place.server()
    for number in range(1, 4):
        server.deliver("imap@example.org", letter(number, f"Letter {number}.", f"{number:02} Nov 2025 10:00:00 +0000"))
    add_account(place, server, "Test", "imap")
    place.cli("sync", "Test", "--password-file", place.password)
    return server


def open_page(window):
    window.press("toggle button", "^Main menu$")
    window.press(None, "^Waiting Changes…$")
    window.find("list box", "^Waiting changes$")


def waiting(window, name):
    return window.find("list item", name, within=window.find("list box", "^Waiting changes$"))


def test_a_change_that_waits_is_given_up(place):
    place.home_as_after(sync_letters)
    window = place.start("--password-file", place.password)
    window.click(row(window, "Letter 3\\."))
    window.find("label", "^Letter 3\\.$")
    window.key("Delete")
    window.gone("table cell", "Letter 3\\.")
    open_page(window)
    change = waiting(window, "^Move “Letter 3\\.” to Trash$")
    # It is its turn with the next connection: there is nothing to try again.
    assert window.look("push button", "^Try again: ", within=change) is None
    # Its button names it, for who comes to the button by Tab.
    window.press("push button", "^Give up: Move “Letter 3\\.” to Trash$", within=change)
    window.gone("list item", "^Move “Letter 3\\.” to Trash$")
    window.key("Escape")
    window.gone("list box", "^Waiting changes$")
    row(window, "Letter 3\\.")


def test_what_found_no_room_is_tried_again_when_there_is(place):
    server = sync_letters(place)
    server.stop()
    place.cli("append", "Test", "INBOX", place.file("own.eml", letter(7, "My own.", "07 Nov 2025 10:00:00 +0000")))
    server.start(NO_ROOM)
    window = place.start("--password-file", place.password)
    open_page(window)
    # Its row is another one once it says something else.
    wait_for("its reason", lambda: (change := window.look("list item", "My own\\."))
             and window.look("label", "^The server has no room for it", within=change))
    again = window.find("push button", "^Try again: .*My own\\.", within=window.find("list item", "My own\\."))
    with imaplib.IMAP4("127.0.0.1", int(server.ports["imap"])) as other:
        other.login("imap@example.org", "secret")
        other.select()
        other.store("1", "+FLAGS", "\\Deleted")
        other.expunge()
    Atspi.Action.do_action(again.get_action_iface(), 0)
    window.find("label", "^Nothing waits: the server knows of all your changes\\.$")
    inbox = server.folder / "mail" / "imap@example.org" / "Maildir"
    wait_for("it on the server", lambda: any("My own." in file.read_text() for file in inbox.glob("[cn]*/*") if file.is_file()))


run(globals())
