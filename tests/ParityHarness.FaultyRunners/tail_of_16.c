// Does not clear the sums before the elements left after vectors of sixteen.
// differs: l17_k1 float32 forward input=[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1] weight=[1]
// cause: wrong only in the last (output length mod 16) positions
#define BIAS (out_length > 16 && t >= out_length / 16 * 16 ? bias(o) + 1 : bias(o))
#include "definition.h"
