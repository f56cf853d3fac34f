/* Writing HTML that is also well-formed XML, so that a test can parse it. */
#include "show/html.h"
#include "results/words.h"

#include <string.h>
#include <utf8proc.h>

void html_text(text *t, const char *string)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)string;
    utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(string);
    while (left > 0) {
        utf8proc_int32_t character;
        utf8proc_ssize_t used = utf8proc_iterate(at, left, &character);
        if (used <= 0 || character == '\r' || text_hostile((const char *)at, (size_t)used) == 0)
            text_print(t, "\xef\xbf\xbd");
        else if (character == '&')
            text_print(t, "&amp;");
        else if (character == '<')
            text_print(t, "&lt;");
        else if (character == '>')
            text_print(t, "&gt;");
        else if (character == '"')
            text_print(t, "&quot;");
        else
            text_add(t, (const char *)at, (size_t)used);
        used = used > 0 ? used : 1;
        at += used;
        left -= used;
    }
}

void html_units(text *t, const char *units)
{
    text plain = {0};
    words_units(&plain, units);
    if (plain.length)
        html_text(t, plain.bytes);
    t->failed = t->failed || plain.failed;
    text_free(&plain);
}

void html_element(text *t, const char *tag, const char *string)
{
    text_print(t, "<%s>", tag);
    html_text(t, string);
    text_print(t, "</%s>\n", tag);
}

/* The length of a command up to its next " --" outside quotes; a backslash outside them quotes one character. */
static size_t up_to_option(const char *command)
{
    bool quoted = false;
    size_t i = 0;
    do {
        if (!quoted && command[i] == '\\' && command[i + 1])
            i++;
        else
            quoted ^= command[i] == '\'';
    } while (command[i] && command[++i] && (quoted || strncmp(command + i, " --", 3) != 0));
    return i;
}

void html_command(text *t, const char *command)
{
    enum { WIDTH = 88 };
    text lines = {0};
    size_t column = 0, length;
    for (const char *at = command; *at; at += length) {
        length = up_to_option(at);
        bool breaks = column > 0 && column + length > WIDTH;
        text_print(&lines, "%s%.*s", breaks ? " \\\n   " : "", (int)length, at);
        column = breaks ? length + 3 : column + length;
    }
    t->failed = t->failed || lines.failed;
    html_element(t, "pre", lines.failed || !lines.bytes ? "" : lines.bytes);
    text_free(&lines);
}

void html_link(text *t, const char *url, const char *string)
{
    bool web = url && (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
    if (web) {
        text_print(t, "<a href=\"");
        html_text(t, url);
        text_print(t, "\">");
    }
    html_text(t, string);
    if (web)
        text_print(t, "</a>");
}

/* ---- Drawings ------------------------------------------------------------ */

/* What gnuplot writes and a page does not want: tooltips with names of its own, filters nobody uses, and
 * groups without content (whose colour is left over from the chart before, so that it depends on what was
 * drawn). */
static const char *skip_unwanted(const char *at)
{
    if (strncmp(at, "<g fill=", 8) == 0) {
        const char *content = strchr(at, '>');
        content = content ? content + 1 + strspn(content + 1, " \t\n") : at;
        return strncmp(content, "</g>", 4) == 0 ? content + 4 : NULL;
    }
    static const struct {
        const char *open, *close;
    } unwanted[] = {{"<title>", "</title>"}, {"<desc>", "</desc>"}, {"<filter ", "</filter>"}};
    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++)
        if (strncmp(at, unwanted[i].open, strlen(unwanted[i].open)) == 0) {
            const char *end = strstr(at, unwanted[i].close);
            return end ? end + strlen(unwanted[i].close) : at + strlen(at);
        }
    return NULL;
}

/* Ids and references get the figure's number in front: an id must be the only one of its name in a page. */
static size_t put_reference(text *t, const char *at, size_t number)
{
    static const char *const starts[] = {" id='", " id=\"", "href='#", "href=\"#"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t length = strlen(starts[i]);
        if (strncmp(at, starts[i], length) == 0) {
            text_print(t, "%sf%zu-", starts[i], number);
            return length;
        }
    }
    return 0;
}

void html_drawing(text *t, const text *drawing, size_t number, int width, int height, const char *label)
{
    const char *at = drawing->length ? strstr(drawing->bytes, "<svg") : NULL;
    const char *body = at ? strchr(at, '>') : NULL;
    const char *end = body ? strstr(body, "</svg>") : NULL;
    if (!end)
        return;
    text_print(t,
               "<svg role=\"img\" viewBox=\"0 0 %d %d\" xmlns=\"http://www.w3.org/2000/svg\" "
               "xmlns:xlink=\"http://www.w3.org/1999/xlink\" aria-label=\"",
               width, height);
    html_text(t, label);
    text_print(t, "\">");
    bool markup = false; /* what stands between tags is words */
    for (at = body + 1; at < end;) {
        const char *after = *at == '<' ? skip_unwanted(at) : NULL;
        if (after) {
            at = after;
            continue;
        }
        markup = *at == '<' || (markup && *at != '>');
        size_t used = markup && (*at == ' ' || *at == 'h') ? put_reference(t, at, number) : 0;
        if (!used) { /* as far as nothing can need a change */
            used = 1 + strcspn(at + 1, "<> h");
            if (used > (size_t)(end - at))
                used = (size_t)(end - at);
            text_add(t, at, used);
        }
        at += used;
    }
    text_print(t, "</svg>\n");
}

void html_widths(text *t, const text drawings[2], size_t number, const int widths[2], const int heights[2],
                 const char *label)
{
    for (size_t i = 0; i < 2; i++) {
        text_print(t, "<div class=\"%s\">", i ? "narrow" : "wide");
        html_drawing(t, &drawings[i], number + i, widths[i], heights[i], label);
        text_print(t, "</div>\n");
    }
}
