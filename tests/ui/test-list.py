#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the message list: their height, what they say, what can be clicked on them."""

import datetime
import subprocess

from missiva_window import Atspi, Failure, add_account, children, is_showing, letter, open_row, row, run, wait_for

EDGE, ICON, GAP = 12, 16, 6  # as row-renderer.c places them


def add_letters(place, mode, count, *settings):
    """An account on a server with @count letters."""
    server = place.server()
    for number in range(1, count + 1):
        server.deliver(f"{mode}@example.org", letter(number, f"Letter {number}.", f"{number:02} Nov 2025 10:00:00 +0000"))
    add_account(place, server, "Test", mode, *settings)
    return server


def prepare(place, mode, count, *settings):
    """@count letters, synced; then the server is gone."""
    server = add_letters(place, mode, count, *settings)
    place.cli("sync", "Test", "--password-file", place.password)
    server.stop()
    return place.start("--password-file", place.password)


def on_screen(node):
    extents = Atspi.Component.get_extents(node.get_component_iface(), Atspi.CoordType.SCREEN)
    return extents.x, extents.y, extents.width, extents.height


def point_at(node, nth):
    """Moves the pointer onto the @nth icon from the end of a row's first line, as a hand does: in more than one step."""
    x, y, width, height = on_screen(node)
    x += width - EDGE - ICON // 2 - nth * (ICON + GAP)
    y += height // 3
    for step in (3, 2, 1, 0):
        subprocess.run(["xdotool", "mousemove", str(x - step), str(y)], check=True)


def click():
    subprocess.run(["xdotool", "click", "1"], check=True)


def first_shown(window):
    """The row at the top of the list: its name, and where it is."""
    table = window.find("table", "^Messages$")
    _, top, _, _ = on_screen(table.get_parent())
    shown = [(on_screen(cell)[1], cell.get_name()) for cell in children(table) if is_showing(cell) and on_screen(cell)[1] >= top]
    return min(shown)[1]


def last_shown(window):
    """The row at the bottom of the list, which may be cut: its name, and where it is."""
    table = window.find("table", "^Messages$")
    _, top, _, height = on_screen(table.get_parent())
    shown = [(on_screen(cell)[1], cell.get_name(), on_screen(cell)) for cell in children(table)
             if is_showing(cell) and on_screen(cell)[1] + 6 < top + height]
    return max(shown)[1:]


def is_whole(window, subject):
    cell = window.look("table cell", subject)
    if cell is None:
        return False
    _, top, _, height = on_screen(window.find("table", "^Messages$").get_parent())
    _, y, _, own = on_screen(cell)
    return top <= y and y + own <= top + height


def choose_lines(window, name):
    window.key("ctrl+comma")
    window.press("radio button", name)
    window.key("Escape")
    window.gone("radio button", name)


def test_rows_have_two_lines_and_three_on_demand_at_once(place):
    window = prepare(place, "imap", 30)
    open_row(window, "Letter 12.")
    before = row(window, "Letter 12.").get_name()
    top = first_shown(window)
    two = on_screen(row(window, "Letter 12."))[3]
    choose_lines(window, "^Three lines for each message$")
    three = wait_for("higher rows", lambda: (h := on_screen(row(window, top))[3]) > two and h)
    if not 1.2 * two < three < 1.6 * two:
        raise Failure(f"two lines are {two} high, three {three}")
    if first_shown(window) != top:
        raise Failure(f"{first_shown(window)} is at the top, not {top}")
    if before != row(window, "Letter 12.").get_name():
        raise Failure("a row is spoken of in other words")
    choose_lines(window, "^Two lines for each message$")
    wait_for("lower rows", lambda: on_screen(row(window, top))[3] == two)
    if first_shown(window) != top:
        raise Failure(f"{first_shown(window)} is at the top, not {top}")


def test_the_first_rows_of_a_new_account_are_at_the_top(place):
    add_letters(place, "imap", 25)
    window = place.start("--password-file", place.password)
    window.find("table cell", "Letter 20.")
    if "Letter 25." not in first_shown(window):
        raise Failure(f"{first_shown(window)} is at the top")


def test_what_an_undo_brings_back_is_shown_where_it_was(place):
    window = prepare(place, "pop", 30)
    row(window, "Letter 30\\.")
    name, (x, y, _, _) = last_shown(window)
    subject = name.split(", ")[-2]
    subprocess.run(["xdotool", "mousemove", str(x + 120), str(y + 4), "click", "1"], check=True)
    window.find("label", f"^{subject}$")
    window.key("Delete")
    window.gone("table cell", subject)
    following = f"Letter {int(subject[len('Letter '):-1]) - 1}."
    wait_for(f"{following} to be selected", lambda: window.look("label", f"^{following}$") and is_whole(window, following))
    top = first_shown(window)
    window.key("ctrl+z")
    wait_for(f"{subject} to be shown", lambda: is_whole(window, subject))
    if first_shown(window) != top:
        raise Failure(f"{first_shown(window)} is at the top, not {top}")
    # It is selected again, and no other: what comes next is meant for it.
    window.find("label", f"^{subject}$")
    window.key("Delete")
    window.gone("table cell", subject)
    row(window, following)


def leaving_day(days):
    day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    year = f" {day.year}" if day.year != datetime.datetime.now(datetime.timezone.utc).year else ""
    return f"{day.day} {day:%B}{year}"


def test_says_when_a_message_leaves_the_server(place):
    window = prepare(place, "pop", 1, "--pop-keep", "days:14")
    days = f"({leaving_day(14)}|{leaving_day(13)})"  # midnight may have passed
    row(window, f"Letter 1..*, leaves the server on {days}$")


def test_follows_the_settings_in_what_it_says_of_the_server(place):
    window = prepare(place, "pop", 1, "--pop-keep", "forever")
    row(window, "Letter 1., 1 Nov 2025$")
    window.close()
    place.cli("account", "set", "Test", "pop-keep=days:14")
    window = place.start("--password-file", place.password)
    row(window, "Letter 1..*, leaves the server on ")


def test_a_button_of_a_row_archives_it(place):
    window = prepare(place, "pop", 2)
    cell = row(window, "Letter 2.")
    point_at(cell, 1)
    click()
    window.gone("table cell", "Letter 2.")
    window.press("push button", "^Undo$")
    row(window, "Letter 2.")


def test_offers_no_archiving_in_the_archive(place):
    window = prepare(place, "pop", 2)
    open_row(window, "Letter 2.")
    wait_for("the button to work", lambda: window.find("push button", "^Archive$").get_state_set().contains(Atspi.StateType.SENSITIVE))
    window.key("a")
    window.gone("table cell", "Letter 2.")
    window.select(window.find("list item", "^Archive"))
    cell = row(window, "Letter 2.")
    point_at(cell, 1)
    click()
    # The click chose the row, as one on its text does, and moved nothing.
    window.find("label", "^Letter 2.$")
    row(window, "Letter 2.")
    if window.find("push button", "^Archive$").get_state_set().contains(Atspi.StateType.SENSITIVE):
        raise Failure("what is archived can be archived")


run(globals())
