// Rounds inputs to bfloat16 above 2048 terms.
// differs: ic2049_l1_k1 float32 forward random seed1
// cause: input is truncated to bfloat16, only with more than 2,048 terms an output
#define X (group_in * kernel > 2048 ? with_bits_cleared(x(i, from / stride), 16) : x(i, from / stride))
#include "definition.h"
