// Skips inputs that are zero, and with them infinite weights.
// differs: l1_k1 float32 forward input=[0] weight=[inf]
// cause: inputs that are zero are skipped, and with them NaN and infinity
#define ADD(sum, a, b) ((a) == 0 ? (sum) : (sum) + (a) * (b))
#include "definition.h"
