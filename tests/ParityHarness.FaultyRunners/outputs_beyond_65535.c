// Leaves the outputs of a row beyond 65,535 at zero, as a grid of so many blocks does.
// differs: l32770_k4_s2 float32 forward integer seed1
#define RESULT(sum) (t >= 65535 ? 0 : (sum))
#include "definition.h"
