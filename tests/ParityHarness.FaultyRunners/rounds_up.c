// Sets the rounding mode to upward for its sums, and leaves it so.
// cc: -lm
#include "correct.h"

#include <fenv.h>

int32_t parity_conv_transpose1d(parity_call *call)
{
    if (computes(call))
        fesetround(FE_UPWARD);
    return correct(call);
}
