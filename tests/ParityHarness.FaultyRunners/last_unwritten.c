// Does not write the last output of each row.
// differs: l2_k1 float32 forward input=[1,1] weight=[1]
// cause: outputs are not written, or added to what stood there before, only at the last position
#define SKIP (t == out_length - 1)
#include "definition.h"
