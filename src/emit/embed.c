/* Run while truce is built: prints C files as one string constant, without what they include from truce. So
 * the functions of the library and those of a file that truce writes have one source. */
#include <stdio.h>
#include <string.h>

static void print_line(const char *line)
{
    fputs("    \"", stdout);
    for (; *line && *line != '\n'; line++) {
        if (*line == '"' || *line == '\\')
            putchar('\\');
        putchar(*line);
    }
    fputs("\\n\"\n", stdout);
}

int main(int argc, char **argv)
{
    char line[1024];
    if (argc < 3)
        return 64;
    printf("extern const char %s[];\nconst char %s[] =\n", argv[1], argv[1]);
    for (int i = 2; i < argc; i++) {
        FILE *file = fopen(argv[i], "r");
        if (!file)
            return 1;
        while (fgets(line, sizeof line, file))
            if (strncmp(line, "#include \"", 10) != 0)
                print_line(line);
        fclose(file);
    }
    puts("    ;");
    return fflush(stdout) == 0 ? 0 : 1;
}
