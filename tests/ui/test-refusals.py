#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be done says why: in bars, in menus, to keys and to what is dragged."""

import sqlite3

from missiva_window import Atspi, add_account, drag_until, letter, middle, pointer, row, run, wait_for


def sync_letters(place):
    server = place.server()
    for number in range(1, 4):
        server.deliver("imap@example.org", letter(number, f"Letter {number}.", f"{number:02} Nov 2025 10:00:00 +0000"))
    server.deliver("imap@example.org", letter(9, "Elsewhere.", "01 Oct 2025 10:00:00 +0000"), "Viaggi")
    add_account(place, server, "Test", "imap")
    place.cli("sync", "Test", "--password-file", place.password)


def start(place, **rights):
    """With what a server told of its mailboxes (RFC 4314) before it went."""
    place.home_as_after(sync_letters)
    with sqlite3.connect(place.home / "data" / "Test" / "mail.db") as store:
        for mailbox, letters in rights.items():
            assert store.execute("UPDATE mailbox SET rights = ? WHERE name = ?", (letters, mailbox)).rowcount == 1
    store.close()
    window = place.start("--password-file", place.password)
    window.click(row(window, "Letter 3\\."))
    window.find("label", "^Letter 3\\.$")
    return window


def await_reason(window, role, name, why):
    """It is greyed, and tells @why by its tooltip, which is its description for who cannot see it."""
    def told():
        node = window.look(role, name)
        return (node is not None and not node.get_state_set().contains(Atspi.StateType.SENSITIVE) and node.get_description() == why)
    wait_for(f"“{name}” to say “{why}”", told)


AWAY = "The server does not let you take messages out of this mailbox"
SEEN = "The server does not let you mark messages of this mailbox as read or unread"
WRITE = "The server does not let you star or tag messages of this mailbox"
INSERT = "The server does not let you put messages into this mailbox"
REMOVE = "The server does not let you rename, move or delete this mailbox"


def test_bars_and_keys_say_why(place):
    window = start(place, INBOX="lr")
    await_reason(window, "push button", "^Delete$", AWAY)
    await_reason(window, "push button", "^Archive$", AWAY)
    await_reason(window, "push button", "^Star$", WRITE)
    for key, why in (("Delete", AWAY), ("m", SEEN), ("1", WRITE), ("exclam", AWAY)):
        window.key(key)
        window.text(f"^{why}$")
    row(window, "Letter 3\\.")
    # Where all is allowed, they are what they were.
    window.select(window.find("list item", "^Viaggi"))
    window.click(row(window, "Elsewhere\\."))
    wait_for("the button", lambda: window.look("push button", "^Delete$").get_description() == "Delete")
    window.key("Delete")
    window.gone("table cell", "Elsewhere\\.")


def test_the_menu_of_a_row_says_why(place):
    window = start(place, INBOX="lrw")
    pointer("mousemove", *middle(row(window, "Letter 3\\.")), "click", 3)
    window.find("label", "^The server does not let you:\nmark as read, delete messages$")
    await_reason(window, None, "^Move to a Mailbox…$", AWAY)
    await_reason(window, None, "^Delete$", AWAY)
    await_reason(window, None, "^Mark as Junk$", AWAY)
    await_reason(window, None, "^Mark as (Read|Unread)$", SEEN)
    # What has no sense here is not offered.
    assert window.look(None, "^Not Junk$") is None
    assert window.find(None, "^Copy to a Mailbox…$").get_state_set().contains(Atspi.StateType.SENSITIVE)


def test_the_menu_of_a_mailbox_says_why(place):
    window = start(place, Viaggi="lrstwi")
    pointer("mousemove", *middle(window.find("list item", "^Viaggi")), "click", 3)
    window.find("label", "^The server does not let you:\nmake mailboxes inside, rename or\ndelete the mailbox$")
    await_reason(window, None, "^Rename…$", REMOVE)
    await_reason(window, None, "^Delete…$", REMOVE)
    window.key("Escape")
    window.gone(None, "^Rename…$")
    pointer("mousemove", *middle(window.find("list item", "^Inbox")), "click", 3)
    await_reason(window, None, "^Rename…$", "The inbox stays as it is")


def test_what_is_dragged_says_why(place):
    window = start(place, Viaggi="lr")
    # Not the row that was clicked: a second press so soon would open it in a window.
    drag_until(window, row(window, "Letter 2\\."), window.find("list item", "^Viaggi"), f"^{INSERT}$")
    row(window, "Letter 2\\.")


run(globals())
