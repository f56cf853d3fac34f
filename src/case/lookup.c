/* What a case has under a name: scenarios, sources, names for display. */
#include "case/case.h"

#include <string.h>

const case_source *case_find_source(const truce_case *c, const char *id)
{
    size_t found = map_get(&c->source_ids, id);
    return found < c->source_count ? &c->sources[found] : NULL;
}

bool case_same_name(const char *a, const char *b)
{
    while (*a || *b) {
        bool gap_a = *a == ' ' || *a == '_', gap_b = *b == ' ' || *b == '_';
        int x = *a >= 'A' && *a <= 'Z' ? *a - 'A' + 'a' : *a,
            y = *b >= 'A' && *b <= 'Z' ? *b - 'A' + 'a' : *b;
        if (gap_a != gap_b || (!gap_a && x != y))
            return false;
        a++, b++;
    }
    return true;
}

const char *case_display_name(const truce_case *c, const char *name)
{
    for (size_t i = 0; i < c->name_count; i++)
        if (case_same_name(c->names[i].name, name))
            return c->names[i].display;
    return name;
}

bool case_shows(const truce_case *c, size_t index, case_section section)
{
    for (size_t i = 0; i < c->output_count; i++)
        for (size_t k = 0; k < c->outputs[i].element_count; k++)
            if (c->outputs[i].section == section && c->outputs[i].elements[k] == index)
                return true;
    return false;
}
