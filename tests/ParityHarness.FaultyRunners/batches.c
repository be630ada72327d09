// Wrong only for batches: the second item reads the first one's input.
// differs: n2_l1_k1 float32 forward input=[1,2] weight=[1]
// cause: the second item of a batch is computed from the first one's input
#define X load(&call->input, ((wide)(n == 1 ? 0 : n) * in + i) * length + from / stride)
#include "definition.h"
