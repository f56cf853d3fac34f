/* Talks: the solver against closed forms and published tables. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "math/random.h"
#include "talks/beliefs.h"
#include "talks/game.h"

/* Solved on all processors. */
static const game_options quadratic = {.regression = {.degree = 2, .folds = 2}};

/* A game with room of its own; every value 0, the war over at the horizon. */
typedef struct table {
    game game;
    game_result result;
    float *state, *cost[2], *settled[2], *stake[2], *discount[2], *proposer, *end_value[2];
    uint32_t *end;
} table;

static float *floats(size_t count)
{
    float *values = calloc(count ? count : 1, sizeof *values);
    assert_non_null(values);
    return values;
}

static void table_init(table *t, size_t members, size_t months, size_t features)
{
    *t = (table){.game = {.members = members, .months = months, .features = features}};
    t->game.state = t->state = floats(members * months * features);
    t->game.proposer = t->proposer = floats(members);
    t->game.end = t->end = calloc(members, sizeof *t->end);
    t->result.struck = calloc(members, sizeof *t->result.struck);
    t->result.line = floats(members);
    for (int i = 0; i < 2; i++) {
        t->game.cost[i] = t->cost[i] = floats(members * months);
        t->game.settled[i] = t->settled[i] = floats(members * months);
        t->game.stake[i] = t->stake[i] = floats(members);
        t->game.discount[i] = t->discount[i] = floats(members);
        t->game.end_value[i] = t->end_value[i] = floats(members);
    }
    for (size_t m = 0; m < members; m++) {
        t->end[m] = (uint32_t)months;
        for (int i = 0; i < 2; i++)
            t->stake[i][m] = t->discount[i][m] = 1.0f;
    }
}

static void table_free(table *t)
{
    free(t->state);
    free(t->proposer);
    free(t->end);
    free(t->result.struck);
    free(t->result.line);
    for (int i = 0; i < 2; i++) {
        free(t->cost[i]);
        free(t->settled[i]);
        free(t->stake[i]);
        free(t->discount[i]);
        free(t->end_value[i]);
    }
}

/* Keeps what the sides stand to gain in month 0, for the first member. */
typedef struct first_month {
    double war[2], going[2], least, most;
    bool deal;
} first_month;

static bool keep_first(void *context, const game_month *month)
{
    first_month *f = context;
    if (month->month == 0) {
        *f = (first_month){.least = month->least[0], .most = month->most[0], .deal = month->deal[0]};
        for (int i = 0; i < 2; i++) {
            f->war[i] = month->war[i][0];
            f->going[i] = month->going[i][0];
        }
    }
    return true;
}

static first_month solve(table *t, unsigned degree)
{
    first_month first = {0};
    game_options options = quadratic;
    options.regression.threads = 1; /* starting more costs more than these small games */
    options.regression.degree = degree;
    options.report = keep_first;
    options.context = &first;
    truce_error error;
    assert_int_equal(game_solve(&t->game, &options, &t->result, &error), TRUCE_OK);
    return first;
}

/* ---- Regression --------------------------------------------------------------------------------------- */

static void a_polynomial_of_two_features_is_found_again(void **state)
{
    (void)state;
    enum { N = 5000 };
    float *x = floats(2 * N), *weights = floats(N);
    double *y = calloc(N, sizeof *y), *fit = calloc(N, sizeof *fit);
    for (size_t i = 0; i < N; i++) {
        x[i] = (float)random_uniform(1, i, 1, 0);
        x[N + i] = (float)(100.0 + 3.0 * random_uniform(1, i, 2, 0));
        double a = x[i], b = x[N + i];
        y[i] = 2.0 - 3.0 * a + 0.5 * b + a * b - 0.25 * b * b;
        weights[i] = i % 3 == 0 ? 0.0f : 1.5f;
        if (i % 3 == 0)
            y[i] = 1e6; /* takes no part */
    }
    const double *values[] = {y};
    double *fits[] = {fit};
    for (unsigned folds = 1; folds <= 2; folds++) {
        regression *r;
        regression_options options = {.degree = 2, .folds = folds};
        assert_int_equal(regression_create(N, 2, 1, &options, &r, NULL), TRUCE_OK);
        assert_true(regression_run(r, x, values, weights, fits));
        size_t off = 0; /* beyond what the other fold has seen, predictions stop at its extremes */
        for (size_t i = 0; i < N; i++) {
            double a = x[i], b = x[N + i];
            double expected = 2.0 - 3.0 * a + 0.5 * b + a * b - 0.25 * b * b;
            /* Values range over 550, columns are collinear to 1 in 1,000, the ridge is 1e-5. */
            off += fabs(fit[i] - expected) > 0.02;
        }
        assert_true(off < 25);
        regression_destroy(r);
    }
    free(x), free(weights), free(y), free(fit);
}

static void features_that_say_nothing_new_take_no_part(void **state)
{
    (void)state;
    enum { N = 1000 };
    float *x = floats(3 * N);
    double *y = calloc(N, sizeof *y), *fit = calloc(N, sizeof *fit);
    for (size_t i = 0; i < N; i++) {
        size_t place = i * 617 % N;
        x[i] = (float)place;
        x[N + i] = 7.0f;
        x[2 * N + i] = 2.0f * (float)place - 5.0f;
        y[i] = 4.0 + 0.5 * (double)place;
    }
    const double *values[] = {y};
    double *fits[] = {fit};
    regression *r;
    regression_options options = {.degree = 2, .folds = 2};
    assert_int_equal(regression_create(N, 3, 1, &options, &r, NULL), TRUCE_OK);
    assert_true(regression_run(r, x, values, NULL, fits));
    for (size_t i = 0; i < N; i++)
        assert_true(fabs(fit[i] - y[i]) < (y[i] > 20.0 && y[i] < 480.0 ? 0.01 : 16.0));
    regression_destroy(r);
    free(x), free(y), free(fit);
}

/* The mean of the squared error against what noise alone gives: a fit flatters the members it was made from
 * by (1 - p/n), and fails on others by (1 + p/n), p functions of the basis on n members (Akaike 1970). */
static void members_are_not_flattered_by_their_own_fit(void **state)
{
    (void)state;
    enum { N = 400, F = 4 };
    float *x = floats(F * N);
    double *y = calloc(N, sizeof *y), *fit = calloc(N, sizeof *fit), error[3] = {0};
    const double *values[] = {y};
    double *fits[] = {fit};
    for (uint64_t repeat = 0; repeat < 40; repeat++) {
        for (size_t i = 0; i < N; i++) {
            for (size_t f = 0; f < F; f++)
                x[f * N + i] = (float)random_normal(repeat, i, f, 0);
            y[i] = random_normal(repeat, i, 99, 0);
        }
        for (unsigned folds = 1; folds <= 2; folds++) {
            regression *r;
            regression_options options = {.degree = 2, .folds = folds};
            assert_int_equal(regression_create(N, F, 1, &options, &r, NULL), TRUCE_OK);
            assert_true(regression_run(r, x, values, NULL, fits));
            for (size_t i = 0; i < N; i++)
                error[folds] += (fit[i] - y[i]) * (fit[i] - y[i]) / N / 40;
            regression_destroy(r);
        }
    }
    /* p = 15: 1 - 15/400 = 0.9625; 1 + 15/200 = 1.075 and a little more, as the basis is random. The standard
     * error of either mean is sqrt(2 / 16,000) = 0.011. */
    assert_true(fabs(error[1] - 0.9625) < 0.035);
    assert_true(error[2] > 1.04 && error[2] < 1.13);
    free(x), free(y), free(fit);
}

static bool add_squares(void *context, const game_month *month)
{
    double *sum = context;
    for (size_t m = 0; m < 400; m++) {
        double by_other_half = month->going[0][m] + month->off[0][m];
        *sum += (by_other_half - month->ahead[0][m]) * (by_other_half - month->ahead[0][m]);
    }
    return true;
}

/* The same of the game: a state that says nothing must not foretell a member's own luck. 1 + 15/200 and a
 * little more with the other half's functions, 1 - 15/200 with its own; standard error 0.016. */
static void members_of_a_game_are_valued_by_the_other_half(void **state)
{
    (void)state;
    enum { N = 400, F = 4, REPEATS = 20 };
    double sum = 0.0;
    for (uint64_t repeat = 0; repeat < REPEATS; repeat++) {
        table t;
        table_init(&t, N, 1, F);
        for (size_t m = 0; m < N; m++) {
            for (size_t f = 0; f < F; f++)
                t.state[f * N + m] = (float)random_normal(repeat, m, f, 0);
            t.end_value[0][m] = (float)random_normal(repeat, m, 99, 0);
            t.settled[0][m] = -100.0f;
        }
        game_options options = quadratic;
        options.regression.threads = 1;
        options.report = add_squares;
        options.context = &sum;
        assert_int_equal(game_solve(&t.game, &options, &t.result, NULL), TRUCE_OK);
        table_free(&t);
    }
    assert_true(sum / N / REPEATS > 1.03 && sum / N / REPEATS < 1.15);
}

/* ---- 1. War as a random walk between forts ------------------------------------------------------------ */

/* Smith and Stam (2004), "Bargaining and the nature of war", Journal of Conflict Resolution 48(6); gambler's
 * ruin, Feller (1968), chapter XIV. N forts, the attacker holds k and wins each battle with p. Prize 1 at the
 * end, discount d, costs at the start of each battle. Walks that are not over by the horizon (0.3 % at p =
 * 1/2) would still cost d^300 < 0.05: less than the standard error. */
static void war_between_forts_is_worth_the_gamblers_ruin(void **state)
{
    (void)state;
    static const struct {
        double p;
        int k;
        double wins, duration, value[2];
    } rows[] = {
        {.50, 5, .500000, 25, {-.020387, .187768}},        {.50, 2, .200000, 16, {.446639, .012576}},
        {.45, 5, .268283, 23.171740, {.196767, .019916}},  {.45, 8, .618080, 18.192030, {-.020995, .405242}},
        {.40, 5, .116364, 19.181818, {.400470, -.070688}}, {.40, 8, .434640, 18.267988, {.124816, .243007}}};
    enum { HELD = 10, MEMBERS = 4000, MONTHS = 400 };
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        table t;
        table_init(&t, MEMBERS, MONTHS, 0);
        double wins = 0.0, duration = 0.0, square = 0.0;
        for (size_t m = 0; m < MEMBERS; m++) {
            int held = rows[row].k;
            uint32_t month = 0;
            for (; held > 0 && held < HELD && month < MONTHS; month++) {
                held += random_uniform(row, m, 0, month) < rows[row].p ? 1 : -1;
                t.cost[GAME_ATTACKER][month * MEMBERS + m] = 0.01f;
                t.cost[GAME_DEFENDER][month * MEMBERS + m] = 0.02f;
                t.settled[GAME_ATTACKER][month * MEMBERS + m] = -10.0f; /* no deal is worth it */
            }
            t.end[m] = month;
            t.end_value[GAME_ATTACKER][m] = held == HELD;
            t.end_value[GAME_DEFENDER][m] = held == 0;
            t.discount[0][m] = t.discount[1][m] = 0.99f;
            wins += (double)(held == HELD) / MEMBERS;
            duration += (double)month / MEMBERS;
            square += (double)month * month / MEMBERS;
        }
        solve(&t, 0);
        double p = rows[row].wins;
        assert_true(fabs(wins - p) < 3.0 * sqrt(p * (1.0 - p) / MEMBERS));
        assert_true(fabs(duration - rows[row].duration) <
                    3.0 * sqrt((square - duration * duration) / MEMBERS));
        for (int i = 0; i < 2; i++) {
            assert_true(fabs(t.result.war[i] - rows[row].value[i]) < 3.0 * t.result.war_error[i]);
            assert_true(t.result.war_error[i] < 0.01);
            assert_true(fabs(t.result.value[i] - t.result.war[i]) <
                        1e-12); /* talks without a deal change nothing */
        }
        table_free(&t);
    }
}

enum { FORTS = 10, BATTLES = 36000 };

static bool keep_zones(void *context, const game_month *month)
{
    double(*zone)[2] = context; /* [fort][least, most]: the members of a fort see the same */
    for (size_t m = 0; m < FORTS - 1; m++) {
        zone[m + 1][0] = month->least[m];
        zone[m + 1][1] = month->most[m];
    }
    return true;
}

/* The same war, told by a state: one battle, and then the closed form's value of the fort reached. A quartic
 * through the nine values is off by at most 0.0004; a fold's 2,000 members a fort leave a standard error of
 * at most 0.0067 at the outermost forts, and 18 comparisons pass at three of them. */
static void the_zone_between_forts_is_where_neither_would_rather_fight(void **state)
{
    (void)state;
    double p = 0.45, d = 0.99, q = 1.0 - p, value[2][FORTS + 1], zone[FORTS][2];
    double root = sqrt(1.0 - 4.0 * p * q * d * d), l1 = (1.0 + root) / (2.0 * p * d),
           l2 = (1.0 - root) / (2.0 * p * d);
    table t;
    table_init(&t, BATTLES, 1, 1);
    for (int k = 0; k <= FORTS; k++) {
        double w = (pow(l1, k) - pow(l2, k)) / (pow(l1, FORTS) - pow(l2, FORTS));
        double l =
            pow(q / p, k) * (pow(l1, FORTS - k) - pow(l2, FORTS - k)) / (pow(l1, FORTS) - pow(l2, FORTS));
        value[GAME_ATTACKER][k] = w - 0.01 * (1.0 - w - l) / (1.0 - d);
        value[GAME_DEFENDER][k] = l - 0.02 * (1.0 - w - l) / (1.0 - d);
    }
    for (size_t m = 0; m < BATTLES; m++) {
        int held = 1 + (int)(m % (FORTS - 1)), next = held + (random_uniform(1, m, 0, 0) < p ? 1 : -1);
        t.state[m] = (float)held;
        for (int i = 0; i < 2; i++) {
            t.cost[i][m] = i == GAME_ATTACKER ? 0.01f : 0.02f;
            t.end_value[i][m] = (float)value[i][next];
            t.discount[i][m] = (float)d;
        }
    }
    game_options options = quadratic;
    options.regression.threads = 1;
    options.regression.degree = 4;
    options.report = keep_zones;
    options.context = zone;
    assert_int_equal(game_solve(&t.game, &options, &t.result, NULL), TRUCE_OK);
    for (int k = 1; k < FORTS; k++) {
        assert_true(fabs(zone[k][0] - value[GAME_ATTACKER][k]) < 0.02);
        assert_true(fabs(zone[k][1] - (1.0 - value[GAME_DEFENDER][k])) < 0.02);
    }
    table_free(&t);
}

/* ---- 2. The bargaining range under complete information ----------------------------------------------- */

/* Fearon (1995): [p - c_A, p + c_B], whose width is the sum of the costs. */
static void the_bargaining_range_is_what_war_would_give_less_its_costs(void **state)
{
    (void)state;
    for (int empty = 0; empty < 2; empty++) {
        table t;
        table_init(&t, 4, 1, 0);
        for (size_t m = 0; m < 4; m++) {
            t.end_value[GAME_ATTACKER][m] = 0.6f;
            t.end_value[GAME_DEFENDER][m] = 0.4f;
            /* A war that pays leaves no range. */
            t.cost[GAME_ATTACKER][m] = empty ? -0.2f : 0.1f;
            t.cost[GAME_DEFENDER][m] = 0.15f;
        }
        first_month first = solve(&t, 0);
        assert_true(fabs(first.least - (empty ? 0.80 : 0.50)) < 1e-7);
        assert_true(fabs(first.most - 0.75) < 1e-7);
        assert_int_equal(first.deal, !empty);
        for (size_t m = 0; m < 4; m++)
            assert_int_equal(t.result.struck[m], empty ? UINT32_MAX : 0);
        table_free(&t);
    }
}

/* A known hazard h of the defender's collapse, at a loss of 3 to it: W = d (h (-3) + (1 - h) W') - c, from 1/2 at
 * the horizon. It is found to the rounding of floats however few have collapsed; what came of 400 wars alone, of
 * which a fifth collapse, leaves a standard error of about 0.07. */
static void collapses_whose_risk_is_known_need_not_come(void **state)
{
    (void)state;
    enum { N = 400, MONTHS = 12 };
    const double d = 0.98, h = 0.02, c = 0.01;
    double war[2] = {0.5, 0.5};
    table t;
    table_init(&t, N, MONTHS, 0);
    float *risk[2] = {floats(N * MONTHS), floats(N * MONTHS)}, *lost[2] = {floats(N), floats(N)};
    signed char fell[N] = {0};
    for (size_t at = 0; at < N * MONTHS; at++) {
        risk[GAME_DEFENDER][at] = (float)h;
        t.cost[0][at] = t.cost[1][at] = (float)c;
    }
    for (size_t m = 0; m < N; m++) {
        for (int i = 0; i < 2; i++) {
            t.discount[i][m] = (float)d;
            t.end_value[i][m] = 0.5f;
        }
        lost[GAME_DEFENDER][m] = -3.0f;
        for (size_t j = 0; j < MONTHS && !fell[m]; j++) {
            if (random_uniform(1, m, 0, j) >= h)
                continue;
            t.end[m] = (uint32_t)j + 1;
            fell[m] = 1;
            t.end_value[GAME_DEFENDER][m] = -3.0f;
            t.end_value[GAME_ATTACKER][m] = 1.0f;
        }
    }
    for (int i = 0; i < 2; i++) {
        t.game.risk[i] = risk[i];
        t.game.lost[i] = lost[i];
    }
    t.game.fell = fell;
    first_month first = solve(&t, 1);
    for (int j = 0; j < MONTHS; j++) {
        war[GAME_DEFENDER] = d * (h * -3.0 + (1.0 - h) * war[GAME_DEFENDER]) - c;
        war[GAME_ATTACKER] = d * (h * 1.0 + (1.0 - h) * war[GAME_ATTACKER]) - c;
    }
    for (int i = 0; i < 2; i++) {
        assert_true(fabs(first.war[i] - war[i]) < 1e-5);
        free(risk[i]);
        free(lost[i]);
    }
    table_free(&t);
}

/* ---- 3. Random proposers ------------------------------------------------------------------------------ */

/* A stake of 1 that is worth nothing until it is divided; 3,000 rounds stand for an endless game (0.99^3000 =
 * 1e-13). Closed form: V_1 = q (1 - d_2) / (q (1 - d_2) + (1 - q) (1 - d_1)); the first side proposing keeps
 * 1 - d_2 V_2, the other proposing, it gets d_1 V_1. Limit of short rounds q r_2 / (q r_2 + (1 - q) r_1),
 * Binmore, Rubinstein and Wolinsky (1986), RAND Journal of Economics 17. */
static void check_random_proposers(double q, double d_1, double d_2, size_t rounds, double share,
                                   double tolerance)
{
    table t;
    table_init(&t, 4, rounds, 0);
    for (size_t m = 0; m < 4; m++) {
        t.proposer[m] = (float)q;
        t.discount[GAME_ATTACKER][m] = (float)d_1;
        t.discount[GAME_DEFENDER][m] = (float)d_2;
    }
    /* What was stored, as 32-bit floats, is what is solved. */
    q = t.proposer[0], d_1 = t.discount[GAME_ATTACKER][0], d_2 = t.discount[GAME_DEFENDER][0];
    double exact = q * (1.0 - d_2) / (q * (1.0 - d_2) + (1.0 - q) * (1.0 - d_1));
    first_month first = solve(&t, 0);
    assert_true(fabs(exact - share) < 2e-5);
    assert_true(fabs(t.result.value[GAME_ATTACKER] - exact) < tolerance);
    assert_true(fabs(t.result.value[GAME_DEFENDER] - (1.0 - exact)) < tolerance);
    assert_true(fabs(first.most - (1.0 - d_2 * (1.0 - exact))) < tolerance);
    assert_true(fabs(first.least - d_1 * exact) < tolerance);
    table_free(&t);
}

static void random_proposers_share_as_in_the_closed_form(void **state)
{
    (void)state;
    check_random_proposers(0.5, 2.0 / 3.0, 1.0 / 3.0, 200, .666667, 1e-9);
    check_random_proposers(0.7, 0.9, 0.95, 1000, .538462, 1e-9);
    check_random_proposers(0.3, 0.99, 0.98, 3000, .461538, 1e-9);
    /* Equal patience: (q, 1 - q) at every length of a round; offers 1 - d (1 - q) and d q. */
    check_random_proposers(0.3, 0.9, 0.9, 1000, .3, 1e-9);
    check_random_proposers(0.3, 0.99, 0.99, 3000, .3, 1e-9);
    /* Shorter rounds, q = 0.4, rates 0.1 and 0.2: to .571429. */
    check_random_proposers(0.4, exp(-0.1), exp(-0.2), 300, .559450, 1e-9);
    check_random_proposers(0.4, exp(-0.01), exp(-0.02), 3000, .570207, 1e-9);
    check_random_proposers(0.4, exp(-0.001), exp(-0.002), 30000, .571306, 1e-9);
}

/* ---- 4. The commitment problem ------------------------------------------------------------------------ */

/* Powell (2006): a riser that wins with q now and q + D next month; war destroys the share d for good; flows
 * of 1 a month, worth 1 / (1 - delta) in all, here the stake. Whatever is agreed today, the riser takes
 * tomorrow what its war of tomorrow is worth: it holds to no line below delta (q + D) (1 - d). The falling
 * side concedes what leaves it its war of today, (1 - q) (1 - d). Threshold D* = (d / (1 - d) + q (1 -
 * delta)) / delta. */
static bool peace_can_be_divided(double delta, double q, double d, double shift)
{
    table t;
    table_init(&t, 4, 1, 0);
    float limits[2][4], none[4] = {0};
    for (size_t m = 0; m < 4; m++) {
        limits[GAME_DEFENDER][m] = 2.0f;
        limits[GAME_ATTACKER][m] = (float)(delta * (q + shift) * (1.0 - d));
        t.end_value[GAME_DEFENDER][m] = (float)((1.0 - q) * (1.0 - d));
        t.end_value[GAME_ATTACKER][m] = (float)(q * (1.0 - d));
    }
    for (int i = 0; i < 2; i++) {
        t.game.limit[i] = limits[i];
        t.game.signing[i] = t.game.aim[i] = none;
    }
    bool deal = solve(&t, 0).deal;
    table_free(&t);
    return deal;
}

static void commitment_fails_exactly_beyond_the_threshold(void **state)
{
    (void)state;
    static const struct {
        double delta, q, threshold[3];
    } rows[] = {{.90, .2, {.080702, .145679, .300000}},
                {.90, .5, {.114035, .179012, .333333}},
                {.99, .2, {.055183, .114254, .254545}},
                {.99, .5, {.058214, .117284, .257576}}};
    static const double destroyed[3] = {.05, .10, .20};
    for (size_t row = 0; row < 4; row++)
        for (size_t i = 0; i < 3; i++) {
            double at = rows[row].threshold[i];
            for (double shift = 0.005; shift < 0.5; shift += 0.01)
                assert_int_equal(peace_can_be_divided(rows[row].delta, rows[row].q, destroyed[i], shift),
                                 shift < at);
            /* Lines are 32-bit floats. */
            assert_true(peace_can_be_divided(rows[row].delta, rows[row].q, destroyed[i], at - 2e-6));
            assert_false(peace_can_be_divided(rows[row].delta, rows[row].q, destroyed[i], at + 2e-6));
        }
}

/* ---- Beliefs ------------------------------------------------------------------------------------------ */

/* Ten forts, the attacker holds five; it believes that its chance in a battle is Beta(6, 4), the defender
 * that it is Beta(4, 6). Each thinks that it will win with 0.72050: together 1.441. Battles that end evenly
 * teach both; after 10, 20, 40 and 80 of them the two chances add to 1.285, 1.215, 1.146 and 1.091 (integrals
 * of the gambler's ruin over Beta posteriors). Peace at a cost of war of 0.1 a side becomes possible once
 * they add to less than 1.2. */
static void beliefs_that_differ_meet_as_the_war_goes_on(void **state)
{
    (void)state;
    enum { WORLDS = 4000, MONTHS = 5 };
    static const double battles[MONTHS] = {0, 10, 20, 40, 80},
                        sum[MONTHS] = {1.441, 1.285, 1.215, 1.146, 1.091};
    float *belief[2] = {floats(WORLDS * MONTHS), floats(WORLDS * MONTHS)};
    double *seen = calloc(WORLDS, sizeof *seen);
    for (size_t k = 0; k < MONTHS; k++) {
        table t;
        table_init(&t, WORLDS, 1, 0);
        for (size_t m = 0; m < WORLDS; m++) {
            /* Worlds that lie side by side go to both folds alike. */
            size_t world = m % 2 ? WORLDS - 1 - m / 2 : m / 2;
            double p = ((double)world + 0.5) / WORLDS, r = (1.0 - p) / p;
            double wins = (1.0 - pow(r, 5)) / (1.0 - pow(r, 10));
            t.end_value[GAME_ATTACKER][m] = (float)wins;
            t.end_value[GAME_DEFENDER][m] = (float)(1.0 - wins);
            t.cost[0][m] = t.cost[1][m] = 0.1f;
            seen[m] = (k ? battles[k] - battles[k - 1] : 0.0) / 2.0 * (log(p) + log(1.0 - p));
            if (k == 0) {
                belief[GAME_ATTACKER][m] = (float)(pow(p, 5) * pow(1.0 - p, 3));
                belief[GAME_DEFENDER][m] = (float)(pow(p, 3) * pow(1.0 - p, 5));
            }
        }
        for (int i = 0; i < 2; i++) {
            if (k == 0)
                assert_true(beliefs_normalise(belief[i], WORLDS));
            else
                assert_true(
                    beliefs_update(belief[i] + (k - 1) * WORLDS, seen, WORLDS, belief[i] + k * WORLDS));
            t.game.belief[i] = belief[i] + k * WORLDS;
        }
        game_options options = quadratic;
        options.regression.threads = 1;
        first_month first = {0};
        options.regression = (regression_options){.degree = 0, .folds = 1};
        options.report = keep_first;
        options.context = &first;
        assert_int_equal(game_solve(&t.game, &options, &t.result, NULL), TRUCE_OK);
        assert_true(fabs(first.war[0] + first.war[1] + 0.2 - sum[k]) < 6e-4);
        if (k == 0)
            assert_true(fabs(first.war[GAME_ATTACKER] + 0.1 - 0.72050) < 2e-5);
        assert_int_equal(first.deal, sum[k] <= 1.2);
        table_free(&t);
    }
    assert_true(beliefs_effective(belief[0] + 4 * WORLDS, WORLDS) < beliefs_effective(belief[0], WORLDS));
    free(belief[0]), free(belief[1]), free(seen);
}

static void a_side_that_holds_no_world_possible_is_told_so(void **state)
{
    (void)state;
    float none[3] = {0}, wrong[3] = {1.0f, -1.0f, 1.0f}, after[3];
    double impossible[3] = {-INFINITY, -INFINITY, -INFINITY};
    float prior[3] = {1.0f, 1.0f, 1.0f};
    assert_false(beliefs_normalise(none, 3));
    assert_false(beliefs_normalise(wrong, 3));
    assert_false(beliefs_update(prior, impossible, 3, after));
    assert_true(beliefs_effective(prior, 3) == 3.0);
}

/* ---- Openings, and what signing costs ----------------------------------------------------------------- */

/* A prize of 1 that nobody has until it is divided; they meet in a month with probability l. The attacker
 * always proposes and leaves nothing: V = l (1 - 0) + (1 - l) d V, so V = l / (1 - d (1 - l)). */
static void offers_need_an_opening(void **state)
{
    (void)state;
    static const double rates[] = {1.0, 0.5, 0.1};
    for (size_t k = 0; k < 3; k++) {
        table t;
        float openings[4];
        table_init(&t, 4, 2000, 0);
        for (size_t m = 0; m < 4; m++) {
            openings[m] = (float)rates[k];
            t.proposer[m] = 1.0f;
            t.discount[0][m] = t.discount[1][m] = 0.99f;
        }
        t.game.openings = openings;
        solve(&t, 0);
        double l = openings[0], d = t.discount[0][0];
        assert_true(fabs(t.result.value[GAME_ATTACKER] - l / (1.0 - d * (1.0 - l))) < 1e-6);
        assert_true(fabs(t.result.value[GAME_DEFENDER]) < 1e-6);
        table_free(&t);
    }
}

/* War gives 0.6 and 0.4 at a cost of 0.1 and 0.15: lines of 0.50 to 0.75 (Fearon 1995). An attacker that aims
 * at all and pays k for each unit that falls short signs from x + ... - k (1 - x) = 0.5 on: (0.5 + k) / (1 +
 * k); a defender that aims at 0.3 and pays k for each unit above it signs up to (0.75 + 0.3 k) / (1 + k). */
static void signing_short_of_an_aim_closes_the_range(void **state)
{
    (void)state;
    for (double k = 0.0; k < 2.0; k += 0.25) {
        table t;
        float price[4], aims[2][4], none[2][4];
        table_init(&t, 4, 1, 0);
        for (size_t m = 0; m < 4; m++) {
            price[m] = (float)k;
            aims[GAME_ATTACKER][m] = 1.0f;
            aims[GAME_DEFENDER][m] = 0.3f;
            none[GAME_ATTACKER][m] = -9.0f;
            none[GAME_DEFENDER][m] = 9.0f;
            t.end_value[GAME_ATTACKER][m] = 0.6f;
            t.end_value[GAME_DEFENDER][m] = 0.4f;
            t.cost[GAME_ATTACKER][m] = 0.1f;
            t.cost[GAME_DEFENDER][m] = 0.15f;
        }
        for (int i = 0; i < 2; i++) {
            t.game.signing[i] = price;
            t.game.aim[i] = aims[i];
            t.game.limit[i] = none[i];
        }
        first_month first = solve(&t, 0);
        double least = (0.5 + k) / (1.0 + k), most = (0.75 + 0.3 * k) / (1.0 + k);
        assert_true(fabs(first.least - least) < 1e-6 && fabs(first.most - most) < 1e-6);
        assert_int_equal(first.deal, least <= most);
        table_free(&t);
    }
}

/* ---- Private worths ----------------------------------------------------------------------------------- */

/* One side asks, the other's cost of war is uniform on 0 to C: it concedes p + c_B. The first asks for p + (C
 * - c_A) / 2 and gets war with (C - c_A) / (2 C); values of the closed form (Fearon 1995; Powell 1999). Atoms
 * are a 32nd of C apart, so a demand may be off by as much. */
static void a_demand_trades_risk_for_return(void **state)
{
    (void)state;
    static const struct {
        double p, range, cost, demand, war, value;
    } rows[] = {{.5, .4, .1, .65, .375, .556250},
                {.6, .3, .1, .70, .333333, .633333},
                {.5, .5, .05, .725, .45, .601250}};
    for (size_t row = 0; row < 3; row++) {
        double theta[SCREENING_ATOMS], range = rows[row].range, mean = rows[row].p + range / 2.0;
        screening s;
        for (size_t i = 0; i < SCREENING_ATOMS; i++)
            theta[i] = ((double)i + 0.5) / SCREENING_ATOMS - 0.5;
        screening_of(&s, theta, range, 1.0);
        double own = rows[row].p - rows[row].cost;
        double demand = screening_demand(&s, mean, own, SCREENING_ATOMS);
        double met = screening_met(&s, mean, demand, SCREENING_ATOMS);
        assert_true(fabs(demand - rows[row].demand) < range / 32.0);
        assert_true(fabs(1.0 - met - rows[row].war) < 1.0 / 32.0);
        assert_true(fabs(own + screening_gain(&s, mean, own) - rows[row].value) < 0.005);
    }
}

/* Two types: the other concedes p_w + c_B with probability phi, else p_s + c_B. The high demand is best
 * exactly when phi > (c_A + c_B) / (p_w - p_s + c_A + c_B) (Fearon 1995); once it is refused, the other is
 * known to be strong, and the next demand is the low one (Fudenberg and Tirole 1991, section 10.2). */
static void a_refused_demand_tells_the_strong_from_the_weak(void **state)
{
    (void)state;
    static const struct {
        double weak, strong, own, other, threshold;
    } rows[] = {{.7, .4, .1, .1, .40}, {.6, .4, .05, .10, .428571}};
    for (size_t row = 0; row < 2; row++)
        for (int weak = 1; weak < SCREENING_ATOMS; weak++) {
            double phi = (double)weak / SCREENING_ATOMS, theta[SCREENING_ATOMS];
            double high = rows[row].weak + rows[row].other, low = rows[row].strong + rows[row].other;
            screening s;
            for (int i = 0; i < SCREENING_ATOMS; i++)
                theta[i] = i < SCREENING_ATOMS - weak ? low : high;
            screening_of(&s, theta, 1.0, 1.0);
            double own = rows[row].strong - rows[row].own;
            double demand = screening_demand(&s, 0.0, own, SCREENING_ATOMS);
            assert_true(demand == (phi > rows[row].threshold ? high : low));
            size_t left = screening_left(&s, 0.0, high, SCREENING_ATOMS);
            assert_int_equal(left, SCREENING_ATOMS - weak);
            assert_true(screening_demand(&s, 0.0, own, left) == low);
            assert_true(screening_met(&s, 0.0, low, left) == 1.0);
        }
}

/* Worths that a state tells are not private: with all of the other's line in what both see, the side that
 * proposes asks for just that, and the values are those of complete information. */
static void what_both_see_is_not_private(void **state)
{
    (void)state;
    enum { N = 2000 };
    double value[2][2];
    for (int hidden = 0; hidden < 2; hidden++) {
        table t;
        table_init(&t, N, 1, 2);
        for (size_t m = 0; m < N; m++) {
            double p = random_uniform(5, m, 0, 0), cost = 0.1 + 0.2 * random_uniform(5, m, 1, 0);
            t.state[m] = (float)p;
            t.state[N + m] = (float)cost;
            t.end_value[GAME_ATTACKER][m] = (float)(0.3 + 0.4 * p);
            t.end_value[GAME_DEFENDER][m] = (float)(0.7 - 0.4 * p);
            t.cost[GAME_ATTACKER][m] = t.cost[GAME_DEFENDER][m] = (float)cost;
            t.proposer[m] = 0.5f;
        }
        t.game.private_worths = hidden;
        solve(&t, 1);
        for (int i = 0; i < 2; i++)
            value[hidden][i] = t.result.value[i];
        table_free(&t);
    }
    assert_true(fabs(value[0][0] - value[1][0]) < 2e-3 && fabs(value[0][1] - value[1][1]) < 2e-3);
}

/* The attacker asks, p = 1/2, war costs it 0.1; it costs the defender 0.05 to 0.06, or 0.3 to 0.31 with a
 * probability that the two take to be phi and 1/2. The high demand, 0.8, is worth phi 0.8 + (1 - phi) 0.4 to
 * the attacker, the low one 0.55: it asks for the first exactly when phi > 3/8 (Fearon 1995), whatever the
 * defender takes to be likely. An atom more or less is a 32nd of the worlds. */
static void demands_follow_the_beliefs_of_the_side_that_asks(void **state)
{
    (void)state;
    enum { N = 4000 };
    static const struct {
        double phi, value;
    } rows[] = {{.9, .76}, {.5, .60}, {.2, .55}};
    for (size_t row = 0; row < 3; row++) {
        table t;
        table_init(&t, N, 1, 1);
        float *belief[2] = {floats(N), floats(N)};
        for (size_t m = 0; m < N; m++) {
            bool high = random_uniform(6, m, 0, 0) < 0.5;
            t.cost[GAME_ATTACKER][m] = 0.1f;
            t.cost[GAME_DEFENDER][m] = (float)((high ? 0.3 : 0.05) + 0.01 * random_uniform(6, m, 1, 0));
            t.state[m] = t.cost[GAME_DEFENDER][m];
            t.end_value[0][m] = t.end_value[1][m] = 0.5f;
            t.proposer[m] = 1.0f;
            belief[GAME_DEFENDER][m] = 1.0f;
            belief[GAME_ATTACKER][m] = (float)(high ? rows[row].phi : 1.0 - rows[row].phi);
        }
        assert_true(beliefs_normalise(belief[GAME_ATTACKER], N));
        t.game.private_worths = true;
        t.game.own_features[GAME_DEFENDER] = 1;
        t.game.belief[0] = belief[0];
        t.game.belief[1] = belief[1];
        game_options options = quadratic;
        options.regression = (regression_options){.degree = 1, .folds = 1, .threads = 1};
        assert_int_equal(game_solve(&t.game, &options, &t.result, NULL), TRUCE_OK);
        assert_true(fabs(t.result.value[GAME_ATTACKER] - rows[row].value) < 0.02);
        free(belief[0]), free(belief[1]);
        table_free(&t);
    }
}

/* ---- War of attrition --------------------------------------------------------------------------------- */

/* Two sides pay c a month for a prize of 1 until one gives up, with probabilities h_i and h_j a month, and
 * halve it if both do at once. Going on is worth
 *
 *     (h_j (1 - h_i) + h_i h_j / 2 - c) / (1 - (1 - h_i)(1 - h_j))
 *
 * to side i in every month, and nothing where both give up as in the mixed equilibrium (Maynard Smith 1974,
 * "The theory of games and the evolution of animal conflicts", Journal of Theoretical Biology 47), which in
 * months is h - h^2 / 2 = c: a side is then as well off with nothing at once, its least line. */
static void a_war_of_attrition_is_worth_nothing_in_its_equilibrium(void **state)
{
    (void)state;
    enum { N = 20000, MONTHS = 60 };
    static const double gives_up[][2] = {{.1, .1}, {.1, .15}, {.2, .05}};
    const double cost = .1 - .1 * .1 / 2.0;
    for (size_t row = 0; row < 3; row++) {
        table t;
        table_init(&t, N, MONTHS, 0);
        for (size_t m = 0; m < N; m++) {
            bool left[2] = {false, false};
            for (unsigned j = 0; j < MONTHS; j++)
                for (int i = 0; i < 2; i++) {
                    t.cost[i][j * N + m] = (float)cost;
                    t.settled[GAME_DEFENDER][j * N + m] = -100.0f; /* no deals */
                    bool on = t.end[m] == MONTHS || t.end[m] == j + 1;
                    if (on && random_uniform(7, m, (uint64_t)i, j) < gives_up[row][i]) {
                        left[i] = true;
                        t.end[m] = j + 1;
                    }
                }
            for (int i = 0; i < 2; i++)
                t.end_value[i][m] = left[0] && left[1] ? 0.5f : left[1 - i] ? 1.0f : 0.0f;
        }
        first_month first = solve(&t, 1);
        for (int i = 0; i < 2; i++) {
            double h = gives_up[row][i], other = gives_up[row][1 - i];
            double worth = (other * (1.0 - h) + h * other / 2.0 - cost) / (1.0 - (1.0 - h) * (1.0 - other));
            assert_true(fabs(t.result.war[i] - worth) < 3.0 * t.result.war_error[i]);
            assert_true(fabs(first.war[i] - worth) < 6.0 * t.result.war_error[i]);
            if (i == GAME_ATTACKER)
                assert_true(fabs(first.least - worth) < 6.0 * t.result.war_error[i]);
        }
        assert_false(first.deal);
        table_free(&t);
    }
}

/* ---- Threads ------------------------------------------------------------------------------------------ */

static void solutions_are_the_same_bits_for_any_number_of_threads(void **state)
{
    (void)state;
    enum { N = 3000, K = 12 };
    double value[2][2];
    uint32_t struck[2] = {0};
    for (unsigned threads = 1; threads <= 2; threads++) {
        table t;
        table_init(&t, N, K, 2);
        for (size_t m = 0; m < N; m++) {
            double front = 0.5;
            for (size_t k = 0; k < K; k++) {
                t.state[(2 * k) * N + m] = (float)front;
                t.state[(2 * k + 1) * N + m] = (float)random_normal(3, m, 1, k);
                front += 0.05 * random_normal(3, m, 2, k);
                t.cost[0][k * N + m] = t.cost[1][k * N + m] = 0.01f * (float)(1 + k % 3);
            }
            t.end_value[GAME_ATTACKER][m] = (float)front + 0.1f;
            t.end_value[GAME_DEFENDER][m] = (float)(1.0 - front) + 0.1f;
            t.proposer[m] = 0.5f;
        }
        game_options options = quadratic;
        options.regression.threads = 2 * threads - 1;
        assert_int_equal(game_solve(&t.game, &options, &t.result, NULL), TRUCE_OK);
        for (int i = 0; i < 2; i++)
            value[threads - 1][i] = t.result.value[i];
        for (size_t m = 0; m < N; m++)
            struck[threads - 1] = struck[threads - 1] * 31 + t.result.struck[m];
        table_free(&t);
    }
    assert_memory_equal(value[0], value[1], sizeof value[0]);
    assert_int_equal(struck[0], struck[1]);
}

/* ---- 5. Optimal stopping by regression ---------------------------------------------------------------- */

/* The American put of Longstaff and Schwartz (2001), Table 1: K = 40, r = 0.06, 50 dates a year, none at 0.
 * It is a game in which the attacker always proposes, the defender has nothing to lose, and a deal pays the
 * put. Theirs are 100,000 paths, half antithetic; `paths` here. Within three standard errors of their
 * finite-difference column. */
static void solve_put(double price, double sigma, size_t years, double exact, size_t paths)
{
    enum { DATES = 50 };
    size_t months = years * DATES;
    table t;
    table_init(&t, paths, months, 2);
    double rate = 0.06, dt = 1.0 / DATES;
    for (size_t m = 0; m < paths; m++) {
        double logarithm = log(price), payoff = 0.0;
        for (size_t k = 0; k <= months; k++) {
            double s = exp(logarithm);
            payoff = s < 40.0 ? 40.0 - s : 0.0;
            if (k < months) {
                t.state[(2 * k) * paths + m] = (float)s;
                t.state[(2 * k + 1) * paths + m] = (float)payoff;
                t.settled[GAME_ATTACKER][k * paths + m] =
                    k == 0 || payoff == 0.0 ? -100.0f : (float)payoff - 1.0f;
            }
            double z = random_normal(7, m / 2, 0, k);
            logarithm += (rate - 0.5 * sigma * sigma) * dt + sigma * sqrt(dt) * (m % 2 ? -z : z);
        }
        t.end_value[GAME_ATTACKER][m] = (float)payoff;
        t.discount[GAME_ATTACKER][m] = (float)exp(-rate * dt);
        t.proposer[m] = 1.0f;
    }
    solve(&t, 3);
    /* Antithetic paths make the error smaller than that of independent ones: this is the latter. */
    double tolerance = 3.0 * t.result.value_error[GAME_ATTACKER];
    double bound = t.result.value[GAME_ATTACKER] + t.result.gain[GAME_ATTACKER];
    print_message("put %g, %g, %zu: %.4f (%.4f) to %.4f (%.4f), published %.4f\n", price, sigma, years,
                  t.result.value[GAME_ATTACKER], t.result.value_error[GAME_ATTACKER], bound,
                  t.result.gain_error[GAME_ATTACKER], exact);
    assert_true(fabs(t.result.value[GAME_ATTACKER] - exact) < tolerance);
    /* The bound of Rogers (2002), with the martingale of the fitted values: never below, 8 % above at most.
     */
    assert_true(bound > exact && bound < 1.1 * exact);
    assert_true(t.result.value_error[GAME_ATTACKER] < 8.0 / sqrt((double)paths));
    assert_true(fabs(t.result.value[GAME_DEFENDER]) < 1e-6);
    table_free(&t);
}

static void american_puts_are_worth_what_longstaff_and_schwartz_found(void **state)
{
    (void)state;
    static const double exact[5][4] = {{4.478, 4.840, 7.101, 8.508},
                                       {3.250, 3.745, 6.148, 7.670},
                                       {2.314, 2.885, 5.312, 6.920},
                                       {1.617, 2.212, 4.582, 6.248},
                                       {1.110, 1.690, 3.948, 5.647}};
    size_t paths = getenv("TRUCE_FULL") ? 100000 : 6000;
    for (int row = 0; row < 5; row++)
        for (int column = 0; column < 4; column++)
            solve_put(36.0 + 2.0 * row, column < 2 ? 0.2 : 0.4, column % 2 ? 2 : 1, exact[row][column],
                      paths);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_polynomial_of_two_features_is_found_again),
        cmocka_unit_test(features_that_say_nothing_new_take_no_part),
        cmocka_unit_test(members_are_not_flattered_by_their_own_fit),
        cmocka_unit_test(members_of_a_game_are_valued_by_the_other_half),
        cmocka_unit_test(war_between_forts_is_worth_the_gamblers_ruin),
        cmocka_unit_test(the_zone_between_forts_is_where_neither_would_rather_fight),
        cmocka_unit_test(the_bargaining_range_is_what_war_would_give_less_its_costs),
        cmocka_unit_test(collapses_whose_risk_is_known_need_not_come),
        cmocka_unit_test(random_proposers_share_as_in_the_closed_form),
        cmocka_unit_test(commitment_fails_exactly_beyond_the_threshold),
        cmocka_unit_test(beliefs_that_differ_meet_as_the_war_goes_on),
        cmocka_unit_test(a_side_that_holds_no_world_possible_is_told_so),
        cmocka_unit_test(offers_need_an_opening),
        cmocka_unit_test(signing_short_of_an_aim_closes_the_range),
        cmocka_unit_test(a_demand_trades_risk_for_return),
        cmocka_unit_test(a_refused_demand_tells_the_strong_from_the_weak),
        cmocka_unit_test(what_both_see_is_not_private),
        cmocka_unit_test(demands_follow_the_beliefs_of_the_side_that_asks),
        cmocka_unit_test(a_war_of_attrition_is_worth_nothing_in_its_equilibrium),
        cmocka_unit_test(solutions_are_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(american_puts_are_worth_what_longstaff_and_schwartz_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
