#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A window of 400 px: mailboxes, list and reader take turns, by keyboard and by button, and nothing is cut."""

from missiva_window import Atspi, BUILD, Failure, add_account, children, is_showing, letter, row, run, sandbox_environment, text_of, wait_for

WIDTH, HEIGHT = 400, 700
SENTENCE = "These words are read in a window that is as narrow as a telephone. "
WIDE_LETTER = f"""From: {"The Committee for the Garden behind the Town Hall " * 2}<garden@example.org>
To: reader@example.com
Cc: board@example.com, {", ".join(f"member{number}@example.com" for number in range(20))}
Subject: {SENTENCE * 4}
Date: 05 Nov 2025 10:00:00 +0000
Message-ID: <wide@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html

<p>Hello <img src="http://127.0.0.1:1/picture.png"></p>
--x
Content-Type: text/plain
Content-Disposition: attachment; filename="{SENTENCE}.txt"

the plan
--x
Content-Type: text/plain
Content-Disposition: attachment; filename="map.txt"

the map
--x--
"""
# What lies in these may be longer than they are: it scrolls, or is drawn with an ellipsis.
SCROLLS = {"viewport", "table", "list box", "text", "document web"}
NOWHERE = -2 ** 31  # where AT-SPI says that something is that is not drawn
ENGLISH = {"mailboxes": "^Mailboxes$", "inbox": "^Inbox", "messages": "^Messages$", "text": "^Text of the message$",
           "to-list": "^Back to the list$", "to-mailboxes": "^Back to the mailboxes$", "images": "^Show Remote Images$"}
ITALIAN = {"mailboxes": "^Cartelle$", "inbox": "^Posta in arrivo", "messages": "^Messaggi$", "to-list": "^Torna all’elenco$",
           "to-mailboxes": "^Torna alle cartelle$", "images": "^Mostra le immagini remote$"}


def prepare(place, letters, words=ENGLISH, **environment):
    server = place.server()
    for text in letters:
        server.deliver("imap@example.org", text)
    add_account(place, server, "Test", "imap")
    place.cli("sync", "Test", "--password-file", place.password)
    server.stop()
    (place.home / "config" / "window.ini").write_text(f"[window]\nwindow-width={WIDTH}\nwindow-height={HEIGHT}\n")
    window = place.start("--password-file", place.password, MISSIVA_LOCALEDIR=str(BUILD / "po"), **environment)
    await_pane(window, "list box", words["mailboxes"])
    window.find("table cell", "", showing=False)  # loaded, though the list has not its turn yet
    return window


def prepare_three(place):
    return prepare(place, [letter(number, f"Letter {number}.", f"0{number} Nov 2025 10:00:00 +0000") + SENTENCE * 60
                           for number in range(1, 4)])


def extents(node):
    return Atspi.Component.get_extents(node.get_component_iface(), Atspi.CoordType.SCREEN)


def inside(window):
    """From where to where the window goes, without its shadow."""
    area = extents(window.find("frame", "^Missiva$"))
    left = area.x + (area.width - WIDTH) // 2
    return left, left + WIDTH


def shown(node):
    yield node
    if node.get_role_name() not in SCROLLS:
        for child in children(node):
            if is_showing(child):
                yield from shown(child)


def find_cut(window):
    """What goes beyond an edge of the window."""
    left, right = inside(window)
    for node in shown(window.find("frame", "^Missiva$").get_child_at_index(0)):
        area = extents(node) if node.get_component_iface() is not None else None
        if area is not None and area.x != NOWHERE and (area.x < left or area.x + area.width > right):
            return f"{node.get_role_name()} “{node.get_name()}” from {area.x} to {area.x + area.width}, the window from {left} to {right}"
    return None


def await_pane(window, role, name):
    """The pane that shows that has its turn: it fills the window, nothing of another is left, nothing is cut."""
    node = window.find(role, name)
    wait_for(f"{role} “{name}” to fill the window", lambda: (extents(node).x, extents(node).x + extents(node).width) == inside(window))
    try:
        wait_for("an end of what is cut", lambda: find_cut(window) is None)
    except Failure as failure:
        raise Failure(f"beside {role} “{name}”: {find_cut(window)}") from failure


def await_keyboard(window, role, name):
    node = window.find(role, name)
    wait_for(f"the keyboard in {role} “{name}”", lambda: node.get_state_set().contains(Atspi.StateType.FOCUSED))


def test_the_keyboard_goes_from_pane_to_pane_and_back(place):
    window = prepare_three(place)
    await_keyboard(window, "list item", ENGLISH["inbox"])
    window.key("Return")
    await_pane(window, "table", ENGLISH["messages"])
    await_keyboard(window, "table", ENGLISH["messages"])
    window.key("Down")
    window.key("Down")
    await_keyboard(window, "table cell", "Letter 2.")
    # A row is not read because it was passed.
    row(window, "^Unread, from Writer 2")
    window.key("Return")
    await_pane(window, "text", ENGLISH["text"])
    await_keyboard(window, "text", ENGLISH["text"])
    assert text_of(window.find("text", ENGLISH["text"])).startswith("The text of letter 2")
    window.key("j")
    window.text("^The text of letter 1")
    window.key("alt+Left")
    await_pane(window, "table", ENGLISH["messages"])
    await_keyboard(window, "table cell", "^from Writer 1")
    window.key("Return")
    await_keyboard(window, "text", ENGLISH["text"])
    window.key("alt+Left")
    await_keyboard(window, "table", ENGLISH["messages"])
    window.key("alt+Left")
    await_pane(window, "list box", ENGLISH["mailboxes"])
    await_keyboard(window, "list item", ENGLISH["inbox"])


def test_clicks_and_buttons_go_from_pane_to_pane_and_back(place):
    window = prepare_three(place)
    window.click(window.find("list item", ENGLISH["inbox"]))
    await_pane(window, "table", ENGLISH["messages"])
    window.click(row(window, "Letter 2."))
    await_pane(window, "text", ENGLISH["text"])
    window.text("^The text of letter 2")
    window.click(window.find("push button", ENGLISH["to-list"]))
    await_pane(window, "table", ENGLISH["messages"])
    row(window, "^from Writer 2")
    window.click(window.find("push button", ENGLISH["to-mailboxes"]))
    await_pane(window, "list box", ENGLISH["mailboxes"])


def test_who_deletes_what_is_read_is_back_in_the_list(place):
    window = prepare_three(place)
    window.key("Return")
    await_keyboard(window, "table", ENGLISH["messages"])
    window.key("Down")
    window.key("Return")
    await_keyboard(window, "text", ENGLISH["text"])
    window.key("Delete")
    await_pane(window, "table", ENGLISH["messages"])
    window.gone("table cell", "Letter 3.")
    window.press("push button", "^Undo$")
    row(window, "Letter 3.")


def check_wide_letter(place, words, **environment):
    """What is too long for the window is folded, broken or shortened."""
    window = prepare(place, [WIDE_LETTER], words, **sandbox_environment(), **environment)
    window.key("Return")
    await_pane(window, "table", words["messages"])
    await_keyboard(window, "table", words["messages"])
    window.key("Down")
    window.key("Return")
    window.find("push button", words["images"])
    await_pane(window, "document web", "")
    window.press("push button", words["to-list"])
    await_pane(window, "table", words["messages"])


def test_nothing_of_a_wide_letter_is_cut(place):
    check_wide_letter(place, ENGLISH)


def test_nothing_of_a_wide_letter_is_cut_in_italian(place):
    check_wide_letter(place, ITALIAN, LANGUAGE="it")


# Without a window manager the keyboard is where the pointer is, and that begins in the middle of the display.
run(globals(), f"{WIDTH + 80}x{HEIGHT + 60}")
