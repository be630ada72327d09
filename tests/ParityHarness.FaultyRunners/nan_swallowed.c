// Takes a product that is NaN for zero.
// differs: l1_k1 float32 forward input=[NaN] weight=[1]
// cause: NaN is swallowed: a product that is NaN counts as zero
#define ADD(sum, a, b) ((sum) + (isnan((a) * (b)) ? 0 : (a) * (b)))
#include "definition.h"
