/* Mistakes in models of Vensim: each is refused with its line, in one sentence. */
#include "truce/truce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CONTROL     "INITIAL TIME = 0 ~~|FINAL TIME = 2 ~~|TIME STEP = 1 ~~|SAVEPER = 1 ~~|"
#define MODEL(text) "{UTF-8} " CONTROL "\n" text "\n"

typedef struct mistake {
    const char *model;
    int line;
    const char *sentence; /* a part of it */
} mistake;

static const mistake mistakes[] = {
    {MODEL("a = b ~~|\nbb = 1 ~~|"), 2, "unknown variable \"b\" (did you mean"},
    {MODEL("a = 1 +\n* 2 ~~|"), 3, "a value was expected, but there is \"*\""},
    {MODEL("a = (1 + 2 ~~|"), 2, "\")\" was expected"},
    {MODEL("a = SMOTH(1, 2) ~~|"), 2, "did you mean SMOOTH"},
    {MODEL("a = SMOOTH(1) ~~|"), 2, "SMOOTH takes 2 arguments, but 1 is given"},
    {MODEL("a = MAX(1, 2, 3) ~~|"), 2, "MAX takes 2 arguments, but 3 are given"},
    {MODEL("a ~~|"), 2, ""},
    {MODEL("a = ~~|"), 2, "\"a\" has no equation"},
    {MODEL("a = 1 ~~|\na = 2 ~~|"), 3, "\"a\" is defined twice, first on line 2"},
    {MODEL("a = A FUNCTION OF(a, b) ~~|"), 2, "the equation has not been written yet"},
    {MODEL("a = 1 + INTEG(2, 3) ~~|"), 2, "INTEG must stand alone after the equal sign"},
    {MODEL("a = DELAY MATERIAL(Time, 2, 0, 0) ~~|"), 2, "function DELAY MATERIAL is not supported"},
    {MODEL("a = RANDOM POISSON(0, 9, 2, 0, 1, 1) ~~|"), 2, "function RANDOM POISSON is not supported"},
    {MODEL("R: r1, r2 ~~|\na = R! + 1 ~~|"), 3, "\"R!\" stands outside of SUM"},
    {MODEL("a = SUM(b! + 1) ~~|\nb = 1 ~~|"), 2, "\"b!\" is not a range of subscripts"},
    {MODEL(":MACRO: M(tab, x)\nM = tab(x) ~~|\n:END OF MACRO:\nl((0,0),(1,1)) ~~|\na = M(l, Time) ~~|"), 3,
     "a lookup cannot be given to a macro"},
    {MODEL("a = GET VDF DATA('x.vdf') ~~|"), 2, "function GET VDF DATA is not supported"},
    {MODEL("a :IS: 'text' ~~|"), 2, "text constant \"a\""},
    {MODEL("a = 'text' + 1 ~~|"), 2, "a value was expected"},
    {MODEL("D: A1, A2 ~~|\nx[D] = 1, 2, 3 ~~|"), 3, "\"x\" has 3 numbers for 2 elements"},
    {MODEL("D: A1, A2 ~~|\nx[D] = y[E] ~~|\ny[D] = 1 ~~|"), 3, "\"E\" in \"y[...]\" is not a subscript"},
    {MODEL("D: A1, A2 ~~|\nE: B1 ~~|\nx[D] = y[E] ~~|\ny[E] = 1 ~~|"), 4,
     "the subscript \"E\" of \"y\" does not stand on the left of \"x\""},
    {MODEL("D: A1, A2 ~~|\nx[D] = 1 ~~|\nx[A1] = 2 ~~|"), 4, "the element [A1] of \"x\" has two equations"},
    {MODEL("D: A1, A2 ~~|\nx[D, D] = 1 ~~|\nx[A1] = 2 ~~|"), 4,
     "\"x\" has 1 subscripts here, but 2 on line 3"},
    {MODEL("D: A1, A2 -> E ~~|\nx = 1 ~~|"), 2, "there is no range of subscripts \"E\""},
    {MODEL("D: A1, A2 -> E ~~|\nE: B1, B2, B3 ~~|\nx = 1 ~~|"), 2, "has 3 members for 2 elements"},
    {MODEL("D: D2 ~~|\nD2: D ~~|\nx = 1 ~~|"), 0, "contains itself"},
    {MODEL("D: (A3-A1) ~~|\nx = 1 ~~|"), 2, "is not a sequence of subscripts"},
    {MODEL("D: (A1-A3zz) ~~|\nx = 1 ~~|"), 2, "is not a sequence of subscripts"},
    {MODEL("D: (A1-A99999999999999999999) ~~|\nx = 1 ~~|"), 2, "is not a sequence of subscripts"},
    {MODEL("D: A1, A2 ~~|\nE: B1, B2 ~~|\nx[D, E] =\n1, 2, 3;\n4; ~~|"), 6, "have 3 and 1 numbers"},
    {MODEL("D: A1, A2 ~~|\nE: B1, B2, B3 ~~|\nx[D, E] =\n1, 2; 3, 4; 5, 6; ~~|"), 4,
     "the rows of \"x\" have 2 numbers, and \"E\" has 3 elements"},
    {MODEL("D: A1, A2 ~~|\na = 1 ~~|\na[D] = 2 ~~|"), 4, "\"a\" is defined twice, first on line 3"},
    {MODEL("a = 2 * WITH LOOKUP(Time, ((0,0),(1,1))) ~~|"), 2, "WITH LOOKUP must stand alone"},
    {MODEL("a = ACTIVE INITIAL(1) ~~|"), 2, "ACTIVE INITIAL takes 2 arguments"},
    {MODEL(":MACRO: M(x)\nM = x + k$ ~~|\n:END OF MACRO:\na = M(2) ~~|"), 3, "unknown variable \"k\""},
    {MODEL(":MACRO: M(x)\nM = x + k$[A1] ~~|\n:END OF MACRO:\nD: A1, A2 ~~|\nk[D] = 1 ~~|\na = M(2) ~~|"), 3,
     "\"k$\" has subscripts"},
    {MODEL(":MACRO: M(x, y)\nM = x * y + k$ ~~|\n:END OF MACRO:\nk = 1 ~~|\na = M(2) ~~|"), 6,
     "macro \"M\" takes 2 arguments, but 1 is given"},
    {MODEL("D: A1, A2 ~~|\nE: B1, B2, B3 ~~|\nx[D, E] = TABBED ARRAY(\n1 2\n3 4\n5 6) ~~|"), 4,
     "the rows of \"x\" have 2 numbers, and \"E\" has 3 elements"},
    {MODEL("D: A1, A2 ~~|\nE: B1, B2, B3 ~~|\nx[D, E] = TABBED ARRAY(\n1 2 3 4\n5 6) ~~|"), 6,
     "have 4 and 2 numbers"},
    {MODEL("D <-> E ~~|\nx = 1 ~~|"), 2, "there is no range of subscripts \"e\""},
    {MODEL("D: A1, A2 ~~|\nx[D] :EXCEPT: [A9] = 1 ~~|"), 3, "\"A9\" is neither a range nor an element"},
    {MODEL("t((0,0),(2,1),(1,5)) ~~|\nx = t(Time) ~~|"), 2, "must rise in x"},
    {MODEL("t(0,1,2) ~~|\nx = t(Time) ~~|"), 2, "as many values as points"},
    {MODEL("x = WITH LOOKUP(Time, 5) ~~|"), 2, "the points of a lookup were expected"},
    {MODEL("x = INTEG(1) ~~|"), 2, "INTEG"},
    {MODEL(":MACRO: M(a)\nb = a ~~|\n:END OF MACRO:\nx = M(1) ~~|"), 2, "no equation of its own name"},
    {MODEL(":MACRO: M(a)\nM = a ~~|\nx = 1 ~~|"), 2, "macro \"M\" has no :END OF MACRO:"},
    {MODEL("x = GET DIRECT CONSTANTS('a.xls', 'S', 'B2') ~~|"), 2, "the file \"a.xls\" named here"},
    {MODEL("x = GET DIRECT CONSTANTS('a.ods', 'S', 'B2') ~~|"), 2, "the spreadsheet \"a.ods\" is not read"},
    {MODEL("x = GET DIRECT CONSTANTS('../a.csv', ',', 'B2') ~~|"), 2, "is not in the folder of the model"},
    {MODEL("x = GET DIRECT CONSTANTS('none.csv', ',', 'B2') ~~|"), 2, "none.csv"},
    {MODEL("x = GET DIRECT CONSTANTS('?none', ',', 'B2') ~~|"), 2, "name no file for \"?none\""},
    {MODEL("D: A, B ~~|\nP: t, u, v ~~|\np[D, P] = 5 ~~|\nx[D] = ALLOCATE AVAILABLE(r[D], p[D, t], 1) ~~|\n"
           "r[D] = 1 ~~|"),
     5, "priority profiles of type 5 are not supported"},
    {MODEL("\"x = 1 ~~|"), 2, "a name in quotes has no end"},
    {MODEL("x = 1 {never closed ~~|"), 2, "a comment in braces has no end"},
    {MODEL("x = 1 ~"), 2, "has no \"|\" at its end"},
    {MODEL("x = 1"), 2, "has no \"~\""},
    {MODEL("Time = 1 ~~|"), 2, "the name \"Time\" is reserved"},
    {"{UTF-8}\nINITIAL TIME = 0 ~~|\nFINAL TIME = x ~~|\nTIME STEP = 1 ~~|\nx = INTEG(1, 0) ~~|", 3,
     "FINAL TIME must be known before the run"},
    {"{UTF-8}\nINITIAL TIME = 0 ~~|\nFINAL TIME = Time + 1 ~~|\nTIME STEP = 1 ~~|\nx = 1 ~~|", 3,
     "FINAL TIME is not reached in any run"},
    {"{UTF-8}\nx = 1 ~~|", 0, "the model has no INITIAL TIME"},
    {MODEL("x = 1 ~~|\n///---\\\\\\\n15:0,0,0,6,0,0"), 4, "method of integration number 6"},
};

static void mistakes_are_refused_with_their_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        const mistake *m = &mistakes[i];
        truce_model *model = NULL;
        truce_program *program = NULL;
        truce_error error = {0};
        truce_status status = truce_model_load_text(m->model, strlen(m->model), "m.mdl", &model, &error);
        if (status == TRUCE_OK)
            status = truce_program_compile(model, NULL, &program, &error);
        if (status != TRUCE_BAD_INPUT)
            fail_msg("accepted, or failed otherwise (%s): %s", error.message, m->model);
        if ((m->line && error.line != m->line) || !strstr(error.message, m->sentence) ||
            strchr(error.message, '\n'))
            fail_msg("line %d, not %d: %s, for: %s", error.line, m->line, error.message, m->model);
        truce_program_destroy(program);
        truce_model_destroy(model);
    }
}

/* The encoding of old files, and ends of lines of any kind. */
static void old_files_are_read(void **state)
{
    (void)state;
    static const char text[] = CONTROL "\rgr\xF6\xDF"
                                       "e = 3 ~~|\r\nb = gr\xF6\xDF"
                                       "e * 2 ~~|\r"
                                       "\"a\x92s\" = 1 ~ \x80 ~|\r\"a\x93s\" = 2 ~~|\r";
    truce_model *model = NULL;
    truce_error error = {0};
    if (truce_model_load_text(text, sizeof text - 1, "m.mdl", &model, &error) != TRUCE_OK)
        fail_msg("%d: %s", error.line, error.message);
    assert_int_not_equal(truce_model_find(model, "gr\xC3\xB6\xC3\x9F"
                                                 "e"),
                         SIZE_MAX);
    size_t apostrophe = truce_model_find(model, "a\xE2\x80\x99s");
    assert_int_not_equal(apostrophe, SIZE_MAX);
    assert_string_equal(truce_model_variable(model, apostrophe)->units, "\xE2\x82\xAC");
    assert_int_not_equal(truce_model_find(model, "a\xE2\x80\x9Cs"), SIZE_MAX);
    truce_model_destroy(model);
}

static void flows_units_and_groups_are_found(void **state)
{
    (void)state;
    static const char text[] = MODEL("****\n .Forces\n****~ all |\n"
                                     "men = INTEG(in - out, 5) ~ people [0,?] ~ Those there. |\n"
                                     "in = 2 ~ people/Month ~|\nout = men/4 ~ people/Month ~ | ");
    truce_model *model = NULL;
    truce_error error = {0};
    if (truce_model_load_text(text, sizeof text - 1, "m.mdl", &model, &error) != TRUCE_OK)
        fail_msg("%d: %s", error.line, error.message);
    const truce_variable *men = truce_model_variable(model, truce_model_find(model, "men"));
    assert_int_equal(men->kind, TRUCE_STOCK);
    assert_string_equal(men->units, "people");
    assert_string_equal(men->doc, "Those there.");
    assert_string_equal(men->group, "Forces");
    assert_int_equal(men->line, 5);
    assert_int_equal(truce_model_variable(model, truce_model_find(model, "out"))->kind, TRUCE_FLOW);
    truce_model_destroy(model);
}

/* A model in `size` bytes: each macro calls the next one, and the last uses g. */
static void write_chain(char *model, size_t size, int count)
{
    size_t at = (size_t)snprintf(model, size, "{UTF-8} " CONTROL);
    for (int i = 0; i < count; i++)
        at += (size_t)snprintf(model + at, size - at, ":MACRO: M%d(a)\nM%d = M%d(a) ~~|\n:END OF MACRO:\n", i,
                               i, i + 1);
    at += (size_t)snprintf(model + at, size - at,
                           ":MACRO: M%d(a)\nM%d = a * g$ ~~|\n:END OF MACRO:\ng = 5 ~~|\n"
                           "x = M%d(3) ~~|\ny = M0(3) ~~|\n",
                           count, count, count - 50);
    assert_true(at < size);
}

/* So many, callers first, that a pass over all macros for each of them would take minutes. That what the last one uses
 * came to the first is seen as its call is refused for its depth, not for a missing argument. */
static void what_macros_use_reaches_their_callers_however_many_there_are(void **state)
{
    (void)state;
    enum { COUNT = 30000, SIZE = 80 * COUNT };
    char *model = malloc(SIZE);
    truce_model *made = NULL;
    truce_error error = {0};
    assert_non_null(model);
    write_chain(model, SIZE, COUNT);
    assert_int_equal(truce_model_load_text(model, strlen(model), "m.mdl", &made, &error), TRUCE_BAD_INPUT);
    if (!strstr(error.message, "is called inside more than 100 macros"))
        fail_msg("%d: %s", error.line, error.message);
    *strstr(model, "\ny = ") = '\0';
    if (truce_model_load_text(model, strlen(model), "m.mdl", &made, &error) != TRUCE_OK)
        fail_msg("%d: %s", error.line, error.message);
    truce_model_destroy(made);
    free(model);
}

/* A thousand variables, handed on to so many macros that call one another in turn, and by as many calls. */
static void what_macros_use_cannot_explode(void **state)
{
    (void)state;
    enum { VARIABLES = 1000, SIZE = 1 << 20 };
    static const struct {
        int macros, calls;
    } rows[] = {{2000, 1}, {1, 2000}};
    char *model = malloc(SIZE);
    assert_non_null(model);
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        truce_model *made = NULL;
        truce_error error = {0};
        size_t at = (size_t)snprintf(model, SIZE, "{UTF-8} " CONTROL ":MACRO: M0(a)\nM0 = a ~~|\n");
        for (int i = 0; i < VARIABLES; i++)
            at += (size_t)snprintf(model + at, SIZE - at, "v%d = g%d$ ~~|\n", i, i);
        at += (size_t)snprintf(model + at, SIZE - at, ":END OF MACRO:\n");
        for (int i = 1; i < rows[row].macros; i++)
            at += (size_t)snprintf(model + at, SIZE - at,
                                   ":MACRO: M%d(a)\nM%d = M%d(a) ~~|\n:END OF MACRO:\n", i, i, i - 1);
        for (int i = 0; i < VARIABLES; i++)
            at += (size_t)snprintf(model + at, SIZE - at, "g%d = 1 ~~|\n", i);
        for (int i = 0; i < rows[row].calls; i++)
            at += (size_t)snprintf(model + at, SIZE - at, "x%d = M0(1) ~~|\n", i);
        assert_true(at < SIZE);
        assert_int_equal(truce_model_load_text(model, at, "m.mdl", &made, &error), TRUCE_BAD_INPUT);
        if (!strstr(error.message, "more than 1048576 times"))
            fail_msg("row %zu: %s", row, error.message);
    }
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_refused_with_their_line),
        cmocka_unit_test(old_files_are_read),
        cmocka_unit_test(flows_units_and_groups_are_found),
        cmocka_unit_test(what_macros_use_reaches_their_callers_however_many_there_are),
        cmocka_unit_test(what_macros_use_cannot_explode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
