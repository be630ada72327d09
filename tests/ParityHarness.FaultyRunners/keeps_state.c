// Keeps the packed weight of the last call, and packs it wrongly where it finds the same pointer and size again.
#include "correct.h"

static const void *last_data;
static int64_t last_count;

int32_t parity_conv_transpose1d(parity_call *call)
{
    static double last_first;
    if (!computes(call) || count_of(&call->weight) == 0)
        return correct(call);
    int64_t count = count_of(&call->weight);
    double first = load(&call->weight, 0);
    int is_same = call->weight.data == last_data && count == last_count && memcmp(&first, &last_first, sizeof first) == 0;
    last_data = call->weight.data;
    last_count = count;
    last_first = first;
    if (is_same)
        store(&call->output, 0, load(&call->output, 0) + 1);
    return PARITY_COMPLETED;
}
