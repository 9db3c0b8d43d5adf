#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading, marking, deleting and undo in the main window, on mail that a real server delivered."""

import json

from missiva_window import Atspi, Failure, Notifications, add_account, letter, open_row, row, run, wait_for


def prepare(place, mode):
    """An account with three letters, synced once; then the server is gone, because offline is normal."""
    server = place.server()
    for number, (subject, day) in enumerate([("Oldest", 1), ("Middle", 2), ("Newest", 3)], 1):
        server.deliver(f"{mode}@example.org", letter(number, subject, f"0{day} Nov 2025 10:00:00 +0000"))
    add_account(place, server, "Test", mode)
    place.cli("sync", "Test", "--password-file", place.password)
    server.stop()
    return place.start("--password-file", place.password)


def flags(place, subject):
    rows = json.loads(place.cli("--json", "list", "Test", "INBOX"))
    rows = rows if isinstance(rows, list) else rows["messages"]
    return next((row["flags"] for row in rows if row["subject"] == subject), None)


def check_reading(place, mode):
    window = prepare(place, mode)
    row(window, "^Unread, from Writer 3, Newest, 3 Nov 2025")
    open_row(window, "Newest")
    window.text("The text of letter 3")
    row(window, "^from Writer 3, Newest")
    row(window, "^Unread, from Writer 2, Middle")
    window.find(None, "^Inbox, 2 unread$")


def test_reads_a_message_of_imap_offline_and_marks_it_read(place):
    check_reading(place, "imap")


def test_reads_a_message_of_pop_offline_and_marks_it_read(place):
    check_reading(place, "pop")


def test_speaks_the_mode_of_the_account(place):
    window = prepare(place, "pop")
    window.find("label", "^Downloaded · POP$")


def test_stars_a_message_with_a_key(place):
    window = prepare(place, "imap")
    open_row(window, "Middle")
    window.key("s")
    row(window, "Middle.*starred")
    window.key("s")
    row(window, "Middle, 2 Nov 2025$")


def test_marks_unread_again(place):
    window = prepare(place, "imap")
    open_row(window, "Oldest")
    row(window, "^from Writer 1, Oldest")
    window.key("m")
    row(window, "^Unread, from Writer 1, Oldest")


def is_selected(cell):
    return cell.get_state_set().contains(Atspi.StateType.SELECTED)


def check_deleting(place, mode):
    window = prepare(place, mode)
    open_row(window, "Middle")
    window.key("Delete")
    window.gone("table cell", "Middle")
    # The next one is selected and shown.
    window.find("label", "^Oldest$")
    window.press("push button", "^Undo$")
    row(window, "Middle")


def test_an_undo_typed_right_after_a_deletion_leaves_the_message_selected(place):
    window = prepare(place, "pop")
    open_row(window, "Middle")
    row(window, "^from Writer 2, Middle")  # it is marked as read: what changes now is by these keys
    window.key("Delete", "ctrl+z")
    window.find("notification", "^Undone$")
    wait_for("it to be selected", lambda: is_selected(row(window, "Middle")))
    window.find("label", "^Middle$")


def test_deletes_and_undoes_on_imap(place):
    check_deleting(place, "imap")


def test_deletes_and_undoes_on_pop(place):
    check_deleting(place, "pop")


def test_goes_from_message_to_message_with_j_and_k(place):
    window = prepare(place, "imap")
    open_row(window, "Newest")
    window.key("j")
    window.find("label", "^Middle$")
    window.key("k")
    window.find("label", "^Newest$")


def test_a_change_made_offline_is_still_there_after_a_restart(place):
    window = prepare(place, "imap")
    open_row(window, "Oldest")
    window.key("s")
    row(window, "Oldest.*starred")
    window.close()
    wait_for("the star in the store", lambda: "flagged" in (flags(place, "Oldest") or []))


def test_welcomes_who_has_no_account(place):
    window = place.start()
    window.find(None, "^Welcome to Missiva$")
    window.find("push button", "^Add Account…$")


def test_finds_new_mail_when_it_is_asked_to(place):
    server = place.server()
    server.deliver("imap@example.org", letter(1, "First", "01 Nov 2025 10:00:00 +0000"))
    add_account(place, server, "Test", "imap")
    window = place.start("--password-file", place.password)
    row(window, "Unread, from Writer 1, First")
    server.deliver("imap@example.org", letter(2, "Second", "02 Nov 2025 10:00:00 +0000"))
    window.press("push button", "^Check for mail$")
    row(window, "Unread, from Writer 2, Second")


def test_keeps_its_place_when_new_mail_comes_above(place):
    server = place.server()
    for number in range(1, 31):
        server.deliver("pop@example.org", letter(number, f"Letter {number}.", f"{number:02} Nov 2025 10:00:00 +0000"))
    add_account(place, server, "Test", "pop")
    window = place.start("--password-file", place.password)
    open_row(window, "Letter 5.")
    before = window.place(row(window, "Letter 5."))
    server.deliver("pop@example.org", letter(31, "Latest.", "01 Dec 2025 10:00:00 +0000"))
    window.press("push button", "^Check for mail$")
    window.find("table cell", "Latest.", showing=False)
    after = window.place(row(window, "Letter 5."))
    if before != after:
        raise Failure(f"the row moved from {before} to {after}")


def test_asks_before_it_deletes_for_ever(place):
    window = prepare(place, "imap")
    open_row(window, "Middle")
    window.key("Delete")
    window.gone("table cell", "Middle")
    window.select(window.find("list item", "^Trash$"))
    open_row(window, "Middle")
    window.key("Delete")
    window.find(None, "^Delete 1 message for ever\\?$")
    window.press("push button", "^Cancel$")
    window.gone(None, "^Delete 1 message for ever")
    window.key("Delete")
    window.press("push button", "^Delete for Ever$")
    window.gone("table cell", "Middle")


def test_works_offline_when_told_to_and_says_so(place):
    window = prepare(place, "pop")
    window.press("toggle button", "^Main menu$")
    window.press("check box", "^Work Offline$")
    window.text("^You work offline.$")
    window.press("push button", "^Go Online$")
    window.gone("label", "^You work offline.$")


def test_shows_an_unknown_certificate_and_goes_on_once_it_is_trusted(place):
    server = place.server()
    server.deliver("imap@example.org", letter(1, "First", "01 Nov 2025 10:00:00 +0000"))
    add_account(place, server, "Test", "imap", trusted=False)
    window = place.start("--password-file", place.password)
    window.press("push button", "^Look at the Certificate…$")
    window.find("label", "^([0-9A-F]{2}:){15}[0-9A-F]{2}\n([0-9A-F]{2}:){15}[0-9A-F]{2}$")
    window.find("label", "Missiva test authority")
    window.press("push button", "^Trust This Certificate$")
    row(window, "Unread, from Writer 1, First")


def test_asks_for_a_password_that_it_does_not_know(place):
    server = place.server()
    server.deliver("pop@example.org", letter(1, "First", "01 Nov 2025 10:00:00 +0000"))
    add_account(place, server, "Test", "pop")
    window = place.start()
    window.press("push button", "^Enter Password…$")
    window.type_into("password text", "^Password$", "secret")
    window.press("push button", "^Sign In$")
    row(window, "Unread, from Writer 1, First")


def test_tells_the_desktop_of_new_mail_and_opens_it_when_clicked(place):
    desktop = Notifications()
    server = place.server()
    server.deliver("imap@example.org", letter(1, "First", "01 Nov 2025 10:00:00 +0000"))
    add_account(place, server, "Test", "imap")
    window = place.start("--password-file", place.password)
    row(window, "Unread, from Writer 1, First")
    # What comes while a mailbox is fetched for the first time is no news.
    window.find(None, "^Up to date$")
    server.deliver("imap@example.org", letter(2, "Second", "02 Nov 2025 10:00:00 +0000"))
    window.press("push button", "^Check for mail$")
    number, title, body = wait_for("a notification", lambda: desktop.shown and desktop.shown[0])
    if (title, body) != ("Writer 2", "Second"):
        raise Failure(f"it says {title}: {body}")
    desktop.click(number)
    window.text("The text of letter 2")


def test_changes_the_settings_of_an_account(place):
    window = prepare(place, "pop")
    row(window, "Newest")
    window.press("toggle button", "^Main menu$")
    window.press(None, "^Account Settings")
    name = window.find("text", "^Your name$")
    Atspi.EditableText.set_text_contents(name.get_editable_text_iface(), "Reader")
    incoming = window.find("text", "^Incoming server$")
    Atspi.EditableText.set_text_contents(incoming.get_editable_text_iface(), "no port")
    window.press("push button", "^Save$")
    window.text("A server is written as name:port")
    Atspi.EditableText.set_text_contents(incoming.get_editable_text_iface(), "localhost:1")
    window.press("push button", "^Save$")
    file = place.home / "config" / "accounts" / "Test.ini"
    wait_for("the settings on the disk", lambda: "full-name=Reader" in file.read_text() and "incoming=localhost:1" in file.read_text())


run(globals())
