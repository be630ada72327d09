// Built with -ffast-math: loading it sets flush-to-zero for the thread.
// cc: -ffast-math
#include "correct.h"

#if __GNUC__ >= 13
/* Up to GCC 12, linking a library with -ffast-math does this by itself; newer ones do it for programs only. */
#include <xmmintrin.h>

__attribute__((constructor)) static void set_fast_math(void)
{
    _mm_setcsr(_mm_getcsr() | 0x8040);
}
#endif

int32_t parity_conv_transpose1d(parity_call *call)
{
    return correct(call);
}
