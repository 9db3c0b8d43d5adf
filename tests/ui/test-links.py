#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links lead to the person's own programs, once for each click, and never where the message does not say."""

from missiva_window import Atspi, Failure, is_showing, run, sandbox_environment, wait_for

HEAD = """From: Garden Committee <garden@example.org>
To: reader@example.com
Subject: Links
Date: Fri, 20 Nov 2026 08:05:00 +0000
MIME-Version: 1.0
Content-Type: text/{kind}; charset=utf-8

"""
PLAIN = HEAD.format(kind="plain") + """The plan is at https://example.org/plan?a=1&b=2, write to garden@example.org
or see www.example.net (not javascript:alert(1) and not file:///etc/passwd).
Sign in at https://bank.example@thief.example/login today.
Loud: HTTPS://example.org/LOUD
The end: https://example.org/end
"""
HTML = HEAD.format(kind="html") + """<p><a href="#below">to the end of it</a></p>
<p><a href="https://example.org/plan?a=1&amp;b=2">the plan</a></p>
<p><a href="mailto:garden@example.org?subject=hello">write to us</a></p>
<p><a href="https://thief.example/login">https://bank.example/login</a></p>
<p><a href="https://bank.example@thief.example/">our prices</a></p>
<p><a href="javascript:location='https://thief.example/script'">script</a>
<a href="java&#10;script:location='https://thief.example/script'">hidden script</a>
<a href="file:///etc/passwd">file</a>
<a href="data:text/html,hello">data</a></p>
<p><a href="https://example.org/end" target="_blank">the end</a></p>
<div style="height: 3000px"></div><p id="below"><a href="https://example.org/below">far below</a></p>
"""
SCHEMES = [f"x-scheme-handler/{scheme}" for scheme in ("http", "https", "mailto", "file", "javascript", "data")]


def show(place, message):
    place.openers(*SCHEMES, "text/html", "text/plain")
    return place.start(place.file("letter.eml", message), **sandbox_environment())


def click_text(window, words):
    window.click(window.find("text", "^Text of the message$"), words)


def click_link(window, name):
    window.click(window.find("link", f"^{name}$", showing=False))


def must_open(place, *expected):
    """What was asked for so far. The last one follows all else that was done, so nothing more comes."""
    opened = wait_for(f"{expected[-1]} to be opened", lambda: expected[-1] in place.opened() and place.opened())
    if opened != list(expected):
        raise Failure(f"opened: {opened}")


def test_a_click_on_an_address_in_plain_text_opens_it_once(place):
    window = show(place, PLAIN)
    click_text(window, "https://example.org/plan")
    must_open(place, "https://example.org/plan?a=1&b=2")
    click_text(window, "garden@example.org")
    click_text(window, "www.example.net")
    click_text(window, "HTTPS://example.org/LOUD")
    click_text(window, "https://example.org/end")
    opened = wait_for("five to be opened", lambda: len(place.opened()) == 5 and place.opened())
    # Each is a program of its own: they may overtake one another.
    assert sorted(opened) == ["HTTPS://example.org/LOUD", "https://example.org/end", "https://example.org/plan?a=1&b=2", "https://www.example.net",
                              "mailto:garden@example.org"]


def test_opens_from_plain_text_only_what_belongs_to_the_web_or_to_mail(place):
    window = show(place, PLAIN)
    for words in ("javascript:alert(1)", "file:///etc/passwd", "The plan"):
        click_text(window, words)
    click_text(window, "https://example.org/end")
    must_open(place, "https://example.org/end")


def test_asks_about_an_address_in_plain_text_that_pretends(place):
    window = show(place, PLAIN)
    click_text(window, "https://bank.example@thief.example/login")
    window.text("but the link leads to:\n\nhttps://thief.example/login$")
    window.press("push button", "^Cancel$")
    window.gone("push button", "^Cancel$")
    click_text(window, "https://example.org/end")
    must_open(place, "https://example.org/end")


def test_the_keyboard_goes_from_link_to_link_in_plain_text(place):
    window = show(place, PLAIN)
    text = window.find("text", "^Text of the message$")
    Atspi.Component.grab_focus(text.get_component_iface())
    for _ in range(2):
        window.key("Tab")
    window.key("Return")
    must_open(place, "mailto:garden@example.org")


def test_a_click_on_a_link_in_html_opens_it_once(place):
    window = show(place, HTML)
    click_link(window, "the plan")
    must_open(place, "https://example.org/plan?a=1&b=2")
    click_link(window, "write to us")
    must_open(place, "https://example.org/plan?a=1&b=2", "mailto:garden@example.org?subject=hello")
    click_link(window, "the end")
    must_open(place, "https://example.org/plan?a=1&b=2", "mailto:garden@example.org?subject=hello", "https://example.org/end")


def test_html_has_no_link_to_scripts_or_files(place):
    window = show(place, HTML)
    window.find("link", "^the end$", showing=False)
    for name in ("script", "hidden script", "file", "data"):
        assert window.look("link", f"^{name}$", showing=False) is None


def check_misleading(place, name, leads_to):
    window = show(place, HTML)
    click_link(window, name)
    window.find(None, "^This link does not lead where it says$")
    window.text(f"“{name}”, but the link leads to:\n\n{leads_to}$")
    # Enter, pressed without reading, is no.
    window.key("Return")
    window.gone("push button", "^Open Anyway$")
    click_link(window, "the plan")
    must_open(place, "https://example.org/plan?a=1&b=2")
    click_link(window, name)
    window.press("push button", "^Open Anyway$")
    must_open(place, "https://example.org/plan?a=1&b=2", leads_to)


def test_asks_when_the_words_of_a_link_name_another_host(place):
    check_misleading(place, "https://bank.example/login", "https://thief.example/login")


def test_asks_when_an_address_hides_its_host_behind_a_name(place):
    check_misleading(place, "our prices", "https://thief.example/")


def test_shows_where_a_link_leads_that_the_keyboard_chose(place):
    window = show(place, HTML)
    # The pointer stays on an honest link, the keyboard goes on to the other.
    click_link(window, "the plan")
    must_open(place, "https://example.org/plan?a=1&b=2")
    for _ in range(2):
        window.key("Tab")
    window.key("Return")
    window.find(None, "^Open this link\\?$")
    window.text("^https://thief.example/login$")
    window.press("push button", "^Open$")
    must_open(place, "https://example.org/plan?a=1&b=2", "https://thief.example/login")


def test_a_link_within_a_message_goes_there(place):
    window = show(place, HTML)
    below = window.find("link", "^far below$", showing=False)
    assert not is_showing(below)
    click_link(window, "to the end of it")
    window.click(wait_for("the end to be seen", lambda: is_showing(below) and below))
    must_open(place, "https://example.org/below")


run(globals())
