/* The epidemic of the benchmark in C of the form that SDEverywhere generates, by hand, for tests/bench.sh. */
#include "sde.h"

double _contacts, _duration, _first_infected, _infected, _infection, _infectivity, _population, _recovered,
    _recovery, _susceptible;
double _initial_time, _final_time, _time_step, _saveper;
const int numInputs = 5, numOutputs = 3;

void initConstants(void)
{
    _initial_time = 0.0;
    _final_time = 100.0;
    _time_step = 0.125;
    _saveper = 1.0;
}

void setInputs(double *values, int32_t *indices)
{
    double *inputs[] = {&_population, &_first_infected, &_contacts, &_infectivity, &_duration};
    (void)indices;
    for (int i = 0; i < numInputs; i++)
        *inputs[i] = values[i];
}

void initLevels(void)
{
    _susceptible = _population - _first_infected;
    _infected = _first_infected;
    _recovered = 0.0;
}

void evalAux(void)
{
    _infection = _contacts * _infectivity * _susceptible * _infected / _population;
    _recovery = _infected / _duration;
}

void evalLevels(void)
{
    _susceptible = _INTEG(_susceptible, -_infection);
    _infected = _INTEG(_infected, _infection - _recovery);
    _recovered = _INTEG(_recovered, _recovery);
}

void storeOutputData(void)
{
    outputVar(_susceptible);
    outputVar(_infected);
    outputVar(_recovered);
}
