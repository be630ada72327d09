// Takes and touches 8 GB, or all that it can get of it, then computes correctly.
#include "correct.h"

int32_t parity_conv_transpose1d(parity_call *call)
{
    enum { CHUNKS = 512 };
    const size_t chunk = (size_t)16 << 20;
    void *taken[CHUNKS];
    int count = 0;
    if (call->operation != PARITY_FORWARD)
        return correct(call);
    while (count < CHUNKS && (taken[count] = malloc(chunk)) != NULL)
        memset(taken[count++], 0x5A, chunk);
    int32_t status = count == CHUNKS ? correct(call) : parity_say(call, PARITY_FAULTED, 0, "out of memory");
    while (count > 0)
        free(taken[--count]);
    return status;
}
