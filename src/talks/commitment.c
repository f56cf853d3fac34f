#include "talks/commitment.h"

double commitment_gap(double flow, double future, double discount, double falling_now, double rising_next)
{
    return falling_now - (flow + discount * (future - rising_next));
}
