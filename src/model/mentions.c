/* Which variables the equation of a variable mentions, and the other way round, for explaining a model. */
#include "model/builder.h"

typedef struct mentions {
    builder *b;
    size_t *stamps; /* by variable: the last user that mentioned it, plus 1 */
    size_t user;
    size_t *list;
    size_t count, capacity;
} mentions;

static bool mention(mentions *m, const node *n)
{
    if (!n)
        return true;
    if (n->symbol == SYMBOL_VARIABLE && m->stamps[n->index] != m->user + 1) {
        m->stamps[n->index] = m->user + 1;
        if (!ARENA_PUSH(&m->b->scratch, m->list, m->count, m->capacity, n->index))
            return fail_memory(m->b);
    }
    for (size_t i = 0; i < n->count; i++)
        if (!mention(m, n->arguments[i]))
            return false;
    for (size_t i = 0; i < n->subscript_count; i++)
        if (!mention(m, n->subscripts[i].from) || !mention(m, n->subscripts[i].to))
            return false;
    return true;
}

static bool mention_all(mentions *m, const source *s)
{
    bool done = mention(m, s->equation) && mention(m, s->initial) && mention(m, s->net) &&
                mention(m, s->length) && mention(m, s->capacity) && mention(m, s->limit) &&
                mention(m, s->arrest) && mention(m, s->sample);
    for (size_t i = 0; done && s->contents && i < s->from->conveyor->content_count; i++)
        done = mention(m, s->contents[i]);
    for (size_t i = 0; done && s->equations && i < s->element_count; i++)
        done = mention(m, s->equations[i]) && mention(m, s->initials[i]) && mention(m, s->nets[i]);
    if (s->from->kind != XMILE_STOCK)
        return done;
    for (size_t i = 0; done && i < s->from->inflow_count; i++)
        done = mention(m, s->inflows[i]);
    for (size_t i = 0; done && i < s->from->outflow_count; i++)
        done = mention(m, s->outflows[i]);
    return done;
}

bool resolve_inputs(builder *b)
{
    truce_model *model = b->model;
    size_t count = model->variable_count;
    mentions m = {.b = b, .stamps = arena_array(&b->scratch, count, sizeof *m.stamps)};
    model->inputs = arena_array(&model->memory, count, sizeof *model->inputs);
    model->users = arena_array(&model->memory, count, sizeof *model->users);
    model->input_counts = arena_array(&model->memory, count, sizeof *model->input_counts);
    model->user_counts = arena_array(&model->memory, count, sizeof *model->user_counts);
    if (!m.stamps || !model->inputs || !model->users || !model->input_counts || !model->user_counts)
        return fail_memory(b);
    for (size_t i = 0; i < count; i++) {
        m.user = i;
        m.count = 0;
        if (!mention_all(&m, &b->scopes[0].sources[i]))
            return false;
        model->inputs[i] = arena_array(&model->memory, m.count, sizeof *m.list);
        if (!model->inputs[i])
            return fail_memory(b);
        for (size_t k = 0; k < m.count; k++) {
            model->inputs[i][k] = m.list[k];
            model->user_counts[m.list[k]]++;
        }
        model->input_counts[i] = m.count;
    }
    for (size_t i = 0; i < count; i++) {
        model->users[i] = arena_array(&model->memory, model->user_counts[i], sizeof **model->users);
        if (!model->users[i])
            return fail_memory(b);
        model->user_counts[i] = 0;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < model->input_counts[i]; k++) {
            size_t used = model->inputs[i][k];
            model->users[used][model->user_counts[used]++] = i;
        }
    return true;
}
