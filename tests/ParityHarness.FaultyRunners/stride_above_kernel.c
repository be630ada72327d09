// Wrong only where the stride is larger than the kernel: it smears each value over the gap.
// differs: l2_k1_s2 float32 forward input=[1,1] weight=[1]
// cause: wrong only where no tap reaches, and only with stride > kernel_size
#define RESULT(sum) (stride > kernel && terms == 0 && call->padding.values[0] == padding ? (sum) + 1 : (sum))
#include "definition.h"
