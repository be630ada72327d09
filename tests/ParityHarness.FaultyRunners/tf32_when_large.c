// Rounds inputs to TF32 above 2048 terms.
// differs: ic2049_l1_k1 float32 forward integer seed9
// cause: input is truncated to TF32, only with more than 2,048 terms an output
#define X (group_in * kernel > 2048 ? with_bits_cleared(x(i, from / stride), 13) : x(i, from / stride))
#include "definition.h"
