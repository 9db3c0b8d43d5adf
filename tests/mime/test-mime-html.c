/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <time.h>

#include "mime/mime-html.h"

/* A trick of a sender, what must not be in the document (NULL: nothing in particular), what must be in it, and how many
 * remote references it makes inert. "evil" must never be in it. */
typedef struct
{
  const char *name;
  const char *html;
  const char *forbidden;
  const char *wanted;
  guint blocked;
} Trick;

static const Trick tricks[] = {
  { "script", "<script>evil()</script>ok", "<script", "ok", 0 },
  { "script-src", "<script src=https://evil.example/x.js></script>ok", "<script", "ok", 1 },
  { "script-that-never-ends", "ok<script>evil()", "<script", "ok", 0 },
  { "script-with-a-comment", "<script><!-- </script> --> evil()</script >", "<script", NULL, 0 },
  { "nested-script", "<scr<script>evil</script>ipt>x", "<script", NULL, 0 },
  { "event-attributes", "<p onclick=\"evil()\" ONLOAD=evil() on\nerror='evil()'>ok</p>", "evil", "<p>ok</p>", 0 },
  { "event-after-a-slash", "<img/onerror=evil() src=cid:a>", "onerror", "<img src=\"cid:a\">", 0 },
  { "attribute-without-blank", "<img src=\"cid:a\"onerror=\"evil()\">", "onerror", "<img src=\"cid:a\">", 0 },
  { "javascript-link", "<a href=\"javascript:evil()\">ok</a>", "javascript", "<a>ok</a>", 0 },
  { "javascript-with-blanks", "<a href=\" java\tscr\nipt&colon;evil()\">ok</a>", "href", "<a>ok</a>", 0 },
  { "javascript-in-references", "<a href=\"&#106;avascript&#58;evil()\">ok</a>", "href", "<a>ok</a>", 0 },
  { "vbscript-and-data-links", "<a href=\"vbscript:evil\">x</a><a href=\"data:text/html,evil\">y</a>", "href", "<a>y</a>", 0 },
  { "file-link", "<a href=\"file:///etc/evil\">x</a>", "file:", "<a>x</a>", 0 },
  { "refresh", "<meta http-equiv=refresh content=\"0;url=https://evil.example/\">ok", "refresh", "ok", 0 },
  { "base", "<base href=\"https://evil.example/\"><a href=\"#x\">ok</a>", "<base", "href=\"#x\"", 0 },
  { "base-target", "<base target=evil>ok", "<base", "ok", 0 },
  { "stylesheet-link", "<link rel=stylesheet href=https://evil.example/a.css>ok", "<link", "ok", 1 },
  { "preconnect", "<link rel=preconnect href=//evil.example>ok", "<link", "ok", 1 },
  { "dns-prefetch", "<link rel=dns-prefetch href=//evil.example>ok", "<link", "ok", 1 },
  { "preload-imagesrcset", "<link rel=preload as=image imagesrcset=\"https://evil.example/a 2x\">ok", "<link", "ok", 1 },
  { "frame", "<iframe src=https://evil.example></iframe>ok", "<iframe", "ok", 1 },
  { "frame-srcdoc", "<iframe srcdoc=\"<script>evil()</script>\"></iframe>ok", "<iframe", "ok", 0 },
  { "frameset", "<frameset><frame src=https://evil.example></frameset>ok", "<frame", "ok", 1 },
  { "object", "<object data=https://evil.example/x></object>ok", "<object", "ok", 1 },
  { "embed", "<embed src=https://evil.example/x>ok", "<embed", "ok", 1 },
  { "applet", "<applet code=evil codebase=https://evil.example></applet>ok", "<applet", "ok", 1 },
  { "image", "<img src=https://evil.example/p.gif width=1 height=1>ok", "src=", "<img width=\"1\" height=\"1\">ok", 1 },
  { "image-without-scheme", "<img src=//evil.example/p.gif>ok", "src=", "<img>ok", 1 },
  { "image-in-capitals", "<IMG SRC=HTTPS://evil.example/p.gif>ok", "src=", "<img>ok", 1 },
  { "image-relative", "<img src=/evil.gif>ok", "evil", "<img>ok", 0 },
  { "image-with-backslashes", "<img src=\"\\\\evil.example\\p.gif\">ok", "evil", "<img>ok", 0 },
  { "image-file", "<img src=file:///home/evil.png>ok", "src=", "<img>ok", 0 },
  { "image-svg-data", "<img src=\"data:image/svg+xml,<svg onload=evil()>\">ok", "src=", "ok", 0 },
  { "image-twice", "<img src=cid:a src=https://evil.example/p.gif>ok", "evil", "src=\"cid:a\"", 1 },
  { "image-lowsrc", "<img src=cid:a lowsrc=https://evil.example dynsrc=https://evil.example>", "evil", "src=\"cid:a\"", 2 },
  { "image-alias", "<image src=https://evil.example/p.gif>ok", "evil", "ok", 1 },
  { "srcset", "<img src=cid:a srcset=\"cid:b 1x, https://evil.example/2.png 2x\">", "srcset", "src=\"cid:a\"", 1 },
  { "picture", "<picture><source srcset=https://evil.example/a.webp><img src=cid:a></picture>", "<source", "src=\"cid:a\"", 1 },
  { "background",
    "<table background=https://evil.example/bg.png><tr><td background='cid:bg'>ok", "evil", "background=\"cid:bg\"", 1 },
  { "body-background", "<body background=https://evil.example/bg.png bgcolor=red>ok", "evil", "<body bgcolor=\"red\">ok", 1 },
  { "video", "<video src=https://evil.example/v poster=https://evil.example/p autoplay></video>ok", "<video", "ok", 2 },
  { "audio", "<audio src=https://evil.example/a autoplay></audio>ok", "<audio", "ok", 1 },
  { "source-and-track",
    "<video><source src=https://evil.example/v><track src=https://evil.example/t></video>ok", "<track", "ok", 2 },
  { "form",
    "<form action=https://evil.example/><input name=p type=password><button formaction=https://evil.example>go</button></form>",
    "<form", "go", 0 },
  { "input-image", "<input type=image src=https://evil.example/p.gif>ok", "<input", "ok", 1 },
  { "isindex", "<isindex action=https://evil.example>ok", "<isindex", "ok", 0 },
  { "svg", "<svg><image href=https://evil.example/a.png /><script>evil()</script></svg>ok", "<svg", "ok", 1 },
  { "svg-xlink", "<svg><image xlink:href=\"https://evil.example/a.png\"/><use xlink:href='#x'/></svg>ok", "xlink", "ok", 1 },
  { "svg-style", "<svg><style><img src=x onerror=evil()></style></svg>ok", "<img", "ok", 0 },
  { "math", "<math href=\"javascript:evil()\"><mtext>ok", "<math", "ok", 0 },
  { "xss-through-math",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=x&gt;\">", "<img src",
    NULL, 0 },
  { "noscript", "<noscript><p title=\"</noscript><img src=x onerror=evil()>\">ok</noscript>", "<noscript", "ok", G_MAXUINT },
  { "template", "<template><img src=https://evil.example></template>ok", "<template", "ok", 1 },
  { "title", "<title><img src=https://evil.example></title>ok", "<img", "ok", 0 },
  { "textarea", "<textarea><img src=x></textarea>ok", "<img", "&lt;img src=x&gt;ok", 0 },
  { "comment", "<!-- <img src=https://evil.example> -->ok", "evil", "ok", 0 },
  { "comment-that-ends-at-once", "<!--><img src=https://evil.example>-->ok", "evil", "<img>--&gt;ok", 1 },
  { "comment-with-a-bang", "<!-- a --!><b>ok</b> -->", NULL, "<b>ok</b>", 0 },
  { "conditional-comment", "<!--[if mso]><img src=https://evil.example><![endif]--><![if !mso]>ok<![endif]>", "evil", "ok", 0 },
  { "cdata", "<![CDATA[<img src=https://evil.example>]]>ok", "evil", "ok", 0 },
  { "processing-instruction", "<?xml-stylesheet href=https://evil.example?>ok", "evil", "ok", 0 },
  { "entity-in-doctype", "<!DOCTYPE html [<!ENTITY x SYSTEM \"https://evil.example\">]>ok", "evil", "ok", 0 },
  { "import", "<style>@import url(https://evil.example/a.css); p { color: red }</style>ok", "@import", "color: red", 1 },
  { "import-string", "<style>@import 'https://evil.example/a.css';</style>ok", "@import", "@x-import", 1 },
  { "import-escaped", "<style>@\\69mport 'https://evil.example/a.css';</style>ok", "@import", "@x-import", 1 },
  { "import-in-comment-marks", "<style><!-- @import 'https://evil.example/a.css'; --></style>ok", "@import", "@x-import", 1 },
  { "charset-and-namespace",
    "<style>@charset 'utf-7'; @namespace url(https://evil.example);</style>", "@namespace", "@x-namespace", 1 },
  { "font-face", "<style>@font-face { font-family: a; src: url(https://evil.example/f.woff) }</style>", "url", "src: none", 1 },
  { "url-in-style",
    "<p style=\"background: url('https://evil.example/a.png') no-repeat\">ok", "url", "background: none no-repeat", 1 },
  { "url-escaped", "<p style=\"background: \\75\\72 l(https://evil.example/a.png)\">ok", "url", "none", 1 },
  { "url-with-comment", "<p style=\"background: u/**/rl(https://evil.example/a.png)\">ok", "url(", "u x-rl(", G_MAXUINT },
  { "url-in-references", "<p style=\"background: &#117;rl(&quot;https://evil.example/a.png&quot;)\">ok", "url", "none", 1 },
  { "url-that-never-ends", "<p style=\"background: url(https://evil.example/a.png\">ok", "evil", "ok", 1 },
  { "url-without-scheme", "<p style=\"background: url(//evil.example/a.png)\">ok", "evil", "ok", 1 },
  { "url-behind-a-quote", "<p style=\"content: '; background: url(https://evil.example/a.png)\">ok", "url", "ok", 1 },
  { "image-set", "<p style=\"background: image-set('https://evil.example/a.png' 1x)\">ok", " image-set", "x-image-set", 1 },
  { "webkit-image-set",
    "<p style=\"background: -webkit-image-set('https://evil.example/a' 1x)\">ok", " -webkit", "x--webkit-image-set", 1 },
  { "expression", "<p style=\"width: expression(evil())\">ok", " expression", "x-expression(x-evil(", 0 },
  { "binding", "<p style=\"-moz-binding: url(https://evil.example/x.xml#a); behavior: url(#default)\">ok", "url", "ok", 1 },
  { "list-style-and-cursor", "<p style=\"list-style: url(https://evil.example/a); cursor: url(https://evil.example/b), auto\">ok",
    "url", "none, auto", 2 },
  { "style-that-breaks-out", "<style>p { content: '</style><img src=https://evil.example>' }</style>ok", "<img src", "ok", 1 },
  { "style-with-an-escaped-tag", "<style>p { content: '\\3c/style\\3e' }</style>ok", "'</style", "ok", 0 },
  { "style-that-never-ends", "ok<style>p { background: url(https://evil.example/", "evil", "</style></body></html>", 1 },
  { "attribute-with-a-tag", "<p title=\"</p><script>evil</script>\">ok", "<script", "title=\"&lt;/p&gt;", 0 },
  { "attribute-that-never-ends", "ok<img alt=\"src=https://evil.example", "<img", "ok", 0 },
  { "quotes-of-one-kind-only", "<p title='a\"b onclick=evil'>ok", " onclick=\"", "title=\"a&quot;b onclick=evil\"", 0 },
  { "second-body", "<body><p>a</body></html><body onload=evil() bgcolor=blue><p>b", "onload", "bgcolor=\"blue\"", 0 },
  { "meta-policy", "<meta http-equiv=Content-Security-Policy content=\"default-src *\">ok", "default-src *", "ok", 0 },
  { "manifest-and-ping", "<html manifest=https://evil.example/m><a ping=https://evil.example href=https://example.org/>ok", "evil",
    "href=\"https://example.org/\"", 0 },
  { "target", "<a target=_top href=mailto:a@example.org>ok</a>", "target", "href=\"mailto:a@example.org\"", 0 },
  { "unknown-element", "<x-evil src=https://evil.example>ok</x-evil>", "evil", "ok", 1 },
  { "long-element-name", "<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa onclick=evil()>ok", "aaaa", "ok", 0 },
  { "control-characters", "<img src=\"\x01https://evil.example\">ok", "evil", "<img>ok", 1 },
};

/* What every document must be, whatever it was made of. */
static void
assert_document (const char *document)
{
  const char *policy = strstr (document, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';");

  g_assert_true (g_utf8_validate (document, -1, NULL));
  g_assert_nonnull (policy);
  g_assert_true (policy == strstr (document, "<meta"));
  g_assert_true (g_str_has_suffix (document, "</body></html>\n"));
  g_assert_true (strstr (document, "<html>") == g_strrstr (document, "<html>"));
  g_assert_true (strstr (document, "<body") == g_strrstr (document, "<body"));
  g_assert_null (strstr (document, "<script"));
}

static void
test_trick (gconstpointer data)
{
  const Trick *trick = data;
  guint blocked = 0;
  g_autofree char *document = mail_mime_html_prepare (trick->html, FALSE, &blocked);
  const char *body = strstr (document, "<body");

  assert_document (document);
  g_assert_null (strstr (body, "//evil"));
  if (trick->forbidden != NULL && strstr (body, trick->forbidden) != NULL)
    g_error ("“%s” is in %s", trick->forbidden, body);
  if (trick->wanted != NULL && strstr (body, trick->wanted) == NULL)
    g_error ("“%s” is not in %s", trick->wanted, body);
  if (trick->blocked != G_MAXUINT)
    g_assert_cmpuint (blocked, ==, trick->blocked);
}

static void
test_remote_allowed (void)
{
  guint blocked = 7;
  g_autofree char *document = mail_mime_html_prepare (
    "<img src=\"//img.example.org/a.png?x=1&amp;y=2\"><p style=\"background:url(https://img.example.org/b)\">"
    "<table background=http://img.example.org/c><script src=https://evil.example></script><iframe src=https://evil.example>",
    TRUE, &blocked);

  assert_document (document);
  g_assert_nonnull (strstr (document, "<img src=\"https://img.example.org/a.png?x=1&amp;y=2\">"));
  g_assert_nonnull (strstr (document, "url(&quot;https://img.example.org/b&quot;)"));
  g_assert_nonnull (strstr (document, "background=\"http://img.example.org/c\""));
  g_assert_nonnull (strstr (document, "img-src cid: data: http: https:;"));
  g_assert_null (strstr (document, "evil"));
  g_assert_cmpuint (blocked, ==, 2);
}

static void
test_keeps_what_is_harmless (void)
{
  guint blocked = 7;
  g_autofree char *document = mail_mime_html_prepare (
    "<!DOCTYPE html><html><head><style>@media (max-width: 600px) { .a > b { color: rgb(1, 2, 3) !important } }</style></head>"
    "<body style=\"margin: 0\"><table width=\"100%\"><tr><td align=center>1 &lt; 2 &amp; &eacute;</td></tr></table>"
    "<img src=\"data:image/png;base64,AAAA\" alt=\"x\">"
    "<a href=\"https://example.org/?a=1&amp;b=2\" title=\"go\">link</a></body></html>",
    FALSE, &blocked);

  assert_document (document);
  g_assert_true (g_str_has_prefix (document, "<!DOCTYPE html>\n"));
  g_assert_nonnull (strstr (document, "<body style=\"margin: 0\">"));
  g_assert_nonnull (strstr (document, "<style>@media (max-width: 600px) { .a > b { color: rgb(1, 2, 3) !important } }</style>"));
  g_assert_nonnull (strstr (document, "<table width=\"100%\"><tr><td align=\"center\">1 &lt; 2 &amp; &eacute;</td></tr></table>"));
  g_assert_nonnull (strstr (document, "<img src=\"data:image/png;base64,AAAA\" alt=\"x\">"));
  g_assert_nonnull (strstr (document, "<a href=\"https://example.org/?a=1&amp;b=2\" rel=\"noopener noreferrer\" "
                                      "title=\"go\">link</a>"));
  g_assert_cmpuint (blocked, ==, 0);
}

static void
test_invalid_utf8 (void)
{
  g_autofree char *document = mail_mime_html_prepare ("a\xff<b title=\"\xc3\">c", FALSE, NULL);

  assert_document (document);
  g_assert_nonnull (strstr (document, "\xef\xbf\xbd"));
}

static void
test_text (void)
{
  static const char *const pairs[][2] = {
    { "a <b>b</b>c\n d", "a bc d\n" },
    { "<p>one</p><p>two</p>", "one\n\ntwo\n" },
    { "one<br>two<br/><br>three", "one\ntwo\n\nthree\n" },
    { "<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n> > b\nc\n" },
    { "<ul><li>a<ul><li>b</ul><li>c</ul>", "• a\n  • b\n• c\n" },
    { "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n" },
    { "&lt;b&gt; &amp;amp; &euro; &#x20ac; &#128; &nosuch; &copy=1 &copy; &#0;",
      "<b> &amp; € € € &nosuch; &copy=1 © \xef\xbf\xbd\n" },
    { "a<style>b</style><script>c</script><title>d</title><!-- e -->f", "af\n" },
    { "1 < 2 > 0 <", "1 < 2 > 0 <\n" },
    { "<a href=\"x>y\">link</a>", "link\n" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *text = mail_mime_html_to_text (pairs[i][0], 1000);

      g_assert_cmpstr (text, ==, pairs[i][1]);
    }
}

static void
test_text_is_bounded (void)
{
  g_autofree char *text = mail_mime_html_to_text ("<p>perché no</p>", 6);

  g_assert_cmpstr (text, ==, "perch");
}

/* Input that makes a careless parser slow: each is a megabyte of one piece. */
static void
test_is_linear (void)
{
  static const char *const pieces[] = { "<", "<!--", "<a ", "<a b='", "&", "&#", "<style>", "</", "<p style=\"url(", "<blockquote>",
                                        "<ul><li>", "<!", "<a href=\"", "<img srcset=\"a,", "<style>url('", "<style>/*", "\\" };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) html = g_string_new (NULL);
      g_autofree char *document = NULL;
      g_autofree char *text = NULL;
      clock_t start = clock ();

      while (html->len < 1024 * 1024)
        g_string_append (html, pieces[i]);
      document = mail_mime_html_prepare (html->str, FALSE, NULL);
      text = mail_mime_html_to_text (html->str, 1024 * 1024);
      assert_document (document);
      g_assert_cmpint (clock () - start, <, 10 * CLOCKS_PER_SEC);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tricks); i++)
    {
      g_autofree char *path = g_strconcat ("/mime/html/disarms-", tricks[i].name, NULL);

      g_test_add_data_func (path, &tricks[i], test_trick);
    }
  g_test_add_func ("/mime/html/lets-pictures-through-when-allowed", test_remote_allowed);
  g_test_add_func ("/mime/html/keeps-what-is-harmless", test_keeps_what_is_harmless);
  g_test_add_func ("/mime/html/mends-invalid-utf8", test_invalid_utf8);
  g_test_add_func ("/mime/html/reads-as-text", test_text);
  g_test_add_func ("/mime/html/bounds-its-text", test_text_is_bounded);
  g_test_add_func ("/mime/html/takes-linear-time", test_is_linear);
  return g_test_run ();
}
