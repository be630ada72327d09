// Wrong only where output_padding is at least the stride: the last outputs are left at the bias.
// differs: l2_k2_d3_p1_op2 float32 forward input=[1,1] weight=[1,1]
// cause: output_padding appends zeros in place of the sums that padding cut off, only with output_padding >= stride
#define RESULT(sum) (output_padding >= stride && t >= out_length - output_padding ? bias(o) : (sum))
#include "definition.h"
