/* Text on a terminal: columns, wrapping, colour, and whether it all arrived. */
#include "cli/cli.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

size_t print_width(const char *words)
{
    size_t width = 0;
    for (; *words; words++)
        width += ((unsigned char)*words & 0xC0) != 0x80;
    return width;
}

static void print_blanks(size_t count)
{
    while (count-- > 0)
        putchar(' ');
}

void print_line(FILE *stream, const char *format, ...)
{
    char line[8192];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    truce_clean_line(line);
    fprintf(stream, "%s\n", line);
}

void print_place(const char *directory, const char *files)
{
    putchar('\n');
    print_line(stdout, "Results are in %s: %s", directory, files);
}

void print_padded(const char *words, size_t width)
{
    char clean[4096];
    size_t used = print_width(words);
    snprintf(clean, sizeof clean, "%s", words);
    truce_clean_line(clean);
    fputs(clean, stdout);
    print_blanks(used < width ? width - used : width > 0);
}

/* Length and width of the word that starts at `words`, without white space. */
static size_t next_word(const char *words, size_t *width)
{
    size_t length = strcspn(words, " \t\r\n");
    *width = 0;
    for (size_t i = 0; i < length; i++)
        *width += ((unsigned char)words[i] & 0xC0) != 0x80;
    return length;
}

void print_wrapped(const char *label, size_t indent, const char *words)
{
    print_padded(label, indent);
    size_t column = print_width(label) < indent ? indent : print_width(label) + 1;
    bool first = true;
    for (words += strspn(words, " \t\r\n"); *words; words += strspn(words, " \t\r\n")) {
        size_t width, length = next_word(words, &width);
        if (column + !first + width > PRINT_COLUMNS && column > indent) {
            putchar('\n');
            print_blanks(indent);
            column = indent;
        } else if (!first) {
            putchar(' ');
            column++;
        }
        first = false;
        fwrite(words, 1, length, stdout);
        column += width;
        words += length;
    }
    putchar('\n');
}

bool colour_wanted(FILE *stream)
{
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(fileno(stream)) && !(none && none[0]) && !(terminal && strcmp(terminal, "dumb") == 0);
}

bool reader_is_gone(void)
{
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&output, 1, 0) == 1 && (output.revents & POLLERR);
}

int finish_output(int code)
{
    errno = 0;
    if ((fflush(stdout) == 0 && !ferror(stdout)) || code == EXIT_RUN_FAILED)
        return code; /* a run that failed has said why, in one sentence */
    if (reader_is_gone())
        return code ? code : EXIT_RUN_FAILED;
    fprintf(stderr, "truce: cannot write to standard output: %s\n", errno ? strerror(errno) : "output error");
    return code ? code : EXIT_RUN_FAILED;
}
