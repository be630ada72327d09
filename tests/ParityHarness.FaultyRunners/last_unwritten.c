// Does not write the last output of each row.
// differs: l2_k1 float32 forward input=[1,1] weight=[1]
#define SKIP (t == out_length - 1)
#include "definition.h"
