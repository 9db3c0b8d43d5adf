#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""For who cannot see the window or cannot use a pointer: every control has a name, and Tab comes to every one."""

import gettext
import re

from missiva_window import Atspi, BUILD, Failure, children, is_showing, run, sandbox_environment, wait_for

LETTER = """From: Garden Committee <garden@example.org>
To: Reader <reader@example.com>
Cc: board@example.com
Subject: The plan
Date: 05 Nov 2025 10:00:00 +0000
Message-ID: <plan@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/{kind}

{greeting}

> quoted
> quoted
> quoted
> quoted
--x
Content-Type: text/plain
Content-Disposition: attachment; filename="plan.txt"

the plan
--x
Content-Type: text/plain
Content-Disposition: attachment; filename="map.txt"

the map
--x--
"""
GREETINGS = {"plain": "Hello", "html": '<p>Hello <img src="http://127.0.0.1:1/picture.png"></p>'}
USER = "garden@example.org"
# What scrolls takes the focus only when nothing in it can.
SCROLLS = {"scroll pane", "viewport"}
# Tab comes to a list, the arrows choose within it.
BY_ARROWS = {"list item", "table cell", "table column header"}


def is_by_arrows(node):
    """Of radio buttons, Tab comes to the one that is chosen."""
    role = node.get_role_name()
    return role in BY_ARROWS or (role == "radio button" and not has(node, Atspi.StateType.CHECKED))



def letter(kind):
    return LETTER.format(kind=kind, greeting=GREETINGS[kind])


def words(language):
    """Patterns of what the program says in that language."""
    translation = gettext.translation("missiva", BUILD / "po", [language], fallback=language == "en")
    return lambda text: f"^{re.escape(translation.gettext(text).replace('_', ''))}$"


def has(node, state):
    return node.get_state_set().contains(state)


def showing(node):
    """@node and what is in it, as far as it is shown."""
    if is_showing(node) or node.get_role_name() == "application":
        yield node
        for child in children(node):
            yield from showing(child)


def controls(top):
    for node in showing(top):
        role = node.get_role_name()
        focusable = has(node, Atspi.StateType.FOCUSABLE) and role not in SCROLLS
        if (focusable or role == "combo box") and has(node, Atspi.StateType.SENSITIVE):
            yield node


def label_of(node):
    for relation in node.get_relation_set():
        if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY:
            return relation.get_target(0).get_name()
    return None


def describe(node):
    """Where a control is: its role, and what has a name around it."""
    around = []
    parent = node.get_parent()
    while parent is not None and parent.get_role_name() != "application":
        if parent.get_name():
            around.append(f"{parent.get_role_name()} “{parent.get_name()}”")
        parent = parent.get_parent()
    area = Atspi.Component.get_extents(node.get_component_iface(), Atspi.CoordType.WINDOW)
    return f"{node.get_role_name()} “{node.get_name()}” at {area.x},{area.y} in " + " in ".join(around)


def window_of(node):
    while node.get_parent().get_role_name() != "application":
        node = node.get_parent()
    return node


def must_have_names(window):
    nameless = [describe(node) for node in controls(window.application()) if not (node.get_name() or label_of(node))]
    if nameless:
        raise Failure("without a name: " + "; ".join(nameless))


def add_account(place, server, name="Test", mode="imap", trusted=True):
    port = server.ports["imaps" if mode == "imap" else "pop3s"]
    place.cli("account", "add", name, "--address", USER, "--mode", mode, "--user", USER, "--incoming", f"localhost:{port}",
              "--incoming-security", "tls", *(["--ca-file", server.folder / "ca.pem"] if trusted else []))


def prepare(place, language, kind="html", **account):
    server = place.server()
    server.deliver(USER, letter(kind))
    add_account(place, server, **account)
    place.environment.update(sandbox_environment(), MISSIVA_LOCALEDIR=str(BUILD / "po"), LANGUAGE=language)


def open_message(place):
    window = place.start("--password-file", place.password)
    window.select(window.find("table cell", "The plan"))
    window.find("label", "^The plan$")
    window.find("toggle button", "plan.txt")
    return window


def choose(window, say, menu, item):
    window.press("toggle button", say(menu))
    window.find(None, say(item))
    must_have_names(window)
    window.press(None, say(item))


def check_and_leave(window, landmark):
    """The window that holds @landmark is there, is all named, and goes with Escape."""
    window.find(None, landmark)
    must_have_names(window)
    window.key("Escape")
    window.gone(None, landmark)


def check_main_window(place, language):
    say = words(language)
    prepare(place, language)
    window = open_message(place)
    window.find("push button", say("Show Remote _Images"))
    must_have_names(window)
    window.press("push button", say("Always for This _Sender"))
    choose(window, say, "Main menu", "_Preferences")
    window.find(None, "garden@example.org")
    check_and_leave(window, say("Notifications on the desktop"))
    choose(window, say, "Main menu", "_Account Settings…")
    check_and_leave(window, say("_Incoming server"))
    choose(window, say, "More", "View _Source")
    check_and_leave(window, say("Source of the message"))
    window.press("toggle button", "plan.txt$")
    check_and_leave(window, say("_Save As…"))
    window.press("push button", say("Delete"))
    window.find("push button", say("_Undo"))
    must_have_names(window)


def begin_wizard(place, server, say, password, language="en"):
    ports = server.ports
    config = place.home / "config"
    config.mkdir(parents=True)
    (config / "providers.ini").write_text(
        f"[test]\nname=Test\ndomains=example.org\nimap=localhost:{ports['imaps']} tls\npop=localhost:{ports['pop3s']} tls\n"
        f"user=full\nsign-in=password\nca-file={server.folder}/ca.pem\n")
    window = place.start("--password-file", place.password, MISSIVA_LOCALEDIR=str(BUILD / "po"), LANGUAGE=language)
    window.find("push button", say("_Add Account…"))
    must_have_names(window)
    window.press("push button", say("_Add Account…"))
    window.type_into("text", say("Your name"), "Reader")
    window.type_into("text", say("E-mail address"), USER)
    window.type_into("password text", say("Password"), password)
    must_have_names(window)
    window.press("push button", say("_Continue"))
    return window


def check_wizard(place, language):
    say = words(language)
    server = place.server()
    server.deliver(USER, letter("plain"))
    window = begin_wizard(place, server, say, "wrong", language)
    window.find("list item", "^IMAP .*localhost.*: .")
    window.find("push button", say("_Try Again"))
    must_have_names(window)
    window.type_into("password text", say("Password"), "secret")
    window.press("push button", say("_Try Again"))
    window.find("radio button", say("Downloaded (POP)"))
    must_have_names(window)
    window.press("push button", say("Edit _Servers"))
    window.find("text", "^IMAP$")
    must_have_names(window)
    window.press("push button", say("_Use These Servers"))
    for protocol, option in (("Synchronised (IMAP)", "_Everything"), ("Downloaded (POP)", "Take it off the server _at once")):
        window.press("radio button", say(protocol))
        window.press("push button", say("_Continue"))
        window.find("radio button", say(option))
        must_have_names(window)
        window.press("push button", say("Back"))


def test_every_control_of_the_main_window_has_a_name(place):
    check_main_window(place, "en")


def test_every_control_of_the_main_window_has_a_name_in_italian(place):
    check_main_window(place, "it")


def test_every_control_of_the_wizard_has_a_name(place):
    check_wizard(place, "en")


def test_every_control_of_the_wizard_has_a_name_in_italian(place):
    check_wizard(place, "it")


class Focus:
    """Follows the focus by what is told to a screen reader."""

    def __init__(self):
        self.moves = []
        self.last = None
        self.listener = Atspi.EventListener.new(self.moved)
        self.listener.register("object:state-changed:focused")

    def moved(self, event):
        node = event.source
        if node.get_role_name() == "table cell":
            node = node.get_parent()
        # GTK tells it twice.
        if event.detail1 == 1 and node != self.last:
            self.last = node
            self.moves.append(node)

    def after_tab(self, window, before):
        """Where it went next, and what that is called. What was told late, of a window that had just come, is one more and does
        no harm; of a widget that has gone since, such as an item of the menu that led here, it is left out."""
        window.key("Tab")
        return wait_for(f"the focus to leave {describe(before) if before else 'nothing'}", self.next_move)

    def next_move(self):
        if not self.moves:
            return None
        node = self.moves.pop(0)
        return node, node.get_name() or label_of(node)

    def close(self):
        self.listener.deregister("object:state-changed:focused")


def combo_around(node):
    """GTK focuses a button within a combo box."""
    parent = node
    for _ in range(3):
        parent = parent.get_parent()
        if parent is None or parent.get_role_name() == "combo box":
            return parent
    return None


def walk_by_tab(window):
    """All that Tab comes to, once around."""
    focus = Focus()
    reached = []
    while not reached or reached[-1] not in reached[:-1]:
        node, name = focus.after_tab(window, reached[-1] if reached else None)
        if not name:
            raise Failure(f"Tab comes to something without a name: {describe(node)}")
        reached.append(combo_around(node) or node)
    focus.close()
    return reached


def missed_by(reached, top):
    return [node for node in controls(top) if node not in reached and not is_by_arrows(node)]


def must_reach_all(window, top):
    """A page that has just come may take the focus to its first field in the middle of the walk, which then looks as if it were
    around; so what was missed gets a second walk. What Tab does not come to is missed by both."""
    reached = walk_by_tab(window)
    if missed_by(reached, top):
        reached += walk_by_tab(window)
    missed = missed_by(reached, top)
    if missed:
        raise Failure("Tab does not come to " + "; ".join(map(describe, missed)))
    return reached


def test_tab_comes_to_every_control_of_the_main_window(place):
    prepare(place, "en", kind="plain")
    window = open_message(place)
    reached = must_reach_all(window, window.application())
    names = [node.get_name() for node in reached]
    # The mailboxes are one stop, and passing them leaves the one that is shown.
    assert "Inbox" in names and "Drafts" not in names and "Messages" in names
    window.find("label", "^The plan$")


def test_tab_comes_to_every_control_of_a_message_in_a_window_of_its_own(place):
    window = place.start(place.file("letter.eml", letter("plain")))
    window.find("push button", "^Save All…$")
    must_reach_all(window, window.application())


def check_dialog(place, item, landmark, **account):
    prepare(place, "en", **account)
    window = place.start("--password-file", place.password)
    window.find("table cell", "The plan")
    choose(window, words("en"), "Main menu", item)
    must_reach_all(window, window_of(window.find(None, landmark)))


def test_tab_comes_to_every_setting_of_an_account_by_imap(place):
    check_dialog(place, "_Account Settings…", "^Incoming server$")


def test_tab_comes_to_every_setting_of_an_account_by_pop(place):
    check_dialog(place, "_Account Settings…", "^Incoming server$", mode="pop")


def test_tab_comes_to_every_field_of_the_servers_in_the_wizard(place):
    server = place.server()
    window = begin_wizard(place, server, words("en"), "secret")
    window.press("push button", "^Edit Servers$")
    must_reach_all(window, window_of(window.find("text", "^IMAP$")))


def test_tab_comes_to_every_preference(place):
    check_dialog(place, "_Preferences", "^Notifications on the desktop$")


run(globals())
