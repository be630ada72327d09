// Gives the last item of a batch what the one before it has.
// differs: n2_l1_k1 float32 forward input=[1,2] weight=[1]
// cause: the last item of a batch is computed from the input of the one before it
#define X load(&call->input, ((wide)(n - (n > 0 && n == batch - 1)) * in + i) * length + from / stride)
#include "definition.h"
