/*
 * Offers a library with the interface of parity_runner.h over the pipe protocol (src/examples/pipe-protocol.md):
 *
 *   parity_serve LIBRARY.so
 *
 * It is how a library is reached that cannot be loaded beside another one: it needs nothing but the C library, so that it
 * runs under the loader of another Debian release, or with another environment.
 */
#include "parity_runner.h"

#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PROTOCOL_VERSION 1
#define MAX_HEADER 65536
#define MAX_WORDS 16
#define MAX_TEXT 1024
#define TENSORS 4 /* input, weight, bias, grad_output */
/* What a library may ask for where PyTorch's formula gives no shape. */
#define MAX_ANSWERED (INT64_C(1) << 24)

__extension__ typedef __int128 wide;

static const char *const dtypes[] = {
    [PARITY_FLOAT32] = "float32", [PARITY_FLOAT64] = "float64", [PARITY_FLOAT16] = "float16", [PARITY_BFLOAT16] = "bfloat16",
    [PARITY_INT64] = "int64", [PARITY_COMPLEX64] = "complex64", [PARITY_COMPLEX128] = "complex128", [PARITY_INT32] = "int32",
    [PARITY_INT16] = "int16", [PARITY_INT8] = "int8", [PARITY_UINT8] = "uint8", [PARITY_BOOL] = "bool"};
static const int sizes[] = {0, 4, 8, 2, 2, 8, 8, 16, 4, 2, 1, 1, 1};

static const char *const reasons[] = {
    "unspecified", "input_dimensions", "weight_dimensions", "non_positive_groups", "parameter_count", "negative_padding",
    "negative_output_padding", "non_positive_stride", "weight_groups", "input_channels", "bias_shape", "empty_input",
    "kernel_size", "non_positive_dilation", "output_padding_too_large", "empty_weight", "output_size", "dtype",
    "padding_mode", "module_channels", "requested_output_size", "overflow"};

static const char *const stages[] = {"once", "prepare", "repeat", "release"};
static const char *const operations[] = {"describe", "forward", "backward"};
static const char *const gradients[] = {"grad_input", "grad_weight", "grad_bias"};
static const char *const modes[] = {"zeros", "reflect", "replicate", "circular"};

static void *prepared; /* what the library made in the stage prepare, to be timed */
static int answers; /* where standard output was: a library that prints must not get between the answers */

static void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("parity_serve: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(2);
}

static void *allocate(void *old, size_t bytes)
{
    void *memory = realloc(old, bytes ? bytes : 1);
    if (memory == NULL)
        die("no memory for %zu bytes", bytes);
    return memory;
}

static void send_all(const void *bytes, size_t count)
{
    for (const char *at = bytes; count > 0;) {
        ssize_t sent = write(answers, at, count);
        if (sent < 0 && errno != EINTR)
            exit(0); /* nobody reads any more */
        if (sent > 0)
            at += sent, count -= (size_t)sent;
    }
}

/* False where standard input ends before the first byte. */
static int receive(void *bytes, size_t count)
{
    size_t got = fread(bytes, 1, count, stdin);
    if (got != 0 && got != count)
        die("standard input ends within a request");
    return got == count;
}

static void reply(const char *header, const void *body, size_t body_bytes)
{
    static char *message;
    size_t header_bytes = strlen(header), whole = 12 + header_bytes;
    message = allocate(message, whole);
    uint32_t first = (uint32_t)header_bytes;
    uint64_t second = body_bytes;
    memcpy(message, &first, 4);
    memcpy(message + 4, &second, 8);
    memcpy(message + 12, header, header_bytes);
    send_all(message, whole);
    if (body_bytes > 0)
        send_all(body, body_bytes);
}

static int find(const char *word, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (words[i] != NULL && strcmp(words[i], word) == 0)
            return i;
    die("unknown word '%s'", word);
    return -1;
}

/* -1 where it is one of a later version. */
static int find_operation(const char *word)
{
    for (int i = PARITY_DESCRIBE; i <= PARITY_BACKWARD; i++)
        if (strcmp(operations[i], word) == 0)
            return i;
    return -1;
}

static int64_t number(const char *word)
{
    char *end;
    errno = 0;
    int64_t value = strtoll(word, &end, 10);
    if (errno != 0 || end == word || *end != '\0')
        die("'%s' is not a whole number of 64 bits", word);
    return value;
}

static void read_list(parity_list *list, char **words, int count)
{
    list->count = count;
    for (int i = 0; i < count && i < PARITY_MAX_LIST; i++)
        list->values[i] = number(words[i]);
}

static size_t read_tensor(parity_tensor *tensor, char **words, int count)
{
    if (count < 1 || count - 1 > PARITY_MAX_DIMS)
        die("a tensor has 0 to %d dimensions", PARITY_MAX_DIMS);
    tensor->dtype = find(words[0], dtypes, PARITY_BOOL + 1);
    tensor->ndim = count - 1;
    wide elements = 1;
    for (int i = tensor->ndim - 1; i >= 0; i--) {
        tensor->shape[i] = number(words[i + 1]);
        tensor->strides[i] = elements > INT64_MAX ? 0 : (int64_t)elements;
        if (elements <= INT64_MAX)
            elements *= tensor->shape[i] > 1 ? tensor->shape[i] : 1;
    }
    for (int i = 0; i < tensor->ndim; i++)
        if (tensor->shape[i] == 0)
            elements = 0;
    if (elements > INT64_C(1) << 36)
        die("a tensor is too large");
    return (size_t)elements * (size_t)sizes[tensor->dtype];
}

/* Fills the call from the header's lines; returns the bytes of input, weight, bias and grad_output. */
static void parse(char *header, parity_call *call, size_t bytes[TENSORS])
{
    call->bias.ndim = call->grad_output.ndim = -1;
    call->operation = -1;
    for (char *line, *rest = header; (line = strtok_r(rest, "\n", &rest)) != NULL;) {
        char *words[MAX_WORDS + 1], *save = line;
        int count = 0;
        while (count <= MAX_WORDS && (words[count] = strtok_r(save, " ", &save)) != NULL)
            count++;
        if (count == 0 || count > MAX_WORDS)
            continue; /* an unknown line of a later version */
        const char *key = words[0];
        char **values = words + 1;
        count--;
        if (strcmp(key, "input") == 0) bytes[0] = read_tensor(&call->input, values, count);
        else if (strcmp(key, "weight") == 0) bytes[1] = read_tensor(&call->weight, values, count);
        else if (strcmp(key, "bias") == 0) bytes[2] = read_tensor(&call->bias, values, count);
        else if (strcmp(key, "grad_output") == 0) bytes[3] = read_tensor(&call->grad_output, values, count);
        else if (strcmp(key, "gradients") == 0)
            for (int i = 0; i < count; i++)
                call->gradients |= 1 << find(values[i], gradients, 3);
        else if (strcmp(key, "stride") == 0) read_list(&call->stride, values, count);
        else if (strcmp(key, "padding") == 0) read_list(&call->padding, values, count);
        else if (strcmp(key, "output_padding") == 0) read_list(&call->output_padding, values, count);
        else if (strcmp(key, "dilation") == 0) read_list(&call->dilation, values, count);
        else if (strcmp(key, "output_size") == 0) read_list(&call->output_size, values, count);
        else if (count != 1) continue;
        else if (strcmp(key, "parity") == 0 && number(values[0]) != PROTOCOL_VERSION) call->operation = -2;
        else if (strcmp(key, "operation") == 0 && call->operation != -2)
            call->operation = find_operation(values[0]);
        else if (strcmp(key, "stage") == 0) call->stage = find(values[0], stages, 4);
        else if (strcmp(key, "threads") == 0) call->threads = (int32_t)number(values[0]);
        else if (strcmp(key, "repetitions") == 0) call->repetitions = number(values[0]);
        else if (strcmp(key, "form") == 0) call->form = strcmp(values[0], "module") == 0 ? PARITY_MODULE : PARITY_FUNCTIONAL;
        else if (strcmp(key, "padding_mode") == 0) call->padding_mode = find(values[0], modes, 4);
        else if (strcmp(key, "groups") == 0) call->groups = number(values[0]);
        else if (strcmp(key, "in_channels") == 0) call->in_channels = number(values[0]);
        else if (strcmp(key, "out_channels") == 0) call->out_channels = number(values[0]);
    }
}

static int64_t elements_of(const parity_tensor *tensor)
{
    wide elements = 1;
    if (tensor->ndim < 0 || tensor->ndim > PARITY_MAX_DIMS || tensor->dtype < PARITY_FLOAT32 || tensor->dtype > PARITY_BOOL)
        return -1;
    for (int i = 0; i < tensor->ndim; i++) {
        if (tensor->shape[i] < 0 || (elements *= tensor->shape[i]) > INT64_MAX)
            return -1;
    }
    return (int64_t)elements;
}

/* Elements of the output by PyTorch's formula; 0 where it gives none that could be computed. */
static int64_t expected_elements(const parity_call *call)
{
    const parity_tensor *x = &call->input, *w = &call->weight;
    if (call->operation == PARITY_BACKWARD) {
        wide sum = 0;
        for (int i = 0; i < 3; i++) {
            const parity_tensor *operand = i == 0 ? x : i == 1 ? w : &call->bias;
            int64_t elements = call->grad_output.ndim < 0 ? 0 : elements_of(operand);
            sum += call->gradients & 1 << i && elements > 0 ? elements : 0;
        }
        return sum <= INT32_MAX ? (int64_t)sum : 0;
    }
    if (x->ndim < 2 || w->ndim != 3 || call->groups <= 0)
        return 0;
    wide stride = call->stride.values[0], length = x->shape[x->ndim - 1];
    wide out = (length - 1) * stride - 2 * (wide)call->padding.values[0]
             + (wide)call->dilation.values[0] * (w->shape[2] - 1) + call->output_padding.values[0] + 1;
    if (call->output_size.count > 0 && call->output_size.count <= PARITY_MAX_LIST)
        out = call->output_size.values[call->output_size.count - 1];
    wide rows = (wide)w->shape[1] * call->groups * (x->ndim == 3 ? x->shape[0] : 1);
    return out > 0 && rows > 0 && out <= INT32_MAX && rows <= INT32_MAX && out * rows <= INT32_MAX ? (int64_t)(out * rows) : 0;
}

static void say(const char *status, const char *reason, const char *text)
{
    char header[MAX_TEXT + 128];
    char words[MAX_TEXT];
    snprintf(words, sizeof words, "%s", text);
    words[strcspn(words, "\r\n")] = '\0';
    snprintf(header, sizeof header, "status %s\n%s%s%smessage %s\n", status, *reason ? "reason " : "", reason, *reason ? "\n" : "", words);
    reply(header, NULL, 0);
}

typedef int32_t function(parity_call *);

static void describe(function *library, parity_call *call)
{
    int32_t status = library(call);
    call->text[MAX_TEXT - 1] = '\0';
    if (status != PARITY_COMPLETED)
        die(status == PARITY_WRONG_VERSION ? "the library was built for another version of parity_runner.h" : "the library does not describe itself");
    char header[MAX_TEXT + 64];
    char *details = strchr(call->text, ';');
    if (details != NULL)
        *details++ = '\0';
    snprintf(header, sizeof header, "status completed\nversion %s\ndetails %s\n", call->text, details ? details + strspn(details, " ") : "");
    reply(header, NULL, 0);
}

static void compute(function *library, parity_call *call)
{
    static void *output;
    int width = sizes[call->weight.dtype];
    call->output_capacity = expected_elements(call);
    /* What asks for more than there is may be illegal: then the library is only asked whether it rejects. */
    void *room = realloc(output, call->output_capacity > 0 ? (size_t)call->output_capacity * (size_t)width : 1);
    if (room == NULL)
        call->output_capacity = 0;
    else
        output = room;
    /* Poisoned, so that an element that is not written shows: NaN for the floating-point types. */
    memset(output, 0xFF, (size_t)call->output_capacity * (size_t)width);
    call->output.data = call->output_capacity > 0 ? output : NULL;
    int32_t status = library(call);
    int64_t elements = status == PARITY_COMPLETED || status == PARITY_TOO_SMALL ? elements_of(&call->output) : 0;
    if (elements < 0) {
        say("faulted", "", "the library answered an impossible shape or dtype");
        return;
    }
    size_t bytes = (size_t)elements * (elements > 0 ? (size_t)sizes[call->output.dtype] : 0);
    if (status == PARITY_TOO_SMALL || (status == PARITY_COMPLETED && call->output.data == NULL && elements > 0)) {
        if (elements > MAX_ANSWERED) {
            say("faulted", "", room == NULL ? "there is no memory for the output" : "the library answered a shape that PyTorch's formula does not give, too large to try");
            return;
        }
        call->output_capacity = (int64_t)((bytes + (size_t)width - 1) / (size_t)width);
        output = call->output.data = allocate(output, bytes);
        memset(output, 0xFF, bytes);
        status = library(call);
    }
    call->text[MAX_TEXT - 1] = '\0';
    if (status == PARITY_COMPLETED && call->stage == PARITY_PREPARE)
        prepared = call->prepared;
    switch (status) {
    case PARITY_COMPLETED: {
        char header[MAX_TEXT];
        if (elements_of(&call->output) != elements || bytes > (size_t)call->output_capacity * (size_t)width) {
            say("faulted", "", "the library answered more elements than it had room for");
            return;
        }
        int length = snprintf(header, sizeof header, "status completed\noutput %s", dtypes[call->output.dtype]);
        for (int i = 0; i < call->output.ndim; i++)
            length += snprintf(header + length, sizeof header - (size_t)length, " %" PRId64, call->output.shape[i]);
        snprintf(header + length, sizeof header - (size_t)length, "\n%s", prepared != NULL ? "prepared yes\n" : "");
        reply(header, output, bytes);
        return;
    }
    case PARITY_REJECTED:
        say("rejected", call->reason > 0 && call->reason <= PARITY_REASON_OVERFLOW ? reasons[call->reason] : "", call->text);
        return;
    case PARITY_UNSUPPORTED:
        say("unsupported", "", call->text);
        return;
    case PARITY_FAULTED:
        say("faulted", "", call->text);
        return;
    default:
        snprintf(call->text, MAX_TEXT, "returned status %d", status);
        say("faulted", "", call->text);
    }
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Here, and not where the answer is read, so that the pipe is not timed. */
static void repeat(function *library, parity_call *call)
{
    char header[128];
    if (prepared == NULL) {
        say("faulted", "", "nothing is prepared");
        return;
    }
    call->prepared = prepared;
    double start = now();
    int32_t status = library(call);
    double seconds = now() - start;
    if (status != PARITY_COMPLETED) {
        call->text[MAX_TEXT - 1] = '\0';
        say("faulted", "", call->text);
        return;
    }
    snprintf(header, sizeof header, "status completed\nseconds %.9f\n", seconds);
    reply(header, NULL, 0);
}

/* Before anything else moves the tensors. */
static void release(function *library, const parity_call *call)
{
    if (prepared == NULL)
        return;
    parity_call last = *call;
    last.stage = PARITY_RELEASE;
    last.prepared = prepared;
    prepared = NULL;
    library(&last);
}

int main(int count, char **arguments)
{
    if (count != 2)
        die("usage: parity_serve LIBRARY.so");
    answers = dup(STDOUT_FILENO);
    if (answers < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        die("standard output cannot be set aside for the answers");
    void *handle = dlopen(arguments[1], RTLD_NOW);
    if (handle == NULL)
        die("%s", dlerror());
    function *library;
    *(void **)&library = dlsym(handle, "parity_conv_transpose1d");
    if (library == NULL)
        die("%s: it does not export parity_conv_transpose1d", arguments[1]);

    char prefix[12], text[MAX_TEXT];
    static char header[MAX_HEADER + 1];
    void *bodies[TENSORS] = {NULL};
    while (receive(prefix, sizeof prefix)) {
        uint32_t header_bytes;
        uint64_t body_bytes;
        memcpy(&header_bytes, prefix, 4);
        memcpy(&body_bytes, prefix + 4, 8);
        if (header_bytes == 0 || header_bytes > MAX_HEADER)
            die("what comes is not a request of the pipe protocol");
        if (!receive(header, header_bytes))
            die("standard input ends within a request");
        header[header_bytes] = '\0';
        parity_call call;
        size_t bytes[TENSORS] = {0}, all = 0;
        memset(&call, 0, sizeof call);
        parse(header, &call, bytes);
        for (int i = 0; i < TENSORS; i++)
            all += bytes[i];
        if (body_bytes != all)
            die("the body has %" PRIu64 " bytes and its tensors %zu", body_bytes, all);
        call.version = PARITY_ABI_VERSION;
        call.output.ndim = -1;
        call.text = text;
        call.text_capacity = MAX_TEXT;
        text[0] = '\0';
        if (call.stage == PARITY_REPEAT && call.operation != -2) {
            repeat(library, &call);
            continue;
        }
        release(library, &call);
        if (call.stage == PARITY_RELEASE && call.operation != -2) {
            reply("status completed\n", NULL, 0);
            continue;
        }
        for (int i = 0; i < TENSORS; i++) {
            bodies[i] = allocate(bodies[i], bytes[i]);
            if (bytes[i] > 0 && !receive(bodies[i], bytes[i]))
                die("standard input ends within a request");
        }
        call.input.data = bodies[0];
        call.weight.data = bodies[1];
        call.bias.data = bodies[2];
        call.grad_output.data = bodies[3];
        if (call.operation == -2)
            reply("parity 1\nstatus wrong_version\n", NULL, 0);
        else if (call.operation == PARITY_DESCRIBE)
            describe(library, &call);
        else if (call.operation == PARITY_FORWARD || call.operation == PARITY_BACKWARD)
            compute(library, &call);
        else
            say("unsupported", "", "parity_serve knows the operations describe, forward and backward");
    }
    return 0;
}
