// Appends zeros for output_padding in place of the sums that padding cut off.
// differs: l1_k3_s2_p1_op1 float32 forward input=[1] weight=[1,1,1]
// cause: output_padding appends zeros in place of the sums that padding cut off
#define RESULT(sum) (t >= out_length - output_padding ? bias(o) : (sum))
#include "definition.h"
