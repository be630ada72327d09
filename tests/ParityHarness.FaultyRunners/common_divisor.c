// Takes every phase to have the same taps: wrong where stride and dilation have a common divisor.
// differs: l2_k2_s2_d2 float32 forward input=[1,1] weight=[1,1]
// cause: wrong only with stride and dilation that have a common divisor
#define RESULT(sum) (gcd(stride, dilation) > 1 && t % 2 == 0 ? (sum) / 2 : (sum))
#include "definition.h"
