/* Which kernels this processor can run. */
#include "engine/level.h"
#include "engine/kernels.h"

const kernel_set *level_kernels(engine_level level)
{
#if TRUCE_X86_KERNELS
    if (level == ENGINE_AVX2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernels_avx2 : NULL;
    if (level == ENGINE_AVX512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma") ? &kernels_avx512 : NULL;
#endif
    return level == ENGINE_BASELINE ? &kernels_baseline : NULL;
}

bool engine_level_available(engine_level level)
{
    return level_kernels(level) != NULL;
}

engine_level engine_best_level(void)
{
    for (engine_level level = ENGINE_LEVELS; level-- > ENGINE_BASELINE;)
        if (engine_level_available(level))
            return level;
    return ENGINE_BASELINE;
}

const char *engine_level_name(engine_level level)
{
    static const char *const names[ENGINE_LEVELS] = {"baseline", "AVX2", "AVX-512"};
    return level < ENGINE_LEVELS ? names[level] : "?";
}
