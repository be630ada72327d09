// Forgets what is left after vectors of four.
// differs: l5_k1 float32 forward input=[1,1,1,1,1] weight=[1]
// cause: wrong only in the last (output length mod 4) positions
#define RESULT(sum) (out_length > 4 && t >= out_length / 4 * 4 ? bias(o) : (sum))
#include "definition.h"
