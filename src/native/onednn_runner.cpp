// oneDNN behind parity_runner.h: its deconvolution, forward inference and the gradients, alone and without a framework around it.
//
// oneDNN chooses the memory formats, as it does for frameworks: most of its compiled kernels know only blocked ones.
// Its own reorders bring the operands there, by their strides, and the output back to row-major.
// grad_bias alone is its reduction; beside grad_weight the same primitive makes both.
//
// oneDNN has none of PyTorch's checks. What PyTorch rejects is unsupported here and never reaches it.
#include "parity_runner.h"

#include <oneapi/dnnl/dnnl.hpp>

#include <omp.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

using dnnl::memory;
__extension__ typedef __int128 wide;

int32_t say(parity_call &call, int32_t status, const std::string &words)
{
    if (call.text != nullptr && call.text_capacity > 0) {
        const auto length = std::min(words.size(), static_cast<size_t>(call.text_capacity) - 1);
        std::memcpy(call.text, words.data(), length);
        call.text[length] = '\0';
    }
    return status;
}

int32_t unsupported(parity_call &call, const std::string &words)
{
    return say(call, PARITY_UNSUPPORTED, words);
}

// The sizes of a legal problem.
struct Geometry {
    int64_t batch, in, length, out, kernel, groups;
    int64_t stride, padding, output_padding, dilation, out_length;
};

// Whether PyTorch accepts the call, and every size and parameter fits 32 bits: oneDNN narrows them here and there.
bool read(const parity_call &call, Geometry &g, const char *&why)
{
    const auto &x = call.input, &w = call.weight, &b = call.bias;
    const auto is_module = call.form == PARITY_MODULE;
    why = "PyTorch rejects this, and oneDNN does not check what PyTorch rejects";
    if ((x.ndim != 2 && x.ndim != 3) || w.ndim != 3 || call.groups <= 0) return false;
    if (is_module && (call.in_channels % call.groups != 0 || call.out_channels % call.groups != 0 || call.padding_mode != PARITY_ZEROS)) return false;
    for (const auto *list : {&call.stride, &call.padding, &call.output_padding, &call.dilation}) {
        if (list->count != 1) return false;
    }
    if (w.dtype != x.dtype || (b.ndim >= 0 && b.dtype != x.dtype)) return false;

    const wide out = static_cast<wide>(w.shape[1]) * call.groups;
    g.batch = x.ndim == 3 ? x.shape[0] : 1;
    g.in = x.shape[x.ndim - 2];
    g.length = x.shape[x.ndim - 1];
    g.kernel = w.shape[2];
    g.groups = call.groups;
    g.stride = call.stride.values[0];
    g.padding = call.padding.values[0];
    g.dilation = call.dilation.values[0];
    if (g.padding < 0 || call.output_padding.values[0] < 0 || g.stride <= 0 || g.dilation <= 0 || g.kernel <= 0 || out <= 0) return false;
    if (g.in != w.shape[0] || g.in < g.groups || g.in % g.groups != 0) return false;
    if (b.ndim >= 0 && (b.ndim != 1 || b.shape[0] != out)) return false;
    if (g.length <= 0 && g.batch != 0) return false;

    wide output_padding = call.output_padding.values[0];
    const wide least = static_cast<wide>(g.length - 1) * g.stride - 2 * static_cast<wide>(g.padding)
                     + static_cast<wide>(g.dilation) * (g.kernel - 1) + 1;
    if (is_module && call.output_size.count > 0) {
        const auto count = call.output_size.count;
        if ((count != 1 && count != x.ndim) || count > PARITY_MAX_LIST) return false;
        output_padding = call.output_size.values[count - 1] - least;
        if (output_padding < 0 || output_padding >= g.stride) return false;
    }
    const wide out_length = least + output_padding;
    if ((output_padding >= g.stride && output_padding >= g.dilation) || out_length <= 0) return false;

    why = "sizes and parameters beyond 2^31 - 1 are not given to oneDNN, which narrows some of them to 32 bits";
    const wide span = static_cast<wide>(g.dilation) * (g.kernel - 1) + 1;
    const wide sizes[] = {g.batch, g.in, g.length, out, g.kernel, g.groups, g.stride, g.padding, output_padding, g.dilation, out_length, span,
                          static_cast<wide>(g.length) * g.stride};
    for (const auto size : sizes) {
        if (size > INT32_MAX) return false;
    }
    g.out = static_cast<int64_t>(out);
    g.output_padding = static_cast<int64_t>(output_padding);
    g.out_length = static_cast<int64_t>(out_length);
    why = nullptr;
    return true;
}

bool data_type(int32_t dtype, memory::data_type &type)
{
    switch (dtype) {
    case PARITY_FLOAT32: type = memory::data_type::f32; return true;
    case PARITY_FLOAT16: type = memory::data_type::f16; return true;
    case PARITY_BFLOAT16: type = memory::data_type::bf16; return true;
    default: return false; // oneDNN has float64, int64 and complex numbers for no primitive that is asked here
    }
}

// The process's oneDNN. Made where it is first needed, not while the library is loaded.
const dnnl::engine &engine()
{
    static const dnnl::engine one(dnnl::engine::kind::cpu, 0);
    return one;
}

struct Step {
    dnnl::primitive primitive;
    std::unordered_map<int, memory> arguments;
};

// The primitives of a call, in their order. The weight's reorder stands apart: a module does it once.
struct Work {
    std::vector<Step> before, of_weight, after;

    void run(const std::vector<Step> &steps)
    {
        for (const auto &step : steps) {
            step.primitive.execute(stream, step.arguments);
        }
        stream.wait();
    }

    dnnl::stream stream{engine()};
};

memory in_format(const memory &from, const memory::desc &wanted, std::vector<Step> &steps)
{
    if (from.get_desc() == wanted) {
        return from;
    }
    const memory to(wanted, engine());
    steps.push_back({dnnl::reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}}});
    return to;
}

// What a deconvolution is, in formats that oneDNN chooses or, of input and output, in plain ones.
struct Asked {
    Asked(const Geometry &g, memory::data_type type, memory::format_tag format)
        : source({g.batch, g.in, g.length}, type, format),
          weights({g.groups, g.out / g.groups, g.in / g.groups, g.kernel}, type, memory::format_tag::any),
          bias({g.out}, type, memory::format_tag::x),
          result({g.batch, g.out, g.out_length}, type, format),
          strides{g.stride}, dilations{g.dilation - 1}, left{g.padding}, right{g.padding - g.output_padding}
    {
    }

    dnnl::algorithm algorithm = dnnl::algorithm::deconvolution_direct;
    memory::desc source, weights, bias, result;
    memory::dims strides, dilations, left, right;
};

using Forward = dnnl::deconvolution_forward;
using BackwardData = dnnl::deconvolution_backward_data;
using BackwardWeights = dnnl::deconvolution_backward_weights;

Forward::primitive_desc deconvolution(const Asked &a, bool has_bias, dnnl::prop_kind kind)
{
    const auto asked = has_bias ? Forward::desc(kind, a.algorithm, a.source, a.weights, a.bias, a.result, a.strides, a.dilations, a.left, a.right)
                                : Forward::desc(kind, a.algorithm, a.source, a.weights, a.result, a.strides, a.dilations, a.left, a.right);
    return Forward::primitive_desc(asked, engine());
}

// [N, C, L] or [C, L] as it lies in the caller's memory.
memory::desc signal_desc(const parity_tensor &tensor, int64_t batch, int64_t channels, int64_t length, memory::data_type type)
{
    const auto last = tensor.ndim - 1;
    return memory::desc({batch, channels, length}, type, memory::dims{tensor.ndim == 3 ? tensor.strides[0] : channels * length, tensor.strides[last - 1], tensor.strides[last]});
}

// [Cin, Cout/groups, K] by its strides, in the order of oneDNN's dimensions.
memory::desc weight_desc(const Geometry &g, memory::data_type type, const int64_t *strides)
{
    return memory::desc({g.groups, g.out / g.groups, g.in / g.groups, g.kernel}, type,
                        memory::dims{g.in / g.groups * strides[0], strides[1], strides[0], strides[2]});
}

// The primitives of the forward pass.
Work forward_work(const parity_call &call, const Geometry &g, memory::data_type type, memory::format_tag format, std::string &kernels)
{
    const auto chosen = deconvolution(Asked(g, type, format), call.bias.ndim >= 0, dnnl::prop_kind::forward_inference);
    kernels = chosen.impl_info_str();
    const memory dense({{g.batch, g.out, g.out_length}, type, memory::format_tag::ncw}, engine(), call.output.data);
    const auto result = chosen.dst_desc() == dense.get_desc() ? dense : memory(chosen.dst_desc(), engine());
    Work work;
    std::unordered_map<int, memory> arguments{
        {DNNL_ARG_SRC, in_format(memory(signal_desc(call.input, g.batch, g.in, g.length, type), engine(), call.input.data), chosen.src_desc(), work.before)},
        {DNNL_ARG_WEIGHTS, in_format(memory(weight_desc(g, type, call.weight.strides), engine(), call.weight.data), chosen.weights_desc(), work.of_weight)},
        {DNNL_ARG_DST, result},
    };
    if (call.bias.ndim >= 0) {
        arguments.emplace(DNNL_ARG_BIAS, memory(chosen.bias_desc(), engine(), call.bias.data));
    }
    work.after.push_back({Forward(chosen), std::move(arguments)});
    if (result != dense) {
        work.after.push_back({dnnl::reorder(result, dense), {{DNNL_ARG_FROM, result}, {DNNL_ARG_TO, dense}}});
    }
    return work;
}

// A result of the primitive that is added next: where it is dense, at once in its place, else by a reorder that follows.
memory into(const memory::desc &chosen, const memory &dense, std::vector<Step> &reorders)
{
    if (chosen == dense.get_desc()) {
        return dense;
    }
    const memory result(chosen, engine());
    reorders.push_back({dnnl::reorder(result, dense), {{DNNL_ARG_FROM, result}, {DNNL_ARG_TO, dense}}});
    return result;
}

// The primitives of the gradients that are asked for, which stand in the output one after the other.
Work backward_work(const parity_call &call, const Geometry &g, memory::data_type type, memory::format_tag format, std::string &kernels)
{
    const Asked a(g, type, format);
    const auto hint = deconvolution(a, false, dnnl::prop_kind::forward_training);
    const memory given(signal_desc(call.grad_output, g.batch, g.out, g.out_length, type), engine(), call.grad_output.data);
    const auto columns = g.out / g.groups;
    auto *next = static_cast<float *>(call.output.data);
    Work work;
    std::vector<Step> reorders;
    if ((call.gradients & PARITY_GRAD_INPUT) != 0) {
        const BackwardData::primitive_desc chosen({a.algorithm, a.source, a.weights, a.result, a.strides, a.dilations, a.left, a.right}, engine(), hint);
        kernels += chosen.impl_info_str();
        const memory weight(weight_desc(g, type, call.weight.strides), engine(), call.weight.data);
        const memory dense({{g.batch, g.in, g.length}, type, memory::format_tag::ncw}, engine(), next);
        work.after.push_back({BackwardData(chosen),
                              {{DNNL_ARG_DIFF_DST, in_format(given, chosen.diff_dst_desc(), work.before)},
                               {DNNL_ARG_WEIGHTS, in_format(weight, chosen.weights_desc(), work.of_weight)},
                               {DNNL_ARG_DIFF_SRC, into(chosen.diff_src_desc(), dense, reorders)}}});
        next += g.batch * g.in * g.length;
    }
    const auto with_bias = (call.gradients & PARITY_GRAD_BIAS) != 0;
    if ((call.gradients & PARITY_GRAD_WEIGHT) != 0) {
        const auto asked = with_bias
            ? BackwardWeights::desc(a.algorithm, a.source, a.weights, a.bias, a.result, a.strides, a.dilations, a.left, a.right)
            : BackwardWeights::desc(a.algorithm, a.source, a.weights, a.result, a.strides, a.dilations, a.left, a.right);
        const BackwardWeights::primitive_desc chosen(asked, engine(), hint);
        kernels += chosen.impl_info_str();
        const memory input(signal_desc(call.input, g.batch, g.in, g.length, type), engine(), call.input.data);
        const int64_t strides[] = {columns * g.kernel, g.kernel, 1};
        const memory dense(weight_desc(g, type, strides), engine(), next);
        next += g.in * columns * g.kernel;
        std::unordered_map<int, memory> arguments{
            {DNNL_ARG_SRC, in_format(input, chosen.src_desc(), work.before)},
            {DNNL_ARG_DIFF_DST, in_format(given, chosen.diff_dst_desc(), work.before)},
            {DNNL_ARG_DIFF_WEIGHTS, into(chosen.diff_weights_desc(), dense, reorders)},
        };
        if (with_bias) {
            arguments.emplace(DNNL_ARG_DIFF_BIAS, memory(a.bias, engine(), next));
        }
        work.after.push_back({BackwardWeights(chosen), std::move(arguments)});
    } else if (with_bias) {
        const memory sums({{1, g.out, 1}, type, memory::format_tag::ncw}, engine(), next);
        const dnnl::reduction::primitive_desc chosen({dnnl::algorithm::reduction_sum, given.get_desc(), sums.get_desc(), 0.0F, 0.0F}, engine());
        kernels += chosen.impl_info_str();
        work.after.push_back({dnnl::reduction(chosen), {{DNNL_ARG_SRC, given}, {DNNL_ARG_DST, sums}}});
    }
    work.after.insert(work.after.end(), reorders.begin(), reorders.end());
    return work;
}

Work work_of(const parity_call &call, const Geometry &g, memory::data_type type, memory::format_tag format, std::string &kernels)
{
    return call.operation == PARITY_BACKWARD ? backward_work(call, g, type, format, kernels) : forward_work(call, g, type, format, kernels);
}

void compute(Work &work, bool with_weight)
{
    work.run(work.before);
    if (with_weight) {
        work.run(work.of_weight);
    }
    work.run(work.after);
}

// A call to be timed.
struct Prepared {
    Work work;
    bool with_weight; // the weight is reordered each time: in the functional form, and for a gradient, between two of which it changes
    int32_t threads;
};

// OpenMP keeps it per thread: so many for the time of one call, and then one again.
class Threads {
public:
    explicit Threads(int32_t count) { omp_set_num_threads(count > 1 ? count : 1); }
    ~Threads() { omp_set_num_threads(1); }
    Threads(const Threads &) = delete;
    Threads &operator=(const Threads &) = delete;
};

double seconds_of(Work &work)
{
    auto best = 1e9;
    for (auto i = 0; i < 3; i++) {
        const auto start = omp_get_wtime();
        compute(work, false);
        best = std::min(best, omp_get_wtime() - start);
    }
    return best;
}

// Input and output are row-major for the caller: sometimes a slower kernel that takes them as they are is faster than a
// blocked one with two reorders. The faster of the two is timed.
void prepare(parity_call &call, const Geometry &g, memory::data_type type, Work blocked)
{
    compute(blocked, true);
    auto work = std::move(blocked);
    if (!work.before.empty() || work.after.size() > 1) {
        try {
            std::string kernels;
            auto plain = work_of(call, g, type, memory::format_tag::ncw, kernels);
            if (kernels.find("ref") == std::string::npos) {
                compute(plain, true);
                if (seconds_of(plain) < seconds_of(work)) {
                    work = std::move(plain);
                }
            }
        } catch (const dnnl::error &) {
            // No kernel for these formats.
        }
    }
    call.prepared = new Prepared{std::move(work), call.form != PARITY_MODULE || call.operation == PARITY_BACKWARD, call.threads};
}

int32_t repeat(parity_call &call)
{
    auto &prepared = *static_cast<Prepared *>(call.prepared);
    const Threads threads(prepared.threads);
    for (int64_t i = 0; i < call.repetitions; i++) {
        compute(prepared.work, prepared.with_weight);
    }
    return PARITY_COMPLETED;
}

// The shape of what is asked for; its number of elements.
wide set_output_shape(parity_call &call, const Geometry &g)
{
    auto &output = call.output;
    output.dtype = call.input.dtype;
    const auto set = [&output](const int64_t *shape, int32_t ndim) {
        output.ndim = ndim;
        wide count = 1;
        for (auto i = 0; i < ndim; i++) {
            output.shape[i] = shape[i];
            count *= shape[i];
        }
        return count;
    };
    if (call.operation == PARITY_FORWARD) {
        const int64_t shape[] = {g.batch, g.out, g.out_length};
        return call.input.ndim == 3 ? set(shape, 3) : set(shape + 1, 2);
    }
    const wide of_input = static_cast<wide>(g.batch) * g.in * g.length;
    const wide of_weight = static_cast<wide>(g.in) * (g.out / g.groups) * g.kernel;
    switch (call.gradients) {
    case PARITY_GRAD_INPUT: return set(call.input.shape, call.input.ndim);
    case PARITY_GRAD_WEIGHT: return set(call.weight.shape, call.weight.ndim);
    case PARITY_GRAD_BIAS: return set(&g.out, 1);
    default: {
        const wide all = ((call.gradients & PARITY_GRAD_INPUT) != 0 ? of_input : 0) + ((call.gradients & PARITY_GRAD_WEIGHT) != 0 ? of_weight : 0)
                       + ((call.gradients & PARITY_GRAD_BIAS) != 0 ? g.out : 0);
        const auto flat = static_cast<int64_t>(all);
        return set(&flat, 1);
    }
    }
}

int32_t run(parity_call &call, const Geometry &g, memory::data_type type)
{
    const auto elements = set_output_shape(call, g);
    const auto has_room = call.output.data != nullptr && elements <= call.output_capacity;
    Work work;
    try {
        std::string kernels;
        if (has_room) {
            work = work_of(call, g, type, memory::format_tag::any, kernels);
        } else {
            deconvolution(Asked(g, type, memory::format_tag::any), call.bias.ndim >= 0, dnnl::prop_kind::forward_inference);
        }
    } catch (const dnnl::error &error) {
        if (error.status == dnnl_invalid_arguments || error.status == dnnl_unimplemented) {
            return unsupported(call, std::string("oneDNN: ") + error.what());
        }
        throw;
    }
    if (!has_room) {
        return call.output.data == nullptr ? PARITY_COMPLETED : PARITY_TOO_SMALL;
    }
    if (g.batch == 0) {
        return PARITY_COMPLETED;
    }
    if (call.stage == PARITY_PREPARE) {
        prepare(call, g, type, std::move(work));
    } else {
        compute(work, true);
    }
    return PARITY_COMPLETED;
}

const char *isa()
{
    switch (dnnl::get_effective_cpu_isa()) {
    case dnnl::cpu_isa::sse41: return "SSE4.1";
    case dnnl::cpu_isa::avx: return "AVX";
    case dnnl::cpu_isa::avx2: return "AVX2";
    case dnnl::cpu_isa::avx2_vnni: return "AVX2 with VNNI";
    case dnnl::cpu_isa::avx512_core: return "AVX512";
    case dnnl::cpu_isa::avx512_core_vnni: return "AVX512 with VNNI";
    case dnnl::cpu_isa::avx512_core_bf16: return "AVX512 with BF16";
    case dnnl::cpu_isa::avx512_core_amx: return "AVX512 with AMX";
    default: return "other instructions";
    }
}

int32_t answer(parity_call &call)
{
    if (call.stage == PARITY_REPEAT) {
        return repeat(call);
    }
    if (call.stage == PARITY_RELEASE) {
        delete static_cast<Prepared *>(call.prepared);
        return PARITY_COMPLETED;
    }
    const Threads threads(call.threads);
    if (call.operation == PARITY_DESCRIBE) {
        call.abilities = PARITY_TAKES_STRIDES;
        const auto *version = dnnl::version();
        return say(call, PARITY_COMPLETED,
                   std::to_string(version->major) + "." + std::to_string(version->minor) + "." + std::to_string(version->patch) + "; " + isa() + ", "
                       + std::to_string(omp_get_max_threads()) + " thread");
    }
    if (call.operation != PARITY_FORWARD && call.operation != PARITY_BACKWARD) {
        return unsupported(call, "the onednn runner does the operations forward and backward");
    }
    Geometry geometry;
    const char *why;
    if (!read(call, geometry, why)) {
        return unsupported(call, why);
    }
    memory::data_type type;
    if (!data_type(call.input.dtype, type)) {
        return unsupported(call, "oneDNN's deconvolution has no such dtype");
    }
    if (call.operation == PARITY_BACKWARD && (type != memory::data_type::f32 || geometry.batch == 0)) {
        return unsupported(call, "gradients of float32 and of a batch that is not empty only");
    }
    return run(call, geometry, type);
}

} // namespace

extern "C" int32_t parity_conv_transpose1d(parity_call *call)
{
    if (call->version != PARITY_ABI_VERSION) {
        call->version = PARITY_ABI_VERSION;
        return PARITY_WRONG_VERSION;
    }
    try {
        return answer(*call);
    } catch (const std::bad_alloc &) {
        return say(*call, PARITY_FAULTED, "out of memory");
    } catch (const std::exception &error) {
        return say(*call, PARITY_FAULTED, error.what());
    } catch (...) {
        return say(*call, PARITY_FAULTED, "an exception that is not a std::exception");
    }
}
