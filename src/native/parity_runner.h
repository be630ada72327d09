/*
 * The C interface between ParityHarness and an implementation of ConvTranspose1d.
 *
 * A library exports one function, parity_conv_transpose1d. The harness fills a parity_call and calls it; the library
 * answers through the same struct and the returned status. minimal_runner.c beside this file is a complete example.
 *
 * Rules
 *   - input is [N, Cin, L] or [Cin, L], weight [Cin, Cout/groups, K], bias [Cout]; row-major and dense, aligned to their
 *     elements and to no more. Only a library that sets PARITY_TAKES_STRIDES is given input, weight and grad_output that are
 *     not dense.
 *     Shapes and parameters may be illegal: any number of dimensions, any int64. Reject what PyTorch rejects.
 *   - output.data == NULL asks only for the output shape, or for the rejection. Otherwise output.data has room for
 *     output_capacity elements: if the output does not fit, write its shape and return PARITY_TOO_SMALL.
 *   - Write every element of the output, which is dense, and nothing outside it. Do not modify input, weight, bias or
 *     grad_output, and read nothing beyond them: the page after them may be missing.
 *   - No exception may leave the function. Leave the floating-point environment as it was.
 *   - text receives a zero-terminated UTF-8 message of at most text_capacity bytes, the zero included.
 *   - The function may be called from any thread, and from several at once unless the library sets PARITY_ONE_CALL_AT_A_TIME.
 *     The same call must give the same bits each time.
 */
#ifndef PARITY_RUNNER_H
#define PARITY_RUNNER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PARITY_ABI_VERSION 3
#define PARITY_MAX_DIMS 8
#define PARITY_MAX_LIST 4

/* What to do. */
enum {
    PARITY_DESCRIBE = 0, /* write "version; further facts" into text, e.g. "1.4.2; AVX2, 1 thread", and set abilities */
    PARITY_FORWARD = 1,  /* output = conv_transpose1d(input, weight, bias, ...) */
    PARITY_BACKWARD = 2  /* output = the gradients that are asked for, given grad_output. Optional: a library that does not know
                            the operation returns PARITY_UNSUPPORTED. What PARITY_FORWARD rejects is rejected for the same reasons */
};

/*
 * The gradients that PARITY_BACKWARD is asked for: a sum of these, at least one. One gradient has the shape of its operand.
 * Several stand in output one after the other, in this order, as one tensor of a single dimension: [elements of all of them].
 * input counts for grad_weight only, weight for grad_input only, and bias for nothing, though all are there.
 */
enum {
    PARITY_GRAD_INPUT = 1,
    PARITY_GRAD_WEIGHT = 2,
    PARITY_GRAD_BIAS = 4
};

/* What a library says of itself when it is asked to describe itself: a sum of these. */
enum {
    PARITY_TAKES_STRIDES = 1,       /* it reads input, weight and grad_output by their strides */
    PARITY_ONE_CALL_AT_A_TIME = 2   /* it may not be called from several threads at once */
};

/*
 * How a call is timed by "parity bench", so that only the library's work counts. Optional: a library that answers
 * PARITY_UNSUPPORTED, or does not look at stage and leaves prepared NULL, is timed by whole calls, and on one thread only.
 */
enum {
    PARITY_ONCE = 0,    /* a whole call, as described above */
    PARITY_PREPARE = 1, /* the same, once; and set prepared to what REPEAT needs. What it keeps beside the tensors' places is,
                           in the module form, what a module would make of its weight beforehand (packed, reordered); in the
                           functional form nothing made of the weight. threads says how many threads to use: 1 or more */
    PARITY_REPEAT = 2,  /* compute it again from prepared, repetitions times. The tensors, the output's room too, are where
                           they were; the output may stand elsewhere. Nothing else of the call is set */
    PARITY_RELEASE = 3  /* give prepared back */
};

/* Which of PyTorch's two forms is asked for. A library without modules treats both alike. */
enum {
    PARITY_FUNCTIONAL = 0, /* torch.nn.functional.conv_transpose1d */
    PARITY_MODULE = 1      /* torch.nn.ConvTranspose1d: in_channels, out_channels, padding_mode and output_size count */
};

enum { PARITY_ZEROS = 0, PARITY_REFLECT = 1, PARITY_REPLICATE = 2, PARITY_CIRCULAR = 3 };

enum {
    PARITY_FLOAT32 = 1,
    PARITY_FLOAT64 = 2,
    PARITY_FLOAT16 = 3,
    PARITY_BFLOAT16 = 4,
    PARITY_INT64 = 5,
    PARITY_COMPLEX64 = 6,
    PARITY_COMPLEX128 = 7,
    PARITY_INT32 = 8,
    PARITY_INT16 = 9,
    PARITY_INT8 = 10,
    PARITY_UINT8 = 11,
    PARITY_BOOL = 12
};

/* Returned status. */
enum {
    PARITY_COMPLETED = 0,     /* output.dtype, output.ndim and output.shape are set; the data too unless only asked */
    PARITY_REJECTED = 1,      /* the parameters are illegal; reason and text say why */
    PARITY_UNSUPPORTED = 2,   /* legal in PyTorch, but this library does not do it; text says what */
    PARITY_FAULTED = 3,       /* it should have worked: out of memory, an internal error; text says what */
    PARITY_TOO_SMALL = 4,     /* output_capacity is too small; the shape is set, no data is written */
    PARITY_WRONG_VERSION = 5  /* call->version is not what the library was built for; it sets call->version to its own */
};

/* Why a call is rejected. PARITY_REASON_UNSPECIFIED is always allowed. */
enum {
    PARITY_REASON_UNSPECIFIED = 0,
    PARITY_REASON_INPUT_DIMENSIONS = 1,
    PARITY_REASON_WEIGHT_DIMENSIONS = 2,
    PARITY_REASON_NON_POSITIVE_GROUPS = 3,
    PARITY_REASON_PARAMETER_COUNT = 4,
    PARITY_REASON_NEGATIVE_PADDING = 5,
    PARITY_REASON_NEGATIVE_OUTPUT_PADDING = 6,
    PARITY_REASON_NON_POSITIVE_STRIDE = 7,
    PARITY_REASON_WEIGHT_GROUPS = 8, /* weight dimension 0 smaller than groups, or not divisible by it */
    PARITY_REASON_INPUT_CHANNELS = 9,
    PARITY_REASON_BIAS_SHAPE = 10,
    PARITY_REASON_EMPTY_INPUT = 11,
    PARITY_REASON_KERNEL_SIZE = 12,
    PARITY_REASON_NON_POSITIVE_DILATION = 13,
    PARITY_REASON_OUTPUT_PADDING_TOO_LARGE = 14, /* not smaller than stride or dilation */
    PARITY_REASON_EMPTY_WEIGHT = 15,
    PARITY_REASON_OUTPUT_SIZE = 16, /* the output would be empty or negative */
    PARITY_REASON_DTYPE = 17,
    PARITY_REASON_PADDING_MODE = 18,
    PARITY_REASON_MODULE_CHANNELS = 19, /* in_channels or out_channels not divisible by groups */
    PARITY_REASON_REQUESTED_OUTPUT_SIZE = 20,
    PARITY_REASON_OVERFLOW = 21 /* a size does not fit into int64 */
};

typedef struct parity_tensor {
    int32_t dtype;
    int32_t ndim; /* -1: there is no such tensor */
    int64_t shape[PARITY_MAX_DIMS];
    int64_t strides[PARITY_MAX_DIMS]; /* in elements, 0 where a dimension is expanded; of a dense tensor too */
    void *data; /* may be NULL where the tensor has no elements */
} parity_tensor;

typedef struct parity_list {
    int64_t count; /* 1 wherever PyTorch wants one value; other counts are rejected as PARITY_REASON_PARAMETER_COUNT */
    int64_t values[PARITY_MAX_LIST];
} parity_list;

typedef struct parity_call {
    int32_t version; /* PARITY_ABI_VERSION of the caller; check it first */
    int32_t operation;
    int32_t form;
    int32_t padding_mode; /* module form only */
    parity_tensor input;
    parity_tensor weight;
    parity_tensor bias;
    parity_list stride;
    parity_list padding;
    parity_list output_padding;
    parity_list dilation;
    parity_list output_size; /* module form only; count 0: not given */
    int64_t groups;
    int64_t in_channels;  /* module form only */
    int64_t out_channels; /* module form only */
    parity_tensor output; /* out: dtype, ndim, shape; data is the caller's buffer or NULL */
    int64_t output_capacity; /* elements of the weight's dtype */
    int32_t reason;          /* out, with PARITY_REJECTED */
    int32_t text_capacity;
    char *text;
    int32_t abilities; /* out, with PARITY_DESCRIBE; 0 beforehand */
    int32_t stage;
    int32_t threads;     /* with PARITY_PREPARE; otherwise 0, and the library uses one */
    int64_t repetitions; /* with PARITY_REPEAT */
    void *prepared;      /* out, with PARITY_PREPARE; in, with PARITY_REPEAT and PARITY_RELEASE */
    parity_tensor grad_output; /* with PARITY_BACKWARD: [N, Cout, Lout] or [Cout, Lout]; ndim -1 where the parameters are illegal */
    int32_t gradients;         /* with PARITY_BACKWARD */
} parity_call;

#if defined(_WIN32)
#define PARITY_EXPORT __declspec(dllexport)
#else
#define PARITY_EXPORT __attribute__((visibility("default")))
#endif

PARITY_EXPORT int32_t parity_conv_transpose1d(parity_call *call);

/*
 * Optional: what the library offers, for a library that does not offer all. Words with commas between them, those of --only, e.g.
 * "float32,float64,forward": dtypes; forward, grad_input, grad_weight, grad_bias, or gradients for all three; functional, module; and
 * legal, for a library that leaves it to its caller to reject. Words of one kind are alternatives. Nothing else is asked of it, and
 * the verdict says so. A library that does not export it is asked for everything.
 */
PARITY_EXPORT const char *parity_runner_scope(void);

#ifdef __cplusplus
}
#endif

#endif
