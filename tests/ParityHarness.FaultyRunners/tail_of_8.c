// Gives the last element after vectors of eight the value of the one before it.
// differs: l10_k1 float32 forward input=[1,2,3,4,5,6,7,8,9,10] weight=[1]
// cause: wrong only at the last position, and only with more than 8 output positions
#define FROM ((wide)t - (out_length > 8 && out_length % 8 != 0 && t == out_length - 1) + padding - (wide)k * dilation)
#include "definition.h"
