// Adds to what stands in the output instead of replacing it.
// differs: l1_k1 float32 forward input=[1] weight=[1]
// cause: outputs are not written, or added to what stood there before
#define BIAS bias(o) + load(&call->output, ((wide)n * out + o) * out_length + t)
#include "definition.h"
