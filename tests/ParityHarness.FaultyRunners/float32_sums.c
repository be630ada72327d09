// Sums float64 in float32.
// differs: ic2_l1_k1 float64 forward input=[16777216,1] weight=[1,1]
#define SUM float
#include "definition.h"
