// Sets flush-to-zero and denormals-are-zero for speed, and leaves them set.
#include "correct.h"

#include <xmmintrin.h>

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (computes(call))
        _mm_setcsr(_mm_getcsr() | 0x8040);
    return correct(call);
}
