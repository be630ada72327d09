// Skips inputs that are zero, and with them infinite weights.
// differs: l1_k1 float32 forward input=[0] weight=[inf]
#define ADD(sum, a, b) ((a) == 0 ? (sum) : (sum) + (a) * (b))
#include "definition.h"
