/* Which kernels this processor can run. */
#include "engine/level.h"
#include "engine/kernels.h"

#include <assert.h>

const kernel_set *level_kernels(engine_level level, size_t width)
{
#if TRUCE_X86_KERNELS
    bool usual = width == USUAL_WIDTH;
    if (level == ENGINE_AVX2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return usual ? &kernels_avx2_usual : &kernels_avx2;
    if (level == ENGINE_AVX512 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma"))
        return usual ? &kernels_avx512_usual : &kernels_avx512;
#else
    (void)width;
#endif
    return level == ENGINE_BASELINE ? &kernels_baseline : NULL;
}

const row_kernels *level_rows(engine_level level)
{
    assert(engine_level_available(level));
#if TRUCE_X86_KERNELS
    if (level != ENGINE_BASELINE)
        return level == ENGINE_AVX512 ? &row_kernels_avx512 : &row_kernels_avx2;
#else
    (void)level;
#endif
    return &row_kernels_baseline;
}

/* The deterministic special functions need it at every level. */
bool engine_has_fused_multiply_add(void)
{
#if TRUCE_X86_KERNELS
    return __builtin_cpu_supports("fma");
#else
    return true;
#endif
}

bool engine_level_available(engine_level level)
{
    return level_kernels(level, 0) != NULL;
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
