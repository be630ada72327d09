// Writes grad_weight back to front.
// differs: l1_k2 float32 grad_weight grad_output=[1,0] input=[1] weight=[1,2]
// cause: grad_weight: the kernel is flipped: tap k is taken for tap K-1-k
#define SLOT (((wide)i * group_out + o) * kernel + kernel - 1 - k)
#include "gradients.h"
