#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing an account and setting its mailbox up in the other way; and the help that says how."""

import json
import subprocess

from missiva_window import Atspi, BUILD, run, text_of, wait_for

ENGLISH = {
    "menu": "^Main menu$", "settings": "^Account Settings", "ask": "^Remove Account…$", "remove": "^Remove Account$",
    "cancel": "^Cancel$", "copies": "^All its mail stays on the server(?s:.)*copies of 3 messages", "waiting": "1 change that you made",
    "own": "^3 messages are only on this computer(?s:.)*stays in the folder .*/home/data/{account}\\.",
    "also": "^Also delete the 3 messages that are only", "lost": "^3 messages are only(?s:.)*3 messages will be lost for ever",
    "welcome": "^Welcome to Missiva$",
    "damaged": "^pop: the mail on this computer is damaged\\.", "advice": "^Put its folder back from a backup", "again": "^Try Again$",
    "unknown": "is unknown(?s:.)*stays as it is in the folder .*/home/data/{account}\\.",
}
ITALIAN = {
    "menu": "^Menu principale$", "settings": "^Impostazioni dell’account", "ask": "^Rimuovi account…$",
    "remove": "^Rimuovi l’account$", "own": "^3 messaggi sono solo su questo computer(?s:.)*resta nella cartella .*/home/data/{account}\\.",
    "also": "^Elimina anche i 3 messaggi che sono solo", "lost": "3 messaggi andranno persi per sempre",
    "welcome": "^Ti diamo il benvenuto in Missiva$",
    "damaged": "^pop: la posta su questo computer è danneggiata\\.", "advice": "^Rimetti la sua cartella", "again": "^Riprova$",
    "unknown": "non si sa quanti(?s:.)*resta com’è nella cartella .*/home/data/{account}\\.",
}


def letter(number, mode):
    return f"""From: Writer {number} by {mode} <writer{number}@example.org>
To: {mode}@example.org
Subject: Letter {number}
Date: 0{number} Nov 2025 10:00:00 +0000
Message-ID: <{number}.{mode}@example.org>

The text of letter {number}.
"""


def add_account(place, server, mode, *more, synchronised=True):
    port = server.ports["imaps" if mode == "imap" else "pop3s"]
    for number in range(1, 4):
        server.deliver(f"{mode}@example.org", letter(number, mode))
    place.cli("account", "add", mode, "--address", f"{mode}@example.org", "--mode", mode, "--user", f"{mode}@example.org",
              "--incoming", f"localhost:{port}", "--incoming-security", "tls", "--ca-file", server.folder / "ca.pem", *more)
    if synchronised:
        place.cli("sync", mode, "--password-file", place.password)


def start(place, **environment):
    return place.start("--password-file", place.password, MISSIVA_LOCALEDIR=str(BUILD / "po"), **environment)


def ask(window, words):
    window.press("toggle button", words["menu"])
    window.press(None, words["settings"])
    window.press("push button", words["ask"])


def settings_file(place, name):
    return place.home / "config" / "accounts" / f"{name}.ini"


def mail_folder(place, name):
    return place.home / "data" / name


def await_gone(path):
    wait_for(f"the end of {path}", lambda: not path.exists())


def test_an_account_of_imap_goes_and_the_next_is_shown(place):
    server = place.server()
    add_account(place, server, "imap")
    add_account(place, server, "pop")
    server.stop()
    window = start(place)
    window.find("label", "^Synchronised · IMAP$")
    window.select(window.find("table cell", "Letter 2"))
    window.text("The text of letter 2")
    window.key("s")
    window.find("table cell", "^from Writer 2.*starred")
    ask(window, ENGLISH)
    window.text(ENGLISH["copies"])
    window.text(ENGLISH["waiting"])
    window.press("push button", ENGLISH["remove"])
    window.gone("label", "^Synchronised · IMAP$")
    window.find("label", "^Downloaded · POP$")
    window.find("table cell", "Letter 3")
    await_gone(settings_file(place, "imap"))
    await_gone(mail_folder(place, "imap"))
    assert settings_file(place, "pop").exists() and mail_folder(place, "pop").exists()


def test_cancel_leaves_all_as_it_is(place):
    server = place.server()
    add_account(place, server, "imap")
    server.stop()
    window = start(place)
    window.find("table cell", "Letter 1")
    ask(window, ENGLISH)
    window.text(ENGLISH["copies"])
    question = window.find("push button", ENGLISH["remove"]).get_parent()
    window.press("push button", ENGLISH["cancel"], within=question)
    window.gone("push button", ENGLISH["remove"])
    window.find("table cell", "Letter 1")
    assert settings_file(place, "imap").exists()


def check_pop_mail_stays(place, words, **environment):
    server = place.server()
    add_account(place, server, "pop", "--pop-keep", "delete")
    server.stop()
    window = start(place, **environment)
    window.find("table cell", "Letter 1")
    ask(window, words)
    window.text(words["own"].format(account="pop"))
    window.press("push button", words["remove"])
    window.find(None, words["welcome"])
    await_gone(settings_file(place, "pop"))
    window.close()
    place.cli("account", "add", "pop", "--address", "pop@example.org", "--mode", "pop", "--user", "pop@example.org",
              "--incoming", "localhost:1", "--incoming-security", "tls")
    subjects = {row["subject"] for row in json.loads(place.cli("--json", "list", "pop", "INBOX"))}
    assert subjects == {"Letter 1", "Letter 2", "Letter 3"}, subjects


def test_pop_mail_that_is_only_here_stays_and_is_there_again(place):
    check_pop_mail_stays(place, ENGLISH)


def test_pop_mail_that_is_only_here_stays_and_is_there_again_in_italian(place):
    check_pop_mail_stays(place, ITALIAN, LANGUAGE="it")


def test_pop_mail_goes_for_ever_when_that_is_asked_for_too(place):
    server = place.server()
    add_account(place, server, "pop", "--pop-keep", "delete")
    server.stop()
    window = start(place)
    window.find("table cell", "Letter 1")
    ask(window, ENGLISH)
    window.press("check box", ENGLISH["also"])
    window.text(ENGLISH["lost"])
    window.press("push button", ENGLISH["remove"])
    window.find(None, ENGLISH["welcome"])
    await_gone(settings_file(place, "pop"))
    await_gone(mail_folder(place, "pop"))


def test_a_message_in_its_own_window_outlives_its_account(place):
    server = place.server()
    add_account(place, server, "imap")
    window = start(place)
    window.select(window.find("table cell", "Letter 2"))
    window.text("The text of letter 2")
    window.key("ctrl+Return")
    letter_window = window.find("frame", "^Letter 2$")
    window.press("toggle button", ENGLISH["menu"])
    window.press(None, ENGLISH["settings"])
    window.press("push button", ENGLISH["ask"])
    window.press("push button", ENGLISH["remove"])
    window.find(None, ENGLISH["welcome"])
    await_gone(mail_folder(place, "imap"))
    window.find(None, "^Writer 2", within=letter_window)


def check_a_damaged_account_says_so_and_goes(place, words, **environment):
    server = place.server()
    add_account(place, server, "imap")
    add_account(place, server, "pop", "--pop-keep", "delete")
    server.stop()
    store, noise = mail_folder(place, "pop") / "mail.db", b"x" * 9000
    store.write_bytes(noise)
    window = start(place, **environment)
    window.find("table cell", "Letter 2")
    window.click(window.find("list item", words["damaged"]))
    window.text(words["advice"])
    window.text("mail.db is damaged")
    dialog = window.find("push button", words["ask"]).get_parent()
    window.press("push button", words["again"], within=dialog)
    wait_for("the same problem once more", lambda: window.look("push button", words["ask"]) not in (None, dialog))
    window.press("push button", words["ask"])
    window.text(words["unknown"].format(account="pop"))
    assert store.read_bytes() == noise and settings_file(place, "pop").exists()
    window.press("push button", words["remove"])
    window.gone("list item", words["damaged"])
    await_gone(settings_file(place, "pop"))
    assert store.read_bytes() == noise
    window.find("table cell", "Letter 2")


def test_a_damaged_account_says_so_and_can_be_removed(place):
    check_a_damaged_account_says_so_and_goes(place, ENGLISH)


def test_a_damaged_account_says_so_and_can_be_removed_in_italian(place):
    check_a_damaged_account_says_so_and_goes(place, ITALIAN, LANGUAGE="it")


def test_what_cannot_be_read_goes_for_ever_when_that_is_asked_for_too(place):
    server = place.server()
    add_account(place, server, "pop", "--pop-keep", "delete")
    server.stop()
    (mail_folder(place, "pop") / "mail.db").write_bytes(b"x" * 9000)
    window = start(place)
    window.click(window.find("list item", ENGLISH["damaged"]))
    window.press("push button", ENGLISH["ask"])
    window.press("check box", "^Also delete the mail on this computer$")
    window.text("What is on this computer only will be lost for ever")
    window.press("push button", ENGLISH["remove"])
    window.find(None, ENGLISH["welcome"])
    await_gone(settings_file(place, "pop"))
    await_gone(mail_folder(place, "pop"))


def test_settings_that_were_mended_open_the_account(place):
    server = place.server()
    add_account(place, server, "imap")
    settings = settings_file(place, "imap")
    good = settings.read_bytes()
    settings.write_text("no settings")
    window = start(place)
    window.text("^imap: the settings of the account cannot be used")
    # The menu leads there, too, since there is nothing else to set.
    window.press("toggle button", ENGLISH["menu"])
    window.press(None, ENGLISH["settings"])
    window.text("imap\\.ini: ")
    settings.write_bytes(good)
    window.press("push button", "^Try Again$")
    window.find("table cell", "Letter 1")
    window.find("label", "^Synchronised · IMAP$")
    assert settings.read_bytes() == good


def test_the_first_account_is_shown_though_another_has_its_mailboxes_first(place):
    server = place.server()
    add_account(place, server, "imap", synchronised=False)
    add_account(place, server, "pop")
    window = start(place)
    # Its mailboxes are not known before the first answer of the server; those of POP are there at once.
    window.find("table cell", "from Writer 2 by imap")
    assert window.look("table cell", "by pop") is None


def test_an_account_that_cannot_be_reached_is_not_waited_for(place):
    server = place.server()
    add_account(place, server, "imap", synchronised=False)
    add_account(place, server, "pop")
    server.stop()
    window = start(place)
    window.find("table cell", "from Writer 2 by pop")


def test_the_wizard_begins_with_what_is_known_to_set_it_up_the_other_way(place):
    server = place.server()
    add_account(place, server, "imap", "--full-name", "Reader")
    (place.home / "config" / "providers.ini").write_text(
        f"[test]\nname=Test\ndomains=example.org\nimap=localhost:{server.ports['imaps']} tls\npop=localhost:{server.ports['pop3s']} "
        f"tls\nsmtp=localhost:{server.ports['submission']} starttls\nuser=full\nsign-in=password\nca-file={server.folder}/ca.pem\n")
    window = start(place)
    window.find("table cell", "Letter 1")
    window.press("toggle button", ENGLISH["menu"])
    window.press(None, ENGLISH["settings"])
    window.press("push button", "^Set Up with POP…$")
    assert text_of(window.find("text", "^E-mail address$")) == "imap@example.org"
    assert text_of(window.find("text", "^Your name$")) == "Reader"
    password = window.find(None, "^Password$")
    wait_for("the cursor in the password", lambda: password.get_state_set().contains(Atspi.StateType.FOCUSED))
    Atspi.EditableText.set_text_contents(password.get_editable_text_iface(), "secret")
    window.press("push button", "^Continue$")
    # What was asked for is chosen, whatever is recommended.
    choice = window.find("radio button", "^Downloaded \\(POP\\)$")
    wait_for("POP to be chosen", lambda: choice.get_state_set().contains(Atspi.StateType.CHECKED))
    window.press("push button", "^Continue$")
    window.press("push button", "^Check and Finish$")
    window.find("label", "^Downloaded · POP$")
    window.find("label", "^Synchronised · IMAP$")


def test_help_is_read_with_the_keyboard(place):
    window = start(place)
    window.find(None, ENGLISH["welcome"])
    window.key("F1")
    window.find("list item", "^IMAP or POP\\?$")
    # Without a window manager nobody gives a new window the keyboard.
    subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Help$", "windowfocus", "--sync"], check=True)
    frame = window.find("frame", "^Help$")
    wait_for("the keyboard", lambda: frame.get_state_set().contains(Atspi.StateType.ACTIVE))
    window.key("Down")
    window.key("space")
    window.text("^With POP your mail lives on this computer")
    window.key("Escape")
    window.gone("list item", "^IMAP or POP")


def test_the_keys_are_listed_once_more_after_they_were_closed(place):
    window = start(place)
    window.find(None, ENGLISH["welcome"])
    for _ in range(2):
        window.key("ctrl+question")
        window.find("label", "^Search this mailbox$")
        window.key("Escape")
        window.gone("label", "^Search this mailbox$")
    window.key("F1")
    window.find("list item", "^IMAP or POP\\?$")


run(globals())
