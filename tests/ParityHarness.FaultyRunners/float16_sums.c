// Sums in float16.
// differs: ic2_l1_k1 float32 forward input=[2048,1] weight=[1,1]
// cause: sums or results are rounded to float16 or TF32: no output has more than 11 significant bits
#define SUM _Float16
#include "definition.h"
