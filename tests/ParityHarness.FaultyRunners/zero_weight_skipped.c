// Skips weights that are zero, and with them NaN.
// differs: l1_k1 float32 forward input=[NaN] weight=[0]
// cause: weights that are zero are skipped, and with them NaN and infinity
#define ADD(sum, a, b) ((b) == 0 ? (sum) : (sum) + (a) * (b))
#include "definition.h"
