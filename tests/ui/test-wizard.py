#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wizard from address to first message, for IMAP and for POP, in English and in Italian, on a real server."""

import configparser
import pathlib
import re
import socket
import subprocess
import threading

from missiva_window import Atspi, BUILD, Relay, run, text_of, wait_for

USER = "lettura@example.org"
LETTER = """From: Biblioteca <prestiti@example.org>
To: lettura@example.org
Subject: {subject}
Date: 02 Nov 2025 10:00:00 +0000
Message-ID: <{number}@example.org>

Il testo della lettera {number}.
"""

ENGLISH = {
    "add": "^Add Account", "name": "^Your name$", "address": "^E-mail address$", "password": "^Password$",
    "continue": "^Continue$", "finish": "^Check and Finish$", "imap": "^Synchronised \\(IMAP\\)$",
    "pop": "^Downloaded \\(POP\\)$", "advice": "2 messages are in mailboxes other than the inbox",
    "imap-figures": "Your mailbox: 5 messages in 6 mailboxes", "pop-figures": "POP would see: 3 messages in the inbox",
    "days": "^Leave it on the server for$", "imap-mode": "^Synchronised · IMAP$", "pop-mode": "^Downloaded · POP$",
    "refused": "refused the user name or the password", "again": "^Try Again$", "implausible": "^Type an address such as",
    "trust": "^Trust This Certificate$", "servers": "^Edit Servers$", "use": "^Use These Servers$", "back": "^Back$",
    "warning": "^Without encryption your password",
}
ITALIAN = {
    "add": "^Aggiungi account", "name": "^Il tuo nome$", "address": "^Indirizzo di posta$", "password": "^Password$",
    "continue": "^Continua$", "finish": "^Controlla e concludi$", "imap": "^Sincronizzata \\(IMAP\\)$",
    "pop": "^Scaricata \\(POP\\)$", "advice": "2 messaggi sono in cartelle diverse dalla posta in arrivo",
    "imap-figures": "La tua casella: 5 messaggi in 6 cartelle", "pop-figures": "POP vedrebbe: 3 messaggi nella posta in arrivo",
    "days": "^Lascialo sul server per$", "imap-mode": "^Sincronizzata · IMAP$", "pop-mode": "^Scaricata · POP$",
}


def fill_server(place):
    server = place.server()
    for number in range(1, 4):
        server.deliver(USER, LETTER.format(subject=f"Lettera {number}", number=number))
    for number in range(4, 6):
        server.deliver(USER, LETTER.format(subject=f"Vecchia {number}", number=number), "Archive")
    return server


def write_providers(place, server, trusted=True, sends=True):
    """Makes example.org a provider whose servers are the private one's. @sends may be another port for sending."""
    ports = server.ports
    sending = ports["submission"] if sends is True else sends
    config = place.home / "config"
    config.mkdir(parents=True)
    (config / "providers.ini").write_text(
        f"[test]\nname=Test\ndomains=example.org\nimap=localhost:{ports['imaps']} tls\npop=localhost:{ports['pop3s']} tls\n"
        + (f"smtp=localhost:{sending} starttls\n" if sends else "") + "user=full\nsign-in=password\n"
        + (f"ca-file={server.folder}/ca.pem\n" if trusted else ""))


def type_into(window, name, text):
    Atspi.EditableText.set_text_contents(window.find(None, name).get_editable_text_iface(), text)


def begin(place, words, password="secret", address=USER, trusted=True, sends=True, **environment):
    server = fill_server(place)
    write_providers(place, server, trusted, sends)
    # Any password file keeps the keyring out of it; the one that counts is typed.
    window = place.start("--password-file", place.password, MISSIVA_LOCALEDIR=str(BUILD / "po"), **environment)
    fill_in(window, words, address, password)
    return window


def fill_in(window, words=ENGLISH, address=USER, password="secret"):
    window.press("push button", words["add"])
    type_into(window, words["name"], "Biblioteca di prova")
    type_into(window, words["address"], address)
    type_into(window, words["password"], password)
    window.press("push button", words["continue"])


def choose(window, mode):
    window.press("radio button", ENGLISH[mode])
    window.press("push button", ENGLISH["continue"])
    window.find("push button", ENGLISH["finish"])


def finish(window, mode):
    choose(window, mode)
    window.press("push button", ENGLISH["finish"])
    window.find("table cell", "Lettera 3")


def choose_security(window, name, index):
    combo = window.find("combo box", name)
    Atspi.Selection.select_child(combo.get_selection_iface(), index)


def settings(place):
    parser = configparser.ConfigParser()
    wait_for("the account's settings", lambda: parser.read(place.home / "config" / "accounts" / f"{USER}.ini"))
    return parser["account"]


def check_to_first_message(place, words, mode, **environment):
    window = begin(place, words, **environment)
    # What a screen reader says of the two cards: their five lines and the figures of this mailbox.
    assert words["imap-figures"] in window.find("radio button", words["imap"]).get_description()
    assert words["pop-figures"] in window.find("radio button", words["pop"]).get_description()
    window.text(words["advice"])
    window.press("radio button", words[mode])
    window.press("push button", words["continue"])
    if mode == "pop":
        window.press("radio button", words["days"])
    window.press("push button", words["finish"])
    window.find("label", words[f"{mode}-mode"])
    window.find("table cell", "Lettera 3")
    saved = settings(place)
    assert saved["mode"] == mode and saved["address"] == USER and saved["full-name"] == "Biblioteca di prova"
    assert mode != "pop" or saved["pop-keep"] == "days:14"
    window.select(window.find("table cell", "Lettera 2"))
    window.text("Il testo della lettera 2")


def test_from_address_to_first_message_by_imap(place):
    check_to_first_message(place, ENGLISH, "imap")


def test_from_address_to_first_message_by_pop(place):
    check_to_first_message(place, ENGLISH, "pop")


def test_from_address_to_first_message_by_imap_in_italian(place):
    check_to_first_message(place, ITALIAN, "imap", LANGUAGE="it")


def test_from_address_to_first_message_by_pop_in_italian(place):
    check_to_first_message(place, ITALIAN, "pop", LANGUAGE="it")


def test_an_address_that_cannot_be_one_is_named_beside_its_field(place):
    window = begin(place, ENGLISH, address="nobody")
    window.text(ENGLISH["implausible"])


def test_a_refused_password_is_typed_again_on_the_same_page(place):
    window = begin(place, ENGLISH, password="wrong")
    window.text(ENGLISH["refused"])
    type_into(window, ENGLISH["password"], "secret")
    window.press("push button", ENGLISH["again"])
    window.find("radio button", ENGLISH["imap"])


def test_an_unknown_certificate_is_shown_before_the_password_leaves(place):
    window = begin(place, ENGLISH, trusted=False)
    window.text("SHA-256: [0-9a-f]{64}")
    assert "Login:" not in (place.folder / "server" / "dovecot.log").read_text()
    # Trying again would fail in the same way.
    assert window.look("push button", ENGLISH["again"]) is None
    fingerprint = window.text("SHA-256: [0-9a-f]{64}").get_name().split("SHA-256: ")[1]
    window.press("push button", ENGLISH["trust"])
    finish(window, "imap")
    saved = settings(place)
    assert fingerprint in saved["incoming-pin"] and fingerprint in saved["outgoing-pin"]


def test_goes_on_without_a_server_for_sending(place):
    window = begin(place, ENGLISH, sends=False)
    choose(window, "imap")
    window.press("push button", ENGLISH["finish"])
    window.text("the server for outgoing mail cannot be found")
    window.find("push button", ENGLISH["again"])
    window.press("push button", "^Go on without sending$")
    window.find("table cell", "Lettera 3")
    assert not settings(place).get("outgoing")


def begin_with_dead_sending(place, dead):
    """@dead: a socket that nobody listens at. Comes to the page that says so."""
    dead.bind(("127.0.0.1", 0))
    window = begin(place, ENGLISH, sends=dead.getsockname()[1])
    choose(window, "imap")
    window.press("push button", ENGLISH["finish"])
    window.text(f"^{USER}: localhost does not accept connections")
    window.find("push button", ENGLISH["again"])
    window.find("push button", "^Go on without sending$")
    assert not (place.home / "config" / "accounts").exists()
    return window


def test_names_a_server_for_sending_that_is_dead_and_takes_another(place):
    with socket.socket() as dead:
        window = begin_with_dead_sending(place, dead)
        window.press("push button", ENGLISH["servers"])
        right = f"localhost:{place.servers[0].ports['submission']}"
        type_into(window, "^Outgoing \\(SMTP\\)$", right)
        window.press("push button", ENGLISH["use"])
        finish(window, "imap")
        assert settings(place)["outgoing"] == right


def test_goes_on_without_a_server_for_sending_that_is_dead(place):
    with socket.socket() as dead:
        window = begin_with_dead_sending(place, dead)
        window.press("push button", "^Go on without sending$")
        window.find("table cell", "Lettera 3")


def test_tries_a_server_for_sending_again_that_was_dead(place):
    with socket.socket() as dead:
        window = begin_with_dead_sending(place, dead)
        port = dead.getsockname()[1]
    relay = Relay(place.servers[0].ports["submission"], port)
    place.at_end(relay.close)
    window.press("push button", ENGLISH["again"])
    window.find("table cell", "Lettera 3")
    assert settings(place)["outgoing"] == f"localhost:{port}"


def test_offers_no_other_try_to_who_needs_another_way_to_sign_in(place):
    config = place.home / "config"
    config.mkdir(parents=True)
    (config / "providers.ini").write_text("[test]\nname=Test\ndomains=example.org\nimap=localhost:1 tls\nuser=full\nsign-in=oauth\n")
    window = place.start("--password-file", place.password)
    fill_in(window)
    window.text(": Test lets mail programs in only after sign-in on its own page")
    window.find("push button", ENGLISH["servers"])
    assert window.look("push button", ENGLISH["again"]) is None


def test_says_what_follows_from_each_choice_of_pop(place):
    window = begin(place, ENGLISH)
    choose(window, "pop")
    for name, consequence in (("Leave it on the server until I delete it here", "until you delete it on this computer"),
                              ("Leave it on the server for", "have that long to fetch or read it"),
                              ("Leave it on the server for good", "Nothing ever leaves the server"),
                              ("Take it off the server at once", "After this first download 3 messages, .* will be on this computer only")):
        # Heard with the choice, and seen beneath it.
        assert re.search(consequence, window.find("radio button", f"^{name}$").get_description())
        window.find("label", consequence)


def test_every_field_can_be_typed_by_hand(place):
    window = begin(place, ENGLISH, trusted=True)
    ports = place.servers[0].ports
    window.find("radio button", ENGLISH["imap"])
    window.press("push button", ENGLISH["servers"])
    use = ENGLISH["use"]
    for name in ("^IMAP$", "^POP$", "^Outgoing \\(SMTP\\)$", "^User name$", "^User name for sending$"):
        type_into(window, name, "")
    window.press("push button", use)
    window.text("^Name at least one server for incoming mail")
    type_into(window, "^POP$", "localhost")
    window.press("push button", use)
    window.text("^Type the user name")
    type_into(window, "^User name$", USER)
    window.press("push button", use)
    window.text("^A server is written as name:port")
    type_into(window, "^POP$", f"localhost:{ports['pop3']}")
    choose_security(window, "^Security of POP$", 2)
    window.text(ENGLISH["warning"])
    choose_security(window, "^Security of POP$", 1)
    window.gone("label", ENGLISH["warning"])
    type_into(window, "^Outgoing \\(SMTP\\)$", f"localhost:{ports['submission']}")
    choose_security(window, "^Security of sending$", 1)
    type_into(window, "^User name for sending$", "posta@example.org")
    window.press("push button", use)
    # Nothing is known of IMAP: it cannot be chosen.
    card = window.find("radio button", ENGLISH["imap"])
    assert not card.get_state_set().contains(Atspi.StateType.SENSITIVE)
    finish(window, "pop")
    saved = settings(place)
    assert (saved["incoming"], saved["incoming-security"], saved["user"]) == (f"localhost:{ports['pop3']}", "starttls", USER)
    assert (saved["outgoing"], saved["outgoing-user"]) == (f"localhost:{ports['submission']}", "posta@example.org")


class AlertingServer:
    """Speaks just enough IMAP to refuse a sign-in with something to read."""

    def __init__(self, *alerts):
        self.alerts = alerts
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            with peer, peer.makefile("rw", newline="\r\n") as lines:
                try:
                    self.talk(lines)
                except OSError:
                    pass

    def talk(self, lines):
        def say(text):
            lines.write(text + "\n")
            lines.flush()
        say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready")
        for line in lines:
            tag, command = line.split()[:2]
            if command == "AUTHENTICATE":
                say("+ ")
                lines.readline()
                for alert in self.alerts:
                    say(f"* NO [ALERT] {alert}")
                say(f"{tag} NO no")
            elif command == "CAPABILITY":
                say("* CAPABILITY IMAP4rev1 AUTH=PLAIN")
                say(f"{tag} OK done")
            else:
                say(f"{tag} OK bye")
                return

    def close(self):
        self.socket.close()


def test_what_a_server_wants_to_be_read_is_quoted_until_it_is_closed(place):
    server = AlertingServer("Make an <b>app password</b>", "Closed at noon")
    config = place.home / "config"
    config.mkdir(parents=True)
    (config / "providers.ini").write_text(f"[test]\nname=Test\ndomains=alerts.invalid\nimap=127.0.0.1:{server.port} none\n"
                                          "user=full\nsign-in=password\n")
    window = place.start("--password-file", place.password)
    fill_in(window, address="reader@alerts.invalid")
    window.text("^The server of reader@alerts.invalid says: “Make an <b>app password</b>”$")
    window.find("push button", ENGLISH["servers"])
    window.press("push button", ENGLISH["servers"])
    window.find("push button", ENGLISH["use"])
    bar = window.find("info bar", "^Information$")
    window.press("push button", "^Close$", within=bar)
    window.text("^The server of reader@alerts.invalid says: “Closed at noon”$")
    window.press("push button", "^Close$", within=bar)
    wait_for("the bar to go", lambda: window.look(None, "says: “") is None)
    server.close()


GTK_HEBREW = pathlib.Path("/usr/share/locale/he/LC_MESSAGES/gtk30.mo")


def extents(node):
    return Atspi.Component.get_extents(node.get_component_iface(), Atspi.CoordType.SCREEN)


def test_reads_from_right_to_left_where_the_language_does(place):
    if not GTK_HEBREW.exists():
        print("# GTK's own translations are not installed")
        return
    # GTK turns the window round only for a program that is translated itself.
    catalogue = place.folder / "locale" / "he" / "LC_MESSAGES" / "missiva.mo"
    catalogue.parent.mkdir(parents=True)
    subprocess.run(["msgfmt", "-o", catalogue, "-"], check=True, text=True,
                   input='msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
    write_providers(place, fill_server(place))
    window = place.start("--password-file", place.password, LANGUAGE="he", MISSIVA_LOCALEDIR=str(place.folder / "locale"))
    fill_in(window, password="wrong")
    again, details = window.find("push button", ENGLISH["again"]), window.find("toggle button", "^Details$")
    servers = window.find("push button", ENGLISH["servers"])
    assert extents(again).x < extents(servers).x
    assert extents(details).x > extents(again).x + extents(again).width
    type_into(window, ENGLISH["password"], "secret")
    window.press("push button", ENGLISH["again"])
    imap, pop = window.find("radio button", ENGLISH["imap"]), window.find("radio button", ENGLISH["pop"])
    wait_for("the cards to lie side by side", lambda: extents(imap).x > extents(pop).x + extents(pop).width > 0)


def test_both_cards_are_seen_whole_with_larger_letters(place):
    window = begin(place, ENGLISH, GDK_DPI_SCALE="1.2")
    advice = window.text(ENGLISH["advice"])

    def are_whole():
        bottoms = [extents(window.find("radio button", ENGLISH[mode])) for mode in ("imap", "pop")]
        return all(0 < area.y + area.height <= extents(advice).y for area in bottoms)
    wait_for("both cards above the advice", are_whole)


def check_going_back(place, go_back):
    window = begin(place, ENGLISH, sends=False)
    window.find("radio button", ENGLISH["imap"])
    go_back(window)
    # What was typed is still there.
    wait_for("the address", lambda: text_of(window.find(None, ENGLISH["address"])) == USER)
    window.press("push button", ENGLISH["continue"])
    choose(window, "pop")
    go_back(window)
    window.find("radio button", ENGLISH["pop"])
    window.press("push button", ENGLISH["continue"])
    window.press("push button", ENGLISH["finish"])
    window.find("push button", "^Go on without sending$")
    go_back(window)
    window.press("radio button", ENGLISH["days"])
    go_back(window)
    window.press("push button", ENGLISH["servers"])
    window.find(None, "^IMAP$")
    go_back(window)
    window.find(None, ENGLISH["address"])
    assert not (place.home / "config" / "accounts").exists()
    return window


def test_the_button_goes_back_from_every_page(place):
    check_going_back(place, lambda window: window.press("push button", ENGLISH["back"]))


def test_alt_left_goes_back_from_every_page(place):
    check_going_back(place, lambda window: window.key("alt+Left"))


def test_escape_goes_back_from_every_page_and_leaves_the_first(place):
    window = check_going_back(place, lambda window: window.key("Escape"))
    window.key("Escape")
    window.gone(None, ENGLISH["address"])
    window.find("push button", ENGLISH["add"])


def test_servers_can_be_edited_by_hand_and_clear_text_is_named(place):
    window = begin(place, ENGLISH)
    window.find("radio button", ENGLISH["imap"])
    window.press("push button", ENGLISH["servers"])
    field = window.find(None, "^IMAP$")
    assert "localhost:" in Atspi.Text.get_text(field.get_text_iface(), 0, -1)
    window.press("push button", ENGLISH["use"])
    window.find("radio button", ENGLISH["imap"])
    window.press("push button", ENGLISH["back"])
    window.find(None, ENGLISH["address"])


run(globals())
