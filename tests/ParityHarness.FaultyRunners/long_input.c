// Wrong only for inputs longer than 4096: it starts anew there.
// differs: l4097_k2 float32 forward integer seed1
// cause: wrong only with input length > 4,096 and kernel_size > 1
#define X (length > 4096 && from / stride == 4096 && k > 0 ? 0 : x(i, from / stride))
#include "definition.h"
