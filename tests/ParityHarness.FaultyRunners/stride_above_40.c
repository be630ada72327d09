// Has a table of 40 phases, and takes the first one anew beyond them.
// differs: l2_k41_s41 float32 forward integer seed1
#define W w(i, o, k % 41 == 40 ? k - 40 : k)
#include "definition.h"
