/*
 * The correct implementation as correct(), for a defect to be put before or after it. To add a defect, add a file
 * NAME.c that includes this, defines parity_conv_transpose1d and says in its first line what is wrong with it; or that
 * includes definition.h, where it is one part of the definition. A line "// differs: PROBLEM" gives a problem by which it shows,
 * a line "// cause: SENTENCE" what a diagnosis must say of it.
 * Flags for the compiler stand in a line that starts with "// cc:".
 */
#pragma once
#define parity_conv_transpose1d correct
#include "../../src/native/minimal_runner.c"
#undef parity_conv_transpose1d

typedef parity_wide wide;

#include <stdlib.h>
#include <string.h>

PARITY_EXPORT int32_t parity_conv_transpose1d(parity_call *call);

static inline int64_t count_of(const parity_tensor *tensor)
{
    int64_t count = tensor->ndim < 0 ? 0 : 1;
    for (int32_t i = 0; i < tensor->ndim; i++)
        count *= tensor->shape[i];
    return count;
}

static inline size_t element_size(const parity_tensor *tensor)
{
    return tensor->dtype == PARITY_FLOAT32 ? sizeof(float) : sizeof(double);
}

/* Whether the call would be computed: legal, supported, and with room for the output. Computes it. */
static inline int computes(parity_call *call)
{
    return correct(call) == PARITY_COMPLETED && call->operation == PARITY_FORWARD && call->output.data != NULL;
}

/* A float32 or float64 tensor of the same shape with data of its own; release it with free(copy.data). */
static inline parity_tensor copy_of(const parity_tensor *tensor)
{
    parity_tensor copy = *tensor;
    size_t bytes = (size_t)count_of(tensor) * element_size(tensor);
    copy.data = malloc(bytes + 1);
    memcpy(copy.data, tensor->data, bytes);
    return copy;
}
