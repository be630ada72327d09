// Nothing is wrong with it: it reads by strides, and sums in another order where the weight is not dense.
#define ABILITIES PARITY_TAKES_STRIDES
#define TAP (call->weight.strides[2] == 1 ? k : kernel - 1 - k)
#define FROM ((wide)t + padding - (wide)TAP * dilation)
#define X load(&call->input, (dims == 3 ? n * call->input.strides[0] : 0) + i * call->input.strides[dims - 2] + from / stride * call->input.strides[dims - 1])
#define W load(&call->weight, i * call->weight.strides[0] + o % group_out * call->weight.strides[1] + TAP * call->weight.strides[2])
#define ADD(sum, a, b) (call->input.dtype == PARITY_FLOAT32 ? (float)((sum) + (float)((a) * (b))) : (sum) + (a) * (b))
#include "definition.h"
