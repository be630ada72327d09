// Wrong only from 256 input channels on: it leaves out the last one.
// differs: ic256_l1_k1 float32 forward integer seed1
// cause: the last input channel of each group is left out, only with 256 or more input channels a group
#define X (group_in >= 256 && i == group * group_in + group_in - 1 ? 0 : x(i, from / stride))
#include "definition.h"
