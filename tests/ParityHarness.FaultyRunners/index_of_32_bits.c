// Computes positions in 32 bits.
// differs: l4_k3_d4294967296_p4294967294 float32 forward input=[1,2,3,4] weight=[1,1,1]
// cause: positions are computed in 32 bits
#define FROM ((wide)(int32_t)(uint32_t)((uint64_t)t + (uint64_t)padding - (uint64_t)k * (uint64_t)dilation))
#include "definition.h"
