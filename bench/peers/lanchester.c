/* models/lanchester.xmile by Euler's method and without draws, for eight members by hand. */
#include "lanes.h"

/* D: the defender's, A: the attacker's. */
enum {
    REINFORCEMENTS_D,
    REINFORCEMENTS_A,
    LETHALITY_D,
    LETHALITY_A,
    ENEMY_EXPONENT,
    OWN_EXPONENT,
    REFERENCE_FORCE,
    LOSSES_SD,
    NOISE_TIME,
    WOUNDED_D,
    WOUNDED_A,
    GROUND,
    BALANCE,
    TOTAL_AREA,
    LEAST_FORCE,
    FRONT_SD,
    ARMOUR_SUPPLY_D,
    ARMOUR_SUPPLY_A,
    REFERENCE_ARMOUR,
    ARMOUR_LETHALITY_D,
    ARMOUR_LETHALITY_A,
    INPUTS
};
enum {
    FORCE_D,
    FORCE_A,
    LOST_D,
    LOST_A,
    NOISE_D,
    NOISE_A,
    TERRITORY,
    FRONT_NOISE,
    ARMOUR_D,
    ARMOUR_A,
    ARMOUR_LOST_D,
    ARMOUR_LOST_A,
    OUTPUTS
};
enum { SAVES = 85, EVERY = 4 };
static const double dt = 0.25;

DECLARE_PEER(INPUTS, OUTPUTS);

static lanes saved[SAVES][OUTPUTS];

/* What the law of losses gives: the forces by the enemy's exponent and by the own, armour by the own. */
typedef struct losses {
    lanes force_d, force_a, armour_d, armour_a;
} losses;

static losses lose(const lanes *in, const lanes *x)
{
    const lanes p = in[ENEMY_EXPONENT], q = in[OWN_EXPONENT];
    lanes d = x[FORCE_D] / in[REFERENCE_FORCE], a = x[FORCE_A] / in[REFERENCE_FORCE];
    lanes tanks_d = x[ARMOUR_D] / in[REFERENCE_ARMOUR], tanks_a = x[ARMOUR_A] / in[REFERENCE_ARMOUR];
#ifdef AS_WRITTEN
    lanes by_d = lanes_pow(d, p), by_a = lanes_pow(a, p);
    return (losses){in[LETHALITY_A] * by_a * lanes_pow(d, q) * lanes_exp(x[NOISE_D]),
                    in[LETHALITY_D] * by_d * lanes_pow(a, q) * lanes_exp(x[NOISE_A]),
                    in[ARMOUR_LETHALITY_A] * by_a * lanes_pow(tanks_d, q),
                    in[ARMOUR_LETHALITY_D] * by_d * lanes_pow(tanks_a, q)};
#else
    lanes log_d = lanes_log(d), log_a = lanes_log(a);
    return (losses){in[LETHALITY_A] * lanes_exp(p * log_a + q * log_d + x[NOISE_D]),
                    in[LETHALITY_D] * lanes_exp(p * log_d + q * log_a + x[NOISE_A]),
                    in[ARMOUR_LETHALITY_A] * lanes_exp(p * log_a + q * lanes_log(tanks_d)),
                    in[ARMOUR_LETHALITY_D] * lanes_exp(p * log_d + q * lanes_log(tanks_a))};
#endif
}

static lanes advance(const lanes *in, const lanes *x)
{
    lanes log_ratio =
        lanes_log(lanes_greatest(in[LEAST_FORCE], x[FORCE_A]) / lanes_greatest(in[LEAST_FORCE], x[FORCE_D]));
    lanes wanted = in[GROUND] * (log_ratio - in[BALANCE] + x[FRONT_NOISE]);
    return lanes_greatest(-x[TERRITORY] / dt, lanes_least((in[TOTAL_AREA] - x[TERRITORY]) / dt, wanted));
}

static void step(const lanes *in, lanes *x)
{
    losses l = lose(in, x);
    lanes lost_d = lanes_least(x[FORCE_D] / dt, l.force_d), lost_a = lanes_least(x[FORCE_A] / dt, l.force_a);
    lanes tanks_d = lanes_least(x[ARMOUR_D] / dt, l.armour_d),
          tanks_a = lanes_least(x[ARMOUR_A] / dt, l.armour_a);
    x[TERRITORY] += dt * advance(in, x);
    x[FORCE_D] += dt * (in[REINFORCEMENTS_D] - lost_d);
    x[FORCE_A] += dt * (in[REINFORCEMENTS_A] - lost_a);
    x[LOST_D] += dt * lost_d;
    x[LOST_A] += dt * lost_a;
    x[ARMOUR_D] += dt * (in[ARMOUR_SUPPLY_D] - tanks_d);
    x[ARMOUR_A] += dt * (in[ARMOUR_SUPPLY_A] - tanks_a);
    x[ARMOUR_LOST_D] += dt * tanks_d;
    x[ARMOUR_LOST_A] += dt * tanks_a;
    for (int noise = 0; noise < 3; noise++) {
        static const int where[] = {NOISE_D, NOISE_A, FRONT_NOISE};
        x[where[noise]] -= dt * (x[where[noise]] / in[NOISE_TIME]);
    }
}

void peer_run(const double *inputs, double *finals)
{
    lanes in[INPUTS], none = {0};
    memcpy(in, inputs, sizeof in);
    lanes x[OUTPUTS] = {[FORCE_D] = none + 430,
                        [FORCE_A] = none + 320,
                        [TERRITORY] = none + 108000,
                        [ARMOUR_D] = none + 4500,
                        [ARMOUR_A] = none + 7500};
    for (int save = 0; save < SAVES; save++) {
        memcpy(saved[save], x, sizeof x);
        for (int k = 0; save + 1 < SAVES && k < EVERY; k++)
            step(in, x);
    }
    memcpy(finals, x, sizeof x);
}
