#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wizard from address to first message, for IMAP and for POP, in English and in Italian, on a real server."""

import configparser

from missiva_window import Atspi, BUILD, run, wait_for

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


def write_providers(place, server, trusted=True):
    """Makes example.org a provider whose servers are the private one's."""
    ports = server.ports
    config = place.home / "config"
    config.mkdir(parents=True)
    (config / "providers.ini").write_text(
        f"[test]\nname=Test\ndomains=example.org\nimap=localhost:{ports['imaps']} tls\npop=localhost:{ports['pop3s']} tls\n"
        f"smtp=localhost:{ports['submission']} starttls\nuser=full\nsign-in=password\n"
        + (f"ca-file={server.folder}/ca.pem\n" if trusted else ""))


def type_into(window, name, text):
    Atspi.EditableText.set_text_contents(window.find(None, name).get_editable_text_iface(), text)


def begin(place, words, password="secret", address=USER, trusted=True, **environment):
    server = fill_server(place)
    write_providers(place, server, trusted)
    # Any password file keeps the keyring out of it; the one that counts is typed.
    window = place.start("--password-file", place.password, MISSIVA_LOCALEDIR=str(BUILD / "po"), **environment)
    window.press("push button", words["add"])
    type_into(window, words["name"], "Biblioteca di prova")
    type_into(window, words["address"], address)
    type_into(window, words["password"], password)
    window.press("push button", words["continue"])
    return window


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
    window.press("push button", ENGLISH["trust"])
    window.find("radio button", ENGLISH["imap"])


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
