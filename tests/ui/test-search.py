#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking for messages in a mailbox: what is here answers at once, the server when it is asked."""

from missiva_window import Atspi, add_account, letter, row, run, wait_for


def sync_letters(place):
    server = place.server()
    for number in range(1, 6):
        text = letter(number, f"Letter {number}.", f"{number:02} Nov 2025 10:00:00 +0000")
        filler = "Nothing to see here, go on. " * 40
        server.deliver("imap@example.org", text + filler + ("zucchini\n" if number == 2 else "\n"))
    add_account(place, server, "Test", "imap", "--offline", "headers")
    place.cli("sync", "Test", "--password-file", place.password)


class News:
    """What appears as a notification, which a screen reader reads out by itself."""

    def __init__(self):
        self.told = []
        self.listener = Atspi.EventListener.new(self.shown)
        self.listener.register("object:state-changed:showing")

    def shown(self, event):
        if event.detail1 == 1 and event.source.get_role_name() == "notification":
            self.told.append(event.source.get_name())

    def await_(self, words):
        wait_for(f"“{words}” to be told", lambda: words in self.told)


def cells(window):
    return sum(1 for n in range(1, 6) if window.look("table cell", f"Letter {n}\\.") is not None)


def test_the_server_and_what_is_here_are_searched(place):
    sync_letters(place)
    window = place.start("--password-file", place.password)
    window.click(row(window, "Letter 3\\."))
    window.find("label", "^Letter 3\\.$")
    news = News()
    window.key("ctrl+f")
    window.type_into("text", "^Search this mailbox$", "letter 2")
    window.find("notification", "^1 found in what is here$")
    news.await_("1 found in what is here")
    row(window, "Letter 2\\.")
    window.gone("table cell", "Letter 3\\.")

    # What is found can be read, and marked.
    window.click(row(window, "Letter 2\\."))
    window.find("label", "^Letter 2\\.$")
    window.key("s")
    window.find("table cell", "Letter 2\\..*")

    # The text is known to the server alone.
    window.key("ctrl+f")
    window.type_into("text", "^Search this mailbox$", "zucchini")
    news.await_("Nothing found in what is here")
    window.find(None, "^Nothing found$")
    window.press("push button", "^Search on the Server$")
    news.await_("1 found on the server")
    row(window, "Letter 2\\.")

    # Escape shows all again.
    window.key("ctrl+f")
    window.key("Escape")
    wait_for("all letters", lambda: cells(window) == 5)


run(globals())
