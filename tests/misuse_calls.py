#!/usr/bin/env python3
"""Wrong calls of the public interface, as C: tests/misuse.c includes what this prints.

Usage: tests/misuse_calls.py HEADER...

Every function that the headers declare is called with each argument wrong by itself, the others right, and with
all of them wrong: NULL for a pointer, an index far out of range, a value that an enumeration has not. So is each
member of a struct of options, also with numbers that are none, infinite or negative. What must come back follows
from the type (truce.h, "Wrong arguments"): so a call that is added to a header is tested without a line here, and one
whose parameters this does not understand is an error.
"""
import re
import sys

# Objects that tests/misuse.c makes; others are NULL there.
VALID_TEXT = {"path": '"misuse.out"', "output": '"misuse.xmile"', "directory": '"misuse"', "scenario": '"actual"'}
# Pointers that may be NULL, and paths for which it means standard output.
OPTIONAL = {"error", "failure", "options", "part", "posterior", "command", "element", "standard_error", "first_bad",
            "context", "go_on", "progress", "parameters", "schedules", "factors"}
STANDARD_OUTPUT = {"truce_program_write_csv", "truce_model_write_csv", "truce_model_write_c", "truce_case_write_member"}
NULL_IS_RIGHT = {("truce_program_write_netcdf", "model"), ("truce_case_load_from", "files"),
                 ("truce_model_load_from", "files"), ("truce_outcomes_load_from", "files"),
                 ("truce_model_load_text", "name"), ("truce_model_inputs", "indices"), ("truce_model_users", "indices")}
# Sizes that are no indices: how much of what the caller has.
AMOUNTS = {"size", "capacity", "count", "length", "draws", "width", "members"}


def declarations(text):
    for found in re.finditer(r"TRUCE_API\s+([^;]*);", text):
        words = " ".join(found.group(1).split())
        result, name, parameters = re.match(r"(.*?[ *])(truce_\w+)\((.*)\)$", words).groups()
        yield result.strip(), name, [] if parameters == "void" else split(parameters)


def split(parameters):
    """(type, name) of each parameter; a pointer to a function is of type "function"."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(parameters + ","):
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append(parameters[start:i].strip())
            start = i + 1
    found = []
    for part in parts:
        function = re.search(r"\(\*(\w+)\)\(", part)
        found.append(("function", function.group(1)) if function else
                     tuple(s.strip() for s in re.match(r"(.*?[ *])(\w+)$", part).groups()))
    return found


def types(text):
    """Names of objects (structs that are declared only), structs with members, and enumerations."""
    return (set(re.findall(r"typedef struct (truce_\w+) \1;", text)), set(re.findall(r"typedef struct (truce_\w+) \{", text)),
            set(re.findall(r"typedef enum (truce_\w+) \{", text)))


# Members of options, by type, and those of which every value is right. Texts that are no paths are names and statements,
# of which the file may be at fault that has no such name.
WRONG_MEMBERS = {"double": ["NAN", "INFINITY", "-INFINITY", "-1"], "size_t": ["0", "SIZE_MAX"],
                 "unsigned": ["0", "UINT_MAX"], "truce_month": ["INT_MIN", "-2", "INT_MAX"], "uint64_t": ["UINT64_MAX"],
                 "const char *": ["NULL", '""'], "bool": []}
ANY_IS_RIGHT = {"seed", "command"}
PATHS = {"file", "posterior", "keep", "scores", "archive", "checkpoint", "page"}


def members(text, struct):
    """(type, name) of each member that is no pointer to a function."""
    body = re.search(r"typedef struct %s \{(.*?)\} %s;" % (struct, struct), text, re.S).group(1)
    for words in (" ".join(part.split()) for part in body.split(";")):
        if words and "(*" not in words:
            kind, names = re.match(r"(.*?[ *])((?:\w+(?:\[\w+\])*(?:, )?)+)$", words).groups()
            for name in names.split(", "):
                yield kind.strip(), name


class Interface:
    def __init__(self, text):
        self.objects, self.structs, self.enumerations = types(text)

    def right(self, kind, name):
        base = kind.replace("const ", "").strip()
        if kind == "function" or base == "void *":
            return "NULL"
        if base == "char *":
            return VALID_TEXT.get(name, '"x"') if kind.startswith("const") else "room.text"
        if kind == "char **":
            return "&room.words"
        if base.endswith("**") or kind == "const char *const *":
            return "(void *)&room.pointer"
        if base.endswith("*"):
            pointed = base[:-1].strip()
            if pointed in self.objects:
                return "(void *)object_%s" % pointed
            if pointed.endswith("_options"):
                return "&few_%s" % pointed
            if pointed == "truce_error":
                return "&room.error"
            return "(void *)&room"
        return "1" if name in AMOUNTS else "0"

    def wrongs(self, kind, name):
        if kind == "function" or name == "context":
            return []
        if kind.endswith("*"):
            return ["NULL", '""'] if name == "directory" else ["NULL"]
        if kind in self.enumerations:
            return ["(%s)99" % kind, "(%s)-1" % kind]
        if kind == "size_t":
            return [] if name in AMOUNTS else ["SIZE_MAX", "SIZE_MAX / 2", "1000000"]
        if kind == "double":
            return ["NAN"]
        if kind in ("int", "unsigned", "truce_month"):
            return ["-1", "INT_MAX", "INT_MIN"]
        if kind in ("uint64_t", "bool"):
            return []
        raise SystemExit("tests/misuse_calls.py does not know the type \"%s\" of \"%s\"" % (kind, name))


EXPECTED = {"truce_status": "came == TRUCE_BAD_USAGE", "size_t": "came == 0 || came == SIZE_MAX", "bool": "!came",
            "double": "isnan(came)", "const char *": "!came || !*came", "int": "came == 0", "uint64_t": "came == 0",
            "truce_month": "came == TRUCE_MONTH_NONE"}


def call(result, name, arguments, strict):
    text = "%s(%s)" % (name, ", ".join(arguments))
    literal = text.replace("\\", "\\\\").replace('"', '\\"').replace("(void *)", "")
    if result == "void":
        return "    WRONG(\"%s\", %s; came_right = true)\n" % (literal, text)
    expected = EXPECTED.get(result, "!came" if result.endswith("*") else "true")
    return "    WRONG(\"%s\", %s came = %s; (void)came; came_right = %s)\n" % (
        literal, result, text, "(%s)" % expected if strict else "true")


def must_be_refused(result, name, kind, parameter, wrong):
    """Whether one wrong argument alone decides what comes back."""
    if parameter in OPTIONAL or (name, parameter) in NULL_IS_RIGHT or (parameter == "path" and name in STANDARD_OUTPUT):
        return False
    return kind not in ("double", "int", "unsigned", "truce_month") and (result != "double" or wrong == "NULL" or kind == "size_t")


def print_calls(interface, result, name, parameters):
    right = [interface.right(*p) for p in parameters]
    wrong = [interface.wrongs(*p) for p in parameters]
    runs = result == "truce_status"
    for i, (kind, parameter) in enumerate(parameters):
        for value in wrong[i]:
            refused = must_be_refused(result, name, kind, parameter, value)
            if runs and not refused:
                continue  # it would do its work
            sys.stdout.write(call(result, name, right[:i] + [value] + right[i + 1:], refused and not name.endswith("_destroy")))
    if parameters:
        all_wrong = [w[0] if w else r for w, r in zip(wrong, right)]
        decides = runs and any(must_be_refused(result, name, *p, w) for p, w in zip(parameters, all_wrong))
        sys.stdout.write(call(result, name, all_wrong, decides))


def wrong_members(interface, kind, name):
    if name in ANY_IS_RIGHT:
        return []
    if kind in interface.enumerations:
        return ["(%s)99" % kind, "(%s)-1" % kind]
    if name.endswith("_count"):  # how long an array is, nobody but the caller can know
        return ["0"]
    return [value for value in WRONG_MEMBERS.get(kind, []) if (name, value) != ("threads", "0")]


def print_options(interface, text, name, parameters):
    """Each member of options wrong by itself."""
    for i, (kind, _) in enumerate(parameters):
        struct = kind.replace("const ", "").replace("*", "").strip()
        if not struct.endswith("_options") or not kind.endswith("*") or name.startswith("truce_serve"):
            continue
        right = ["case_%s" % struct if p[0] == "const truce_case *" else interface.right(*p) for p in parameters]
        arguments = ["&wrong" if k == i else value for k, value in enumerate(right)]
        for member, field in members(text, struct):
            for value in wrong_members(interface, member, field):
                change = "wrong.%s = %s" % (field, value)
                refused = member in interface.enumerations or (value == '""' and field in PATHS)
                expected = EXPECTED["truce_status"] if refused else \
                    "came != TRUCE_RUN_FAILED" if member == "const char *" else "is_right_or_refused(came)"
                print("    WRONG(\"%s with %s\", %s wrong = few_%s; %s; truce_status came = %s(%s); came_right = %s)" % (
                    name, change.replace('"', '\\"'), struct, struct, change, name, ", ".join(arguments), expected))


def main(headers):
    text = "".join(open(path, encoding="utf-8").read() for path in headers)
    text = re.sub(r"/\*.*?\*/|^#[^\n]*", " ", text, flags=re.S | re.M)
    interface, count = Interface(text), 0
    print("#ifdef MISUSE_OBJECTS")
    for kind in sorted(interface.objects):
        print("static %s *object_%s;" % (kind, kind))
    for kind in sorted(kind for kind in interface.structs if kind.endswith("_options")):
        print("static %s few_%s;" % (kind, kind))
        if any({"const truce_case *", "const %s *" % kind} <= {p[0] for p in parameters} for _, name, parameters in declarations(text)
               if not name.startswith("truce_serve")):
            print("static const truce_case *case_%s;" % kind)
    print("#else")
    for result, name, parameters in declarations(text):
        print_calls(interface, result, name, parameters)
        print_options(interface, text, name, parameters)
        count += 1
    if count != len(re.findall(r"^TRUCE_API ", text, re.M)):
        raise SystemExit("tests/misuse_calls.py does not understand all declarations")
    print("#endif")


if __name__ == "__main__":
    main(sys.argv[1:])
