#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to mailboxes: by their menu, by dragging one into another; and tags of messages."""

import imaplib

from missiva_window import Atspi, Failure, add_account, drag, is_showing, letter, middle, pointer, row, run, wait_for, walk

FOLDERS = ("Lavoro/Clienti", "Viaggi")


def sync_letters(place):
    server = place.server()
    for number in range(1, 4):
        server.deliver("imap@example.org", letter(number, f"Letter {number}.", f"{number:02} Nov 2025 10:00:00 +0000"))
    for number, folder in enumerate(FOLDERS, 90):
        server.deliver("imap@example.org", letter(number, "Elsewhere.", "01 Oct 2025 10:00:00 +0000"), folder)
    add_account(place, server, "Test", "imap")
    place.cli("sync", "Test", "--password-file", place.password)
    return server


def start(place):
    server = sync_letters(place)
    window = place.start("--password-file", place.password)
    row(window, "Letter 3\\.")
    window.find(None, "^Up to date$")
    return window, server


def start_offline(place):
    place.home_as_after(sync_letters)
    window = place.start("--password-file", place.password)
    row(window, "Letter 3\\.")
    return window


def choose(window, mailbox, item):
    """By the menu that comes with the right button. A new row may move from under the pointer: then once more."""
    def shown():
        pointer("mousemove", *middle(window.find("list item", mailbox)), "click", 3)
        try:
            return wait_for(item, lambda: window.look(None, item), 3)
        except Failure:
            window.key("Escape")
            return False
    wait_for(f"the menu of “{mailbox}”", shown)
    window.press(None, item)


def dialog_of(node):
    while node.get_parent().get_role_name() != "application":
        node = node.get_parent()
    return node


def is_enabled(window, item):
    return window.find(None, item).get_state_set().contains(Atspi.StateType.SENSITIVE)


def names_on_server(server):
    folder = server.folder / "mail" / "imap@example.org" / "Maildir"
    return sorted(entry.name for entry in folder.iterdir() if entry.name.startswith(".") and entry.is_dir())


def test_makes_renames_and_deletes_a_mailbox(place):
    window, server = start(place)
    choose(window, "^Viaggi", "^New Mailbox Inside…$")
    window.find("text", "^Name of the new mailbox in “Viaggi”$")
    window.type_into("text", "^Name of the new mailbox", "Mare")
    window.press("push button", "^Create$")
    window.find("list item", "^Mare$")
    wait_for("it on the server", lambda: ".Viaggi.Mare" in names_on_server(server))
    choose(window, "^Mare$", "^Rename…$")
    window.type_into("text", "^Name$", "Monti")
    window.press("push button", "^Rename$")
    window.find("list item", "^Monti$")
    window.gone("list item", "^Mare$")
    wait_for("its new name there", lambda: ".Viaggi.Monti" in names_on_server(server))
    choose(window, "^Viaggi", "^Delete…$")
    window.find(None, "^Delete the mailbox “Viaggi”\\?$")
    window.text("^With it go 1 mailbox inside it and 1 message, here and on the server, for ever.$")
    window.press("push button", "^Delete$", within=dialog_of(window.find("label", "^With it go")))
    window.gone("list item", "^Viaggi")
    # The server does so at once, so nobody is told that it could be undone.
    window.text("^Mailbox Viaggi deleted$")
    assert window.look("push button", "^Undo$") is None
    wait_for("both to go there", lambda: not any("Viaggi" in name for name in names_on_server(server)))


def test_the_menu_outlives_news(place):
    window, server = start(place)
    window.click(window.find("list item", "^Viaggi"))
    row(window, "Elsewhere\\.")
    pointer("click", 3)
    window.find(None, "^Rename…$")
    with imaplib.IMAP4("127.0.0.1", int(server.ports["imap"])) as other:
        other.login("imap@example.org", "secret")
        other.create("Altro")
    window.press("push button", "^Check for mail$")
    window.find("list item", "^Altro$")
    window.press(None, "^Rename…$")
    window.type_into("text", "^Name$", "Mare")
    window.press("push button", "^Rename$")
    # What was chosen and had the focus still has.
    chosen = window.find("list item", "^Mare")
    for state in (Atspi.StateType.SELECTED, Atspi.StateType.FOCUSED):
        wait_for("it to be chosen", lambda state=state: chosen.get_state_set().contains(state))


def test_refuses_a_name_that_is_taken_and_says_why(place):
    window = start_offline(place)
    choose(window, "^Viaggi", "^Rename…$")
    window.type_into("text", "^Name$", "Lavoro")
    button = window.find("push button", "^Rename$")
    wait_for("the button to be off", lambda: not button.get_state_set().contains(Atspi.StateType.SENSITIVE))
    window.text("Lavoro.*")


def test_drags_a_mailbox_into_another_and_back(place):
    window, server = start(place)
    drag(window.find("list item", "^Viaggi"), window.find("list item", "^Lavoro"))
    wait_for("it in the other", lambda: ".Lavoro.Viaggi" in names_on_server(server))
    choose(window, "^Viaggi", "^Move Into…$")
    window.find("label", "^Move “Viaggi” into$")
    window.key("Return")  # the top is the first to choose
    wait_for("it at the top", lambda: ".Viaggi" in names_on_server(server))


def has_focus(node):
    return is_showing(node) and node.get_state_set().contains(Atspi.StateType.FOCUSED)


def choose_by_keys(window, item):
    """In the menu that is open. A key whose effect was not heard of yet is not pressed again."""
    pressed_at = [item]  # nothing yet

    def comes_to_it():
        now = next((node for node in walk(window.application()) if has_focus(node)), None)
        if now is not None and now == window.look(None, item):
            return True
        if now != pressed_at[0]:
            pressed_at[0] = now
            window.key("Down")
        return False
    wait_for(f"the focus to come to “{item}”", comes_to_it)
    window.key("Return")


def test_marks_all_as_read_by_the_keyboard(place):
    window = start_offline(place)
    inbox = window.find("list item", "^Inbox, 3 unread$")
    window.click(inbox)
    window.key("shift+F10")
    window.find(None, "^Mark All as Read$")
    choose_by_keys(window, "^Mark All as Read$")
    window.find("list item", "^Inbox$")
    # Nothing is left to do.
    window.key("shift+F10")
    wait_for("it to be off", lambda: not is_enabled(window, "^Mark All as Read$"))


def test_empties_the_trash_after_a_question(place):
    window, _ = start(place)
    window.click(row(window, "Letter 3\\."))
    window.key("Delete")
    window.gone("table cell", "Letter 3\\.")
    choose(window, "^Trash", "^Empty…$")
    window.find(None, "^Empty “Trash”\\?$")
    window.text("^1 message is deleted for ever, here and on the server.$")
    window.press("push button", "^Empty$")
    window.select(window.find("list item", "^Trash"))
    window.find(None, "^No messages$")


def chosen(window):
    combo = window.find("combo box", "^Keep here for reading offline")
    child = Atspi.Selection.get_selected_child(combo.get_selection_iface(), 0)
    return child.get_name() if child is not None else None


def test_tells_how_large_a_mailbox_of_pop_is(place):
    server = place.server()
    server.deliver("pop@example.org", letter(1, "Letter 1.", "01 Nov 2025 10:00:00 +0000"))
    add_account(place, server, "Test", "pop")
    place.cli("sync", "Test", "--password-file", place.password)
    server.stop()
    window = place.start("--password-file", place.password)
    row(window, "Letter 1\\.")
    choose(window, "^Inbox", "^Properties$")
    window.find("label", "^about [0-9]+ bytes$")


def test_tells_the_properties_and_keeps_the_setting(place):
    window = start_offline(place)
    choose(window, "^Viaggi", "^Properties$")
    window.find("label", "^[01] of 1 message")
    assert window.look("label", "^Allowed$") is None  # the server has not told
    combo = window.find("combo box", "^Keep here for reading offline")
    Atspi.Selection.select_child(combo.get_selection_iface(), 3)
    wait_for("the choice", lambda: chosen(window) == "Only who wrote, when and about what")
    window.key("Escape")
    window.gone("combo box", "^Keep here for reading offline")
    choose(window, "^Viaggi", "^Properties$")
    wait_for("the choice to be kept", lambda: chosen(window) == "Only who wrote, when and about what")


def test_the_heading_of_an_account_leads_to_its_settings(place):
    window = start_offline(place)
    heading = window.find("label", "^Test$")
    pointer("mousemove", *middle(heading), "click", 3)
    window.find(None, "^Check Now$")
    window.press(None, "^Account Settings…$")
    window.find("text", "^Incoming server$")


def test_tags_messages_by_key_and_menu(place):
    window = start_offline(place)
    window.click(row(window, "Letter 2\\."))
    window.key("1")
    cell = row(window, "Letter 2\\..*, Important")
    # The same key takes it away.
    window.key("1")
    wait_for("the tag to go", lambda: "Important" not in row(window, "Letter 2\\.").get_name())
    pointer("mousemove", *middle(cell), "click", 3)
    window.press(None, "^Tag$")
    assert not is_enabled(window, "^Remove All Tags$")
    window.press(None, "^Work$")
    row(window, "Letter 2\\..*, Work")
    window.key("0")
    wait_for("all tags to go", lambda: "Work" not in row(window, "Letter 2\\.").get_name())


def test_manages_the_tags(place):
    window = start_offline(place)
    pointer("mousemove", *middle(row(window, "Letter 2\\.")), "click", 3)
    window.press(None, "^Tag$")
    window.press(None, "^Manage Tags…$")
    window.type_into("text", "^Name of the new tag$", "Garden")
    window.press("push button", "^Add$")
    window.find("text", "^Name of Garden$")
    window.press("push button", "^Remove Garden$")
    window.gone("text", "^Name of Garden$")


def test_marks_junk_and_not_junk(place):
    window = start_offline(place)
    window.click(row(window, "Letter 3\\."))
    window.key("ctrl+j")
    window.gone("table cell", "Letter 3\\.")
    window.select(window.find("list item", "^Junk"))
    window.click(row(window, "Letter 3\\."))
    window.key("ctrl+shift+j")
    window.gone("table cell", "Letter 3\\.")
    window.select(window.find("list item", "^Inbox"))
    row(window, "Letter 3\\.")


run(globals())
