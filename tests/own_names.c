/* Linked against the installed static library by script/test: a program whose functions are named as some inside
 * the library are, which neither side may notice. */
#include <truce/truce.h>

#include <stdio.h>

int fail(void);
int make(void);
int share(void);
int expand(void);

int fail(void)
{
    return 1;
}

int make(void)
{
    return 2;
}

int share(void)
{
    return 4;
}

int expand(void)
{
    return 8;
}

int main(int argc, char **argv)
{
    truce_error error;
    truce_model *model = NULL;
    char text[1152];
    if (argc != 2)
        return 64;
    if (truce_model_load(argv[1], &model, &error) != TRUCE_OK) {
        truce_error_text(&error, text, sizeof text);
        fprintf(stderr, "%s\n", text);
        return fail();
    }
    bool loaded = truce_model_element_count(model) > 0;
    truce_model_destroy(model);
    return loaded && fail() + make() + share() + expand() == 15 ? 0 : fail();
}
