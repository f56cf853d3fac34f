/* The head of every page. Its policy lets a browser load and run nothing: no script, no picture, font or frame
 * from anywhere, and of styles the page's own alone. Whatever a name of a case or a model might get into a page
 * in spite of html_text, it is text. */
#include "base/sha256.h"
#include "show/html.h"
#include "show/report_page.h"

#include <string.h>

void page_open(text *t, const char *title)
{
    char hash[SHA256_TEXT];
    sha256_base64(page_style, strlen(page_style), hash);
    text_print(t, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                  "'sha256-");
    text_print(t, "%s'; base-uri 'none'; form-action 'none'\"/>\n", hash);
    text_print(t, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>");
    html_text(t, title);
    text_print(t, "</title>\n<style>%s</style>\n</head>\n<body>\n", page_style);
}
