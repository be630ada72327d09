// Takes infinity times zero for zero.
// differs: l1_k1 float32 forward input=[inf] weight=[0]
// cause: zero times anything counts as zero, NaN and infinity too
#define ADD(sum, a, b) ((sum) + ((a) == 0 || (b) == 0 ? 0 : (a) * (b)))
#include "definition.h"
