// Loses every term of an output beyond the first 1,024, as a buffer of that size does.
// differs: ic1025_l1_k1 float32 forward integer seed1
#define W (terms >= 1024 ? 0 : w(i, o, k))
#include "definition.h"
