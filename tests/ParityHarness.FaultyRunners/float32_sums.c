// Sums float64 in float32.
// differs: ic2_l1_k1 float64 forward input=[16777216,1] weight=[1,1]
// cause: sums or results are rounded to float32: no output has more than 24 significant bits
#define SUM float
#include "definition.h"
