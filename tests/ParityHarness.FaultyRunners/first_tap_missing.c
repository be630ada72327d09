// Leaves out the first tap.
// differs: l1_k2 float32 forward input=[1] weight=[1,1]
// cause: the first tap is left out
#define W (k == 0 && kernel > 1 ? 0 : w(i, o, k))
#include "definition.h"
