// libtorch behind parity_runner.h: torch.nn.functional.conv_transpose1d and torch.nn.ConvTranspose1d as they are, and their
// gradients by autograd.
// Nothing is checked here that libtorch does not check itself. Compiles against 1.13 and 2.x.
#include "parity_runner.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv_transpose1d.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>
#include <c10/util/Logging.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/modules/conv.h>
#include <torch/version.h>

#include <dlfcn.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

// The package's version, where the package says more than the headers do: Debian's 1.13.1 calls itself 1.13.0.
#ifndef PARITY_LIBTORCH_VERSION
#define PARITY_LIBTORCH_VERSION TORCH_VERSION
#endif

namespace {

int32_t say(parity_call &call, int32_t status, const std::string &words)
{
    if (call.text != nullptr && call.text_capacity > 0) {
        auto length = std::min(words.size(), static_cast<size_t>(call.text_capacity) - 1);
        while (length > 0 && length < words.size() && (static_cast<unsigned char>(words[length]) & 0xC0) == 0x80) {
            length--; // not in the middle of a UTF-8 character
        }
        std::memcpy(call.text, words.data(), length);
        call.text[length] = '\0';
    }
    return status;
}

bool scalar_type(int32_t dtype, at::ScalarType &type)
{
    switch (dtype) {
    case PARITY_FLOAT32: type = at::kFloat; return true;
    case PARITY_FLOAT64: type = at::kDouble; return true;
    case PARITY_FLOAT16: type = at::kHalf; return true;
    case PARITY_BFLOAT16: type = at::kBFloat16; return true;
    case PARITY_INT64: type = at::kLong; return true;
    case PARITY_COMPLEX64: type = at::kComplexFloat; return true;
    case PARITY_COMPLEX128: type = at::kComplexDouble; return true;
    case PARITY_INT32: type = at::kInt; return true;
    case PARITY_INT16: type = at::kShort; return true;
    case PARITY_INT8: type = at::kChar; return true;
    case PARITY_UINT8: type = at::kByte; return true;
    case PARITY_BOOL: type = at::kBool; return true;
    default: return false;
    }
}

int32_t parity_dtype(at::ScalarType type)
{
    for (int32_t dtype = PARITY_FLOAT32; dtype <= PARITY_BOOL; dtype++) {
        at::ScalarType known;
        if (scalar_type(dtype, known) && known == type) {
            return dtype;
        }
    }
    return 0;
}

at::Tensor view(const parity_tensor &tensor)
{
    if (tensor.ndim < 0) {
        return {};
    }
    at::ScalarType type;
    TORCH_INTERNAL_ASSERT(scalar_type(tensor.dtype, type));
    return at::from_blob(tensor.data, at::IntArrayRef(tensor.shape, tensor.ndim), at::IntArrayRef(tensor.strides, tensor.ndim), type);
}

at::IntArrayRef values(const parity_list &list)
{
    return at::IntArrayRef(list.values, list.count);
}

at::Tensor run_functional(const parity_call &call, const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias)
{
    return at::conv_transpose1d(
        input, weight, bias, values(call.stride), values(call.padding), values(call.output_padding), call.groups, values(call.dilation));
}

torch::nn::ConvTranspose1d make_module(const parity_call &call, const at::Tensor &weight, const at::Tensor &bias)
{
    auto options = torch::nn::ConvTranspose1dOptions(call.in_channels, call.out_channels, call.weight.ndim > 2 ? call.weight.shape[2] : 1)
                       .stride(values(call.stride))
                       .padding(values(call.padding))
                       .output_padding(values(call.output_padding))
                       .groups(call.groups)
                       .bias(call.bias.ndim >= 0)
                       .dilation(values(call.dilation));
    switch (call.padding_mode) {
    case PARITY_REFLECT: options.padding_mode(torch::kReflect); break;
    case PARITY_REPLICATE: options.padding_mode(torch::kReplicate); break;
    case PARITY_CIRCULAR: options.padding_mode(torch::kCircular); break;
    default: break;
    }
    torch::nn::ConvTranspose1d module(options);
    // Assigned, not copied: copy_ would broadcast a weight of another shape and convert one of another dtype.
    module->weight = weight;
    module->bias = bias;
    return module;
}

at::Tensor run_module(const parity_call &call, torch::nn::ConvTranspose1d &module, const at::Tensor &input)
{
    if (call.output_size.count > 0) {
        return module->forward(input, values(call.output_size));
    }
    return module->forward(input);
}

int32_t answer(parity_call &call, const at::Tensor &output)
{
    parity_tensor &to = call.output;
    to.dtype = parity_dtype(output.scalar_type());
    if (to.dtype == 0 || output.dim() > PARITY_MAX_DIMS) {
        return say(call, PARITY_FAULTED, "libtorch answered with a tensor of an unexpected dtype or number of dimensions");
    }
    to.ndim = static_cast<int32_t>(output.dim());
    std::copy(output.sizes().begin(), output.sizes().end(), to.shape);
    if (to.data == nullptr) {
        return PARITY_COMPLETED;
    }
    at::ScalarType weight_type;
    const auto room = scalar_type(call.weight.dtype, weight_type)
        ? static_cast<__int128>(call.output_capacity) * static_cast<int64_t>(c10::elementSize(weight_type))
        : 0;
    if (static_cast<int64_t>(output.nbytes()) > room) {
        return PARITY_TOO_SMALL;
    }
    if (output.numel() > 0) {
        const auto dense = output.contiguous();
        std::memcpy(to.data, dense.data_ptr(), dense.nbytes());
    }
    return PARITY_COMPLETED;
}

// Which rule it was, and whether it was one, the harness reads from the message, which for TorchSharp is the same.
int32_t answer(parity_call &call, const c10::Error &error)
{
    const std::string text = error.what_without_backtrace();
    call.reason = PARITY_REASON_UNSPECIFIED;
    return say(call, PARITY_REJECTED, text.substr(0, text.find('\n')));
}

std::string file_of(const void *symbol)
{
    Dl_info info;
    if (dladdr(symbol, &info) == 0 || info.dli_fname == nullptr) {
        return {};
    }
    char path[PATH_MAX];
    return realpath(info.dli_fname, path) != nullptr ? path : info.dli_fname;
}

// The BLAS that libtorch's calls really reach: what libblas.so.3 is differs from machine to machine, and netlib's
// reference implementation is many times slower than the others.
std::string blas()
{
    const void *sgemm = dlsym(RTLD_DEFAULT, "sgemm_");
    if (sgemm == nullptr) {
        return "BLAS inside libtorch";
    }
    const auto path = file_of(sgemm);
    const auto has = [&path](const char *words) { return path.find(words) != std::string::npos; };
    if (has("openblas")) {
        using Text = const char *(*)();
        const auto config = reinterpret_cast<Text>(dlsym(RTLD_DEFAULT, "openblas_get_config"));
        const auto core = reinterpret_cast<Text>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
        std::string name = config != nullptr ? config() : "OpenBLAS"; // "OpenBLAS 0.3.21 NO_LAPACKE ..."
        const auto second = name.find(' ', name.find(' ') == std::string::npos ? 0 : name.find(' ') + 1);
        name = name.substr(0, second);
        return core != nullptr ? name + " (" + core() + ")" : name;
    }
    if (has("mkl")) return "MKL";
    if (has("blis")) return "BLIS";
    if (has("atlas")) return "ATLAS";
    if (has("libtorch")) return "BLAS inside libtorch";
    if (has("/blas/libblas")) return "netlib reference BLAS, slow (" + path + ")";
    return "BLAS " + path;
}

std::string cpu_capability()
{
    const std::string config = at::show_config();
    const std::string key = "CPU capability usage: ";
    const auto start = config.find(key);
    return start == std::string::npos
        ? "CPU capability unknown"
        : config.substr(start + key.size(), config.find('\n', start) - start - key.size());
}

std::string description()
{
    std::string text = std::string(PARITY_LIBTORCH_VERSION) + "; " + blas() + ", " + cpu_capability() + ", 1 thread";
    if (std::strcmp(PARITY_LIBTORCH_VERSION, TORCH_VERSION) != 0) {
        text += std::string(", calls itself ") + TORCH_VERSION;
    }
    return text;
}

// Threads of libtorch and of its BLAS.
void use_threads(int count)
{
    at::set_num_threads(count);
    using SetThreads = void (*)(int);
    static const auto set_blas_threads = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
    if (set_blas_threads != nullptr) {
        set_blas_threads(count);
    }
}

// No symbolised backtrace in each exception, which costs 5 ms.
bool prepare_process()
{
    c10::SetStackTraceFetcher([]() -> std::string { return {}; });
    use_threads(1);
    return true;
}

// For the time of one call, and then one thread again.
class Threads {
public:
    explicit Threads(int32_t count) : more_than_one_(count > 1)
    {
        if (more_than_one_) {
            use_threads(count);
        }
    }
    ~Threads()
    {
        if (more_than_one_) {
            use_threads(1);
        }
    }
    Threads(const Threads &) = delete;
    Threads &operator=(const Threads &) = delete;

private:
    bool more_than_one_;
};

// The forward pass alone keeps no graph.
class Autograd {
public:
    explicit Autograd(int32_t operation)
    {
        if (operation != PARITY_BACKWARD) {
            none_.emplace();
        }
    }

private:
    std::optional<c10::InferenceMode> none_;
};

// A call with its tensors and, in the module form, its module: what is made beforehand where the call is timed.
struct Prepared {
    explicit Prepared(const parity_call &asked)
        : call(asked), input(view(asked.input)), weight(view(asked.weight)), bias(view(asked.bias))
    {
        if (call.operation == PARITY_BACKWARD) {
            want(PARITY_GRAD_INPUT, input);
            want(PARITY_GRAD_WEIGHT, weight);
            want(PARITY_GRAD_BIAS, bias);
        }
        if (call.form == PARITY_MODULE) {
            module = make_module(call, weight, bias);
        }
        if (call.operation == PARITY_BACKWARD) {
            output = forward();
            // Where PyTorch should have rejected there is none.
            grad_output = call.grad_output.ndim < 0 ? at::zeros_like(output) : view(call.grad_output);
        }
    }

    at::Tensor compute()
    {
        return call.operation == PARITY_BACKWARD ? backward() : forward();
    }

private:
    void want(int32_t gradient, at::Tensor &operand)
    {
        if ((call.gradients & gradient) != 0) {
            wanted.push_back(operand.requires_grad_());
        }
    }

    at::Tensor forward()
    {
        if (call.form == PARITY_MODULE) {
            return run_module(call, module, input);
        }
        return run_functional(call, input, weight, bias);
    }

    // Only the gradients that are asked for, as PyTorch's output_mask: the other operands do not require them.
    at::Tensor backward()
    {
        auto gradients = torch::autograd::grad({output}, wanted, {grad_output}, /*retain_graph=*/true);
        if (gradients.size() == 1) {
            return gradients[0];
        }
        for (auto &gradient : gradients) {
            gradient = gradient.reshape(-1);
        }
        return at::cat(gradients);
    }

    parity_call call;
    at::Tensor input, weight, bias, output, grad_output;
    std::vector<at::Tensor> wanted;
    torch::nn::ConvTranspose1d module{nullptr};

    friend int32_t repeat(parity_call &call);
};

int32_t prepare(parity_call &call)
{
    const Threads threads(call.threads);
    auto prepared = std::make_unique<Prepared>(call);
    const auto status = answer(call, prepared->compute());
    if (status == PARITY_COMPLETED) {
        call.prepared = prepared.release();
    }
    return status;
}

int32_t repeat(parity_call &call)
{
    auto &prepared = *static_cast<Prepared *>(call.prepared);
    const Threads threads(prepared.call.threads);
    const Autograd autograd(prepared.call.operation);
    for (int64_t i = 0; i < call.repetitions; i++) {
        prepared.compute();
    }
    return PARITY_COMPLETED;
}

int32_t run(parity_call &call)
{
    static const bool process_is_ready = prepare_process();
    static thread_local const bool thread_is_ready = (at::set_num_threads(1), true); // OpenMP keeps it per thread
    static_cast<void>(process_is_ready);
    static_cast<void>(thread_is_ready);

    if (call.operation == PARITY_DESCRIBE) {
        call.abilities = PARITY_TAKES_STRIDES;
        return say(call, PARITY_COMPLETED, description());
    }
    if (call.stage == PARITY_REPEAT) {
        return repeat(call);
    }
    if (call.stage == PARITY_RELEASE) {
        delete static_cast<Prepared *>(call.prepared);
        return PARITY_COMPLETED;
    }
    if (call.operation != PARITY_FORWARD && call.operation != PARITY_BACKWARD) {
        return say(call, PARITY_UNSUPPORTED, "the libtorch runner does the operations forward and backward");
    }
    const Autograd autograd(call.operation);
    at::ScalarType type;
    for (const auto *tensor : {&call.input, &call.weight, &call.bias}) {
        if (tensor->ndim >= 0 && !scalar_type(tensor->dtype, type)) {
            return say(call, PARITY_UNSUPPORTED, "unknown dtype " + std::to_string(tensor->dtype));
        }
    }
    // libtorch asks the processor and not oneDNN whether oneDNN has bfloat16.
    static const char *const isa = std::getenv("ONEDNN_MAX_CPU_ISA");
    if (call.input.dtype == PARITY_BFLOAT16 && isa != nullptr && std::strncmp(isa, "AVX512", 6) != 0) {
        return say(call, PARITY_UNSUPPORTED, "oneDNN, held to " + std::string(isa) + ", has no bfloat16");
    }
    if (call.stage == PARITY_PREPARE) {
        return prepare(call);
    }
    return answer(call, Prepared(call).compute());
}

} // namespace

extern "C" int32_t parity_conv_transpose1d(parity_call *call)
{
    if (call->version != PARITY_ABI_VERSION) {
        call->version = PARITY_ABI_VERSION;
        return PARITY_WRONG_VERSION;
    }
    try {
        return run(*call);
    } catch (const c10::Error &error) {
        return answer(*call, error);
    } catch (const std::bad_alloc &) {
        return say(*call, PARITY_FAULTED, "out of memory");
    } catch (const std::exception &error) {
        // Not one of libtorch's checks: its libraries' own failures, oneDNN's for one.
        return say(*call, PARITY_FAULTED, error.what());
    } catch (...) {
        return say(*call, PARITY_FAULTED, "an exception that is not a std::exception");
    }
}
