#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of an account, in a display of 400 px: what is here, what the server can do, and whether both have the same."""

import imaplib
import sqlite3

from missiva_window import BUILD, add_account, extents, letter, row, run, text_of, wait_for

WIDTH, HEIGHT = 400, 700
ROOM_FOR_THREE = "plugin {\n quota_rule = *:messages=3\n}"
ENGLISH = {
    "menu": "^Main menu$", "settings": "^Account Settings", "pages": ["^Settings$", "^Offline$", "^Server$"],
    "here": "^3 of 3 messages$", "ready": "^Everything is here: you can go\\.$", "prepare": "^Prepare for Offline$",
    "check": "^Check Now$", "checked": "^All 3 messages are as on the server\\.$",
    "quota": "^3 of 3 messages \\(100%\\)$", "bar": "^Room on the server$", "used": "^Put to use \\(\\d+\\)$",
    "ability": "^Only the flags that changed", "inbox": "^Inbox",
}
ITALIAN = {
    "menu": "^Menu principale$", "settings": "^Impostazioni dell’account", "pages": ["^Impostazioni$", "^Senza rete$", "^Server$"],
    "here": "^3 di 3 messaggi$", "ready": "^C’è già tutto: puoi partire\\.$", "prepare": "^Prepara per l’uso senza rete$",
    "check": "^Controlla ora$", "checked": "^Tutti i 3 messaggi sono come sul server\\.$",
    "quota": "^3 messaggi su 3 \\(100%\\)$", "bar": "^Spazio sul server$", "used": "^In uso \\(\\d+\\)$",
    "ability": "^Si scaricano solo i contrassegni", "inbox": "^Posta in arrivo",
}


def sync_letters(place, *settings):
    server = place.server()
    for number in range(1, 4):
        server.deliver("imap@example.org", letter(number, f"Letter {number}.", f"{number:02} Nov 2025 10:00:00 +0000"))
    if settings:
        server.stop()
        server.start(*settings)
    add_account(place, server, "Test", "imap")
    place.cli("sync", "Test", "--password-file", place.password)


def start(place, **environment):
    (place.home / "config" / "window.ini").write_text(f"[window]\nwindow-width={WIDTH}\nwindow-height={HEIGHT}\n")
    return place.start("--password-file", place.password, MISSIVA_LOCALEDIR=str(BUILD / "po"), **environment)


def await_fit(window):
    """Nothing of what the dialog asks for goes beyond the display."""
    dialog = window.find("dialog", "Test")

    def fits():
        bar = extents(dialog.get_child_at_index(0))  # the dialog itself has a frame around it, to be pulled at
        all = extents(dialog)
        return bar.x >= 0 and bar.x + bar.width <= WIDTH and all.y >= 0 and all.y + all.height <= HEIGHT
    wait_for("the dialog to be within the display", fits)


def open_page(window, words, page):
    window.press("radio button", words["pages"][page])
    await_fit(window)


def check_pages(place, words, **environment):
    window = start(place, **environment)
    window.find("list item", words["inbox"])
    window.press("toggle button", words["menu"])
    window.press(None, words["settings"])
    await_fit(window)

    open_page(window, words, 1)
    window.find("label", words["here"])
    window.find("label", words["ready"])
    window.find("push button", words["prepare"])
    window.press("push button", words["check"])
    window.find("label", words["checked"])

    open_page(window, words, 2)
    window.find("label", words["quota"])
    assert window.find(None, words["bar"]).get_role_name() == "level bar"
    window.find("list item", words["ability"], within=window.find("list box", words["used"]))
    return window


def hang_tags(place):
    """As a server tells them that knows tags and labels."""
    sync_letters(place)
    with sqlite3.connect(next(place.home.rglob("mail.db"))) as db:
        db.execute("UPDATE message SET keywords = '$label1 $label4', labels = 'Journeys Home \"To read\" One Two Three Four'"
                   " WHERE id = (SELECT message_id FROM header WHERE subject = 'Letter 2.')")


def test_the_pages_of_an_account_tell_what_is_here_and_there(place):
    sync_letters(place, ROOM_FOR_THREE)
    check_pages(place, ENGLISH).close()
    check_pages(place, ITALIAN, LANGUAGE="it")


def test_tags_and_labels_are_spoken(place):
    place.home_as_after(hang_tags)
    window = start(place)
    window.click(window.find("list item", ENGLISH["inbox"]))
    window.click(row(window, "Letter 2\\..*, Important, To Do, Journeys, Home, To read, One, Two, Three, Four"))
    chips = window.find(None, "^Tags$")
    for name in ("Important", "To Do", "Journeys", "Home", "To read"):
        window.find("label", f"^{name}$", within=chips)
    # There is no room for all: what stands for the rest says “+4” to the eye.
    wait_for("the rest", lambda: text_of(window.find("label", "^One, Two, Three, Four$", within=chips)) == "+4")


run(globals(), f"{WIDTH}x{HEIGHT}")
