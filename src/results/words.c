/* Numbers, months and priors in words. */
#include "results/words.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define MINUS "\xe2\x88\x92" /* U+2212 */
#define DASH  "\xe2\x80\x93" /* U+2013 */

/* 10^exponent, exact where a double can hold it; a loop, so that no library's pow decides about digits. */
static double power_of_ten(int exponent)
{
    double result = 1;
    for (int i = abs(exponent); i > 0; i--)
        result *= 10;
    return exponent < 0 ? 1 / result : result;
}

/* floor(log10 x) for finite x > 0. */
static int magnitude(double x)
{
    assert(x > 0);
    int exponent = 0;
    for (; x >= 10; x /= 10)
        exponent++;
    for (; x < 1 && exponent > -300; x *= 10)
        exponent--;
    return exponent;
}

double words_step(double low, double high)
{
    assert(!(low > high));
    double width = fabs(high - low), greatest = fmax(fabs(low), fabs(high));
    if (!isfinite(width) || greatest == 0)
        return 1;
    int finest = magnitude(greatest) - 3; /* never more than four significant digits */
    int step = width > 0 ? magnitude(width) - 1 : finest;
    return power_of_ten(step > finest ? step : finest);
}

/* `digits` with a comma between thousands, then `decimals` of them behind a point. */
static void put_digits(char *out, const char *sign, uint64_t whole, int decimals)
{
    assert(decimals >= 0 && decimals < 20);
    char digits[32];
    int count = snprintf(digits, sizeof digits, "%0*" PRIu64, decimals + 1, whole);
    size_t at = 0, length = strlen(sign);
    memcpy(out, sign, length);
    at = length;
    int before = count - decimals;
    for (int i = 0; i < count; i++) {
        if (i == before)
            out[at++] = '.';
        else if (i > 0 && i < before && (before - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

static void number_with_sign(char out[WORDS_SIZE], double value, double step, const char *plus)
{
    if (!isfinite(value) || !(step > 0)) {
        snprintf(out, WORDS_SIZE, "%s", isnan(value) ? DASH : value > 0 ? "infinite" : MINUS "infinite");
        return;
    }
    int decimals = step < 1 ? -magnitude(step * 1.0000001) : 0;
    double steps = round(fabs(value) / step);
    double whole = step < 1 ? steps : steps * step;
    if (whole > 9e14 || decimals > 12) {
        char plain[WORDS_SIZE];
        plain[text_from_number(plain, value)] = '\0';
        snprintf(out, WORDS_SIZE, "%.40s", plain);
        return;
    }
    const char *sign = steps == 0 ? "" : value < 0 ? MINUS : plus;
    put_digits(out, sign, (uint64_t)llround(whole), decimals);
}

void words_number(char out[WORDS_SIZE], double value, double step)
{
    number_with_sign(out, value, step, "");
}

void words_signed(char out[WORDS_SIZE], double value, double step)
{
    number_with_sign(out, value, step, "+");
}

void words_plain(char out[WORDS_SIZE], double value)
{
    if (value == 0 || !isfinite(value)) {
        words_number(out, value, 1);
        return;
    }
    /* As few decimals as say the same to four digits: 0.25, not 0.2500. */
    int coarse = magnitude(fabs(value)), fine = coarse - 3;
    double exact = round(value / power_of_ten(fine)) * power_of_ten(fine);
    for (int step = coarse; step > fine; step--)
        if (fabs(round(value / power_of_ten(step)) * power_of_ten(step) - exact) <
            power_of_ten(fine) * 0.01) {
            words_number(out, value, power_of_ten(step));
            return;
        }
    words_number(out, value, power_of_ten(fine));
}

void words_within(char out[WORDS_SIZE], double value, double width)
{
    int finest = width > 0 && isfinite(width) ? magnitude(width) - 3 : 0;
    if (!(width > 0) || !isfinite(width) || value == 0 || !isfinite(value) ||
        finest >= magnitude(fabs(value)) - 3) {
        words_plain(out, value);
        return;
    }
    while (finest < 0 && fmod(round(fabs(value) / power_of_ten(finest)), 10) == 0)
        finest++;
    words_number(out, value, power_of_ten(finest));
}

size_t words_machine(char out[WORDS_SIZE], double value)
{
    out[0] = '\0';
    double size = fabs(value);
    if (!isfinite(value))
        return 0;
    if (size != 0 && (size < 1e-6 || size >= 1e15)) {
        size_t length = text_from_number(out, value);
        out[length] = '\0';
        return length;
    }
    int decimals = size >= 1e6 || size == 0 ? 0 : 6 - magnitude(size);
    uint64_t whole = (uint64_t)llround(size * power_of_ten(decimals));
    for (; decimals > 0 && whole % 10 == 0; decimals--)
        whole /= 10;
    char digits[32];
    int count = snprintf(digits, sizeof digits, "%0*" PRIu64, decimals + 1, whole), at = 0;
    if (value < 0 && whole)
        out[at++] = '-';
    for (int i = 0; i < count; i++) {
        if (i == count - decimals)
            out[at++] = '.';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return (size_t)at;
}

void words_percent(char out[WORDS_SIZE], double share)
{
    if (isnan(share))
        snprintf(out, WORDS_SIZE, "%s", DASH);
    else if (share > 0 && share < 0.01)
        snprintf(out, WORDS_SIZE, "<1 %%");
    else if (share < 1 && share > 0.99)
        snprintf(out, WORDS_SIZE, ">99 %%");
    else
        snprintf(out, WORDS_SIZE, "%ld %%", lround(100 * share));
}

void words_probability(char out[WORDS_SIZE], double share, size_t members)
{
    enum { ENOUGH = 300 };
    size_t bound = members ? (ENOUGH + members - 1) / members : 0; /* of the rule of three, in per cent */
    if (isnan(share) || members >= ENOUGH || !members)
        words_percent(out, isnan(share) ? share : fmin(fmax(share, 1e-9), 1 - 1e-9));
    else if (members < WORDS_FEW)
        plain_format(out, WORDS_SIZE, "%.0f of %zu", round(share * (double)members), members);
    else if (share <= 0)
        snprintf(out, WORDS_SIZE, "<%zu %%", bound);
    else if (share >= 1)
        snprintf(out, WORDS_SIZE, ">%zu %%", 100 - bound);
    else
        plain_format(out, WORDS_SIZE, "%.0f %%", fmin(fmax(round(100 * share), 1), 99));
}

void words_futures(text *t, double share, size_t members)
{
    char words[WORDS_SIZE];
    words_probability(words, share, members);
    text_print(t, strchr(words, '%') ? "%s of the futures" : "%s futures", words);
}

double words_beside(double share, double other)
{
    if (share == other || share <= 0.01 || other <= 0.01 || fabs(share + other - 1) > 1e-9)
        return share;
    return share + (share > other ? 1e-9 : -1e-9);
}

double words_least_direction(size_t windows)
{
    double least = 0.5 / ((double)windows + 1);
    return least > 0.01 ? least : 0;
}

void words_direction(char out[WORDS_SIZE], double share, size_t members, size_t windows)
{
    double least = words_least_direction(windows);
    if (share <= 0 || share >= 1) /* members limit it too, by the rule of three */
        least = fmax(least, fmin(3.0 / (double)(members ? members : 1), 0.5));
    if (members < WORDS_FEW ||
        least <= 0.01) /* few are counted; of many windows and members the share says it all */
        words_probability(out, share, members);
    else if (share > 1 - least)
        plain_format(out, WORDS_SIZE, ">%.0f %%", 100 * (1 - least));
    else if (share < least)
        plain_format(out, WORDS_SIZE, "<%.0f %%", 100 * least);
    else
        words_probability(out, share, members);
}

void words_prior(text *t, const truce_distribution *d)
{
    char a[WORDS_SIZE], b[WORDS_SIZE], c[WORDS_SIZE], e[WORDS_SIZE], s[WORDS_SIZE];
    words_plain(a, d->a);
    words_plain(b, d->b);
    words_plain(c, d->c);
    words_plain(e, d->d);
    words_plain(s, d->scale);
    switch (d->kind) {
    case TRUCE_FIXED:
        text_print(t, "fixed at %s", a);
        break;
    case TRUCE_NORMAL:
        text_print(t, "normal, mean %s, standard deviation %s", a, b);
        break;
    case TRUCE_LOGNORMAL:
        text_print(t, "lognormal, median %s, standard deviation of the logarithm %s", a, b);
        break;
    case TRUCE_UNIFORM:
        text_print(t, "uniform from %s to %s", a, b);
        break;
    case TRUCE_BETA:
        text_print(t, "beta with shapes %s and %s from %s to %s", a, b, c, e);
        break;
    case TRUCE_TRIANGULAR:
        text_print(t, "triangular from %s over %s to %s", a, b, c);
        break;
    }
    if (d->scale != 1)
        text_print(t, ", times %s", s);
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void words_shell(text *t, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-+=:@";
    if (word[0] && word[strspn(word, plain)] == '\0') {
        text_print(t, " %s", word);
        return;
    }
    text_print(t, " '");
    for (; *word; word++)
        text_print(t, *word == '\'' ? "'\\''" : "%c", *word);
    text_print(t, "'");
}

void words_units(text *t, const char *units)
{
    while (*units) {
        if (strncmp(units, "km2", 3) == 0 && !is_word(units[3])) {
            text_print(t, "km\xc2\xb2");
            units += 3;
            continue;
        }
        size_t length = 1;
        while (is_word(units[0]) && is_word(units[length]))
            length++;
        text_add(t, units, length);
        units += length;
    }
}

void words_in_units(text *t, const char *units)
{
    if (!units[0] || strcmp(units, "1") == 0)
        return;
    text_print(t, ", ");
    words_units(t, units);
}

void words_after_number(text *t, const char *units)
{
    if (!units[0] || strchr("0123456789", units[0]))
        return;
    text_print(t, " ");
    words_units(t, units);
}

int words_cut(const char *string, size_t most)
{
    size_t length = strnlen(string, most);
    while (length && ((unsigned char)string[length] & 0xc0) == 0x80)
        length--;
    return (int)length;
}

size_t words_columns(const char *string)
{
    size_t columns = 0;
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)string;
    utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(string);
    while (left > 0) {
        utf8proc_int32_t character;
        utf8proc_ssize_t used = utf8proc_iterate(at, left, &character);
        if (used <= 0) {
            used = 1;
            columns++;
        } else {
            columns += (size_t)utf8proc_charwidth(character);
        }
        at += used;
        left -= used;
    }
    return columns;
}
