/* truce web: a case as a page for browsers. truce serve: such a page on this machine. */
#include "truce/web.h"
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- truce web ----------------------------------------------------------------------------------------- */

typedef struct web_options {
    const char *output, *posterior, *page;
    uint64_t members, seed;
    bool priors, force;
} web_options;

static bool is_page(const char *folder)
{
    char file[4200];
    int length = snprintf(file, sizeof file, "%s/engine.js", folder);
    return length > 0 && (size_t)length < sizeof file && access(file, R_OK) == 0;
}

/* In the sources of a program that lies in its build directory, or NULL: "a/build/src/cli/truce" has "a/web/dist". */
static const char *find_beside_sources(void)
{
    static const char *const ways[] = {"../../../web/dist", "../../../../web/dist"};
    static char folder[4200];
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return NULL;
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        snprintf(folder, sizeof folder, "%s/%s", program, ways[i]);
        if (is_page(folder))
            return folder;
    }
    return NULL;
}

/* The built page: where the option says, else beside the sources, else where it was installed. The working directory may be
 * anybody's. */
static const char *find_page(const char *asked)
{
    static const char installed[] = TRUCE_DATA_DIRECTORY "/web";
    const char *beside = asked ? asked : find_beside_sources();
    return beside ? beside : is_page(installed) ? installed : NULL;
}

/* 0, or an exit code after a message where it is not built. */
static int check_page(const char *asked)
{
    truce_error error = {0};
    if (find_page(asked))
        return 0;
    error_make(&error, TRUCE_RUN_FAILED, NULL,
               "the page is not built: run script/web, or say where it is with --page DIR");
    return report_error(&error);
}

static int read_web_options(int argc, char **argv, web_options *o)
{
    static const struct option names[] = {{"output", required_argument, NULL, 'o'},
                                          {"posterior", required_argument, NULL, 'p'},
                                          {"priors", no_argument, NULL, 'P'},
                                          {"page", required_argument, NULL, 'W'},
                                          {"members", required_argument, NULL, 'n'},
                                          {"seed", required_argument, NULL, 'S'},
                                          {"force", no_argument, NULL, 'f'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    for (int option; (option = next_option("web", argc, argv, ":o:p:n:S:fh", names)) != -1;) {
        bool right = option != '?';
        if (option == 'h') {
            help_print("web");
            return -1;
        }
        if (option == 'o')
            o->output = optarg;
        else if (option == 'p')
            o->posterior = optarg;
        else if (option == 'P')
            o->priors = true;
        else if (option == 'W')
            o->page = optarg;
        else if (option == 'f')
            o->force = true;
        else if (option == 'n')
            right = option_number("web", "--members", optarg, 10, 10000, &o->members);
        else if (option == 'S')
            right = option_number("web", "--seed", optarg, 0, (uint64_t)1 << 53, &o->seed);
        if (!right)
            return EXIT_USAGE;
    }
    if (argc - optind != 1)
        return usage_error("web", argc == optind ? "say which case" : "web takes one case");
    if (o->posterior && o->priors)
        return usage_error("web", "--priors leaves the posterior out, and --posterior asks for one");
    if (!o->output)
        return usage_error("web", "say where the page goes: --output DIR");
    return 0;
}

/* The files of the page that was built, which are read. */
static int count_built(const char *folder)
{
    static const char *const files[] = {"index.html", "page.js", "page.css", "engine.js"};
    int code = 0;
    for (size_t i = 0; code == 0 && i < sizeof files / sizeof *files; i++) {
        char file[4096];
        int length = snprintf(file, sizeof file, "%s/%s", folder, files[i]);
        code = length > 0 && (size_t)length < sizeof file ? input_count(file)
                                                          : usage_error("web", "a path is too long");
    }
    return code;
}

static int write_page(const truce_case *c, const web_options *o)
{
    truce_error error = {0};
    truce_fit *fit = NULL;
    const char *posterior = o->posterior;
    truce_page_options page = truce_page_default_options();
    int code = posterior_choose(c, o->priors, &posterior, &fit);
    page.page = find_page(o->page);
    page.posterior = fit;
    page.scores = posterior;
    page.members = (size_t)o->members;
    page.seed = o->seed;
    busy_begin("Making the page");
    truce_status status = code == 0 ? check_interruption(&error) : TRUCE_OK;
    if (code == 0 && status == TRUCE_OK)
        status = truce_page_write(c, &page, o->output, &error);
    busy_end();
    if (status != TRUCE_OK)
        code = report_error(&error);
    truce_fit_destroy(fit);
    if (code == 0)
        print_line(stdout, "Open %s/index.html in a browser, or put the folder on any web server.",
                   o->output);
    return code;
}

static int write_into(const truce_case *c, const web_options *o)
{
    char *made = NULL;
    int code = directory_prepare("web", o->output, o->force, &made);
    if (code == 0)
        code = write_page(c, o);
    if (code != 0)
        directory_undo(o->output, made);
    else
        free(made);
    return code;
}

int command_web(int argc, char **argv)
{
    web_options o = {.members = 500, .seed = 1};
    int code = read_web_options(argc, argv, &o);
    if (code != 0)
        return code < 0 ? 0 : code;
    target t;
    truce_model *model = NULL;
    truce_case *c = NULL;
    code = target_find(argv[optind], &t);
    if (code == 0 && !t.is_case)
        code = usage_error("web", "web needs a case, and \"%s\" is a model", argv[optind]);
    if (code == 0)
        code = check_page(o.page);
    if (code == 0)
        code = count_built(find_page(o.page));
    if (code == 0)
        code = target_load(&t, &model, &c);
    if (code == 0)
        code = write_into(c, &o);
    target_unload(model, c);
    return code;
}

/* ---- truce serve --------------------------------------------------------------------------------------- */

enum { MOST_HOSTS = 16 };

static void say_where(void *context, unsigned port)
{
    const truce_server_options *o = context;
    bool six = o->address && strchr(o->address, ':');
    printf("http://%s%s%s:%u/\n", six ? "[" : "", o->address ? o->address : "127.0.0.1", six ? "]" : "",
           port);
    fflush(stdout);
}

static int read_serve_options(int argc, char **argv, truce_server_options *o, const char **hosts,
                              const char **page)
{
    static const struct option names[] = {
        {"page", required_argument, NULL, 'W'},    {"port", required_argument, NULL, 'p'},
        {"address", required_argument, NULL, 'a'}, {"host", required_argument, NULL, 'H'},
        {"help", no_argument, NULL, 'h'},          {0}};
    uint64_t port = 8000;
    for (int option; (option = next_option("serve", argc, argv, ":p:a:h", names)) != -1;) {
        if (option == 'h') {
            help_print("serve");
            return -1;
        }
        if (option == 'a')
            o->address = optarg;
        else if (option == 'W')
            *page = optarg;
        else if (option == 'H' && o->host_count < MOST_HOSTS)
            hosts[o->host_count++] = optarg;
        else if (option == 'H')
            return usage_error("serve", "--host may be given %d times", MOST_HOSTS);
        else if (option == '?' || !option_number("serve", "--port", optarg, 0, 65535, &port))
            return EXIT_USAGE;
    }
    o->port = (unsigned)port;
    o->hosts = hosts;
    return argc - optind == 1
               ? 0
               : usage_error("serve", argc == optind ? "say which case, or which folder of a page"
                                                     : "serve takes one case or folder");
}

/* A folder with a page is served as it is; a case is made into a page that is gone afterwards. */
static int serve_loaded(const truce_case *c, const truce_server_options *o, const char *asked)
{
    truce_error error = {0};
    truce_fit *fit = NULL;
    truce_page_options page = truce_page_default_options();
    int code = posterior_choose(c, false, &page.scores, &fit);
    page.page = find_page(asked);
    page.posterior = fit;
    if (code == 0 && truce_serve_case(c, &page, o, &error) != TRUCE_OK)
        code = report_error(&error);
    truce_fit_destroy(fit);
    return code;
}

static int serve_case(const char *name, const truce_server_options *o, const char *page)
{
    target t;
    truce_model *model = NULL;
    truce_case *c = NULL;
    if (strchr(name, '/') && access(name, F_OK) != 0)
        return usage_error("serve", "there is no case and no folder \"%s\"", name);
    int code = target_find(name, &t);
    if (code == 0 && !t.is_case)
        code = usage_error("serve", "serve needs a case, and \"%s\" is a model", name);
    if (code == 0)
        code = check_page(page);
    if (code == 0)
        code = target_load(&t, &model, &c);
    if (code == 0)
        code = serve_loaded(c, o, page);
    target_unload(model, c);
    return code;
}

int command_serve(int argc, char **argv)
{
    const char *hosts[MOST_HOSTS], *page = NULL;
    truce_server_options o = {.ready = say_where, .go_on = not_interrupted, .context = &o};
    int code = read_serve_options(argc, argv, &o, hosts, &page);
    if (code != 0)
        return code < 0 ? 0 : code;
    const char *name = argv[optind];
    char file[4096];
    truce_error error = {0};
    catch_interruption();
    int length = snprintf(file, sizeof file, "%s/index.html", name);
    if (length < 0 || (size_t)length >= sizeof file || access(file, R_OK) != 0)
        return serve_case(name, &o, page);
    return truce_serve(name, &o, &error) == TRUCE_OK ? 0 : report_error(&error);
}
