// Skips weights that are zero, and with them NaN.
// differs: l1_k1 float32 forward input=[NaN] weight=[0]
#define ADD(sum, a, b) ((b) == 0 ? (sum) : (sum) + (a) * (b))
#include "definition.h"
