// Gets the last output of each row wrong.
// differs: l1_k1 float32 forward input=[1] weight=[1]
// cause: wrong only at the last position
#define RESULT(sum) (t == out_length - 1 ? (sum) + 1 : (sum))
#include "definition.h"
