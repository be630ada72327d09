//! ConvTranspose1d in plain Rust behind the C interface of src/native/parity_runner.h (see rust.md beside this file).
//! No crates: rustc --crate-type cdylib compiles it.
use std::os::raw::c_char;

#[repr(C)]
pub struct Tensor {
    dtype: i32,
    ndim: i32, // -1: there is no such tensor
    shape: [i64; 8],
    strides: [i64; 8],
    data: *mut u8,
}

#[repr(C)]
pub struct List {
    count: i64,
    values: [i64; 4],
}

#[repr(C)]
pub struct Call {
    version: i32,
    operation: i32,
    form: i32,
    padding_mode: i32,
    input: Tensor,
    weight: Tensor,
    bias: Tensor,
    stride: List,
    padding: List,
    output_padding: List,
    dilation: List,
    output_size: List,
    groups: i64,
    in_channels: i64,
    out_channels: i64,
    output: Tensor,
    output_capacity: i64,
    reason: i32,
    text_capacity: i32,
    text: *mut c_char,
    abilities: i32,
    stage: i32,
    threads: i32,
    repetitions: i64,
    prepared: *mut u8,
}

const VERSION: i32 = 3;
const COMPLETED: i32 = 0;
const REJECTED: i32 = 1;
const UNSUPPORTED: i32 = 2;
const FAULTED: i32 = 3;
const TOO_SMALL: i32 = 4;
const WRONG_VERSION: i32 = 5;
const FLOAT32: i32 = 1;
const FLOAT64: i32 = 2;
const FIRST_DTYPE_WITHOUT_CONVOLUTION: i32 = 8; // int32 and what follows it

/// What the parameters make of a call that PyTorch accepts.
struct Sizes {
    batch: usize,
    cin: usize,
    length: usize,
    cout: usize,
    kernel: usize,
    out_length: usize,
    stride: i64,
    padding: i64,
    dilation: i64,
    groups: usize,
}

/// Your code. Output t of channel o is the bias and every x[l] * w[k] with l*stride + k*dilation - padding == t.
fn conv_transpose1d<T>(x: &[T], w: &[T], b: Option<&[T]>, y: &mut [T], s: &Sizes)
where
    T: Copy + Default + std::ops::Mul<Output = T> + std::ops::AddAssign,
{
    let (group_in, group_out) = (s.cin / s.groups, s.cout / s.groups);
    for (row, out) in y.chunks_mut(s.out_length).enumerate() {
        let (n, o) = (row / s.cout, row % s.cout);
        out.fill(b.map_or(T::default(), |b| b[o]));
        for i in o / group_out * group_in..(o / group_out + 1) * group_in {
            for l in 0..s.length {
                for k in 0..s.kernel {
                    let t = l as i128 * s.stride as i128 + k as i128 * s.dilation as i128 - s.padding as i128;
                    if t >= 0 && t < s.out_length as i128 {
                        out[t as usize] += x[(n * s.cin + i) * s.length + l] * w[(i * group_out + o % group_out) * s.kernel + k];
                    }
                }
            }
        }
    }
}

/// PyTorch's rules: what it rejects is to be rejected. Parameters are any i64, so sizes take 128 bits.
fn check(call: &mut Call) -> Result<Sizes, (i32, &'static str)> {
    const MODULE: i32 = 1;
    let rejected = |text| Err((REJECTED, text));
    let (x, w, b) = (&call.input, &call.weight, &call.bias);
    if call.groups <= 0 {
        return rejected("groups must be positive");
    }
    if call.form == MODULE && (call.in_channels % call.groups != 0 || call.out_channels % call.groups != 0 || call.padding_mode != 0) {
        return rejected("illegal arguments of the module");
    }
    if !(x.ndim == 2 || x.ndim == 3) || w.ndim != 3 {
        return rejected("expected 2D (unbatched) or 3D (batched) input and a weight of three dimensions");
    }
    if [&call.stride, &call.padding, &call.output_padding, &call.dilation].iter().any(|list| list.count != 1) {
        return rejected("stride, padding, output_padding and dilation must be one value each");
    }
    let (stride, padding, dilation, groups) = (call.stride.values[0], call.padding.values[0], call.dilation.values[0], call.groups);
    let dims = x.ndim as usize;
    let (batch, cin, length) = (if dims == 3 { x.shape[0] } else { 1 }, x.shape[dims - 2], x.shape[dims - 1]);
    let (cout, kernel) = (w.shape[1] as i128 * groups as i128, w.shape[2]);
    let least = (length as i128 - 1) * stride as i128 - 2 * padding as i128 + dilation as i128 * (kernel as i128 - 1) + 1;
    let mut output_padding = call.output_padding.values[0] as i128;
    if call.form == MODULE && call.output_size.count > 0 {
        // The module makes an output_padding of the length that is asked for.
        let count = call.output_size.count;
        if count != 1 && count != dims as i64 {
            return rejected("output_size must be one length or a whole shape");
        }
        output_padding = call.output_size.values[count as usize - 1] as i128 - least;
        if output_padding >= stride as i128 {
            return rejected("output_size cannot be had with these parameters");
        }
    }
    let out_length = least + output_padding;
    if padding < 0 || output_padding < 0 || stride <= 0 || dilation <= 0 || (output_padding >= stride as i128 && output_padding >= dilation as i128) {
        return rejected("illegal stride, padding, output_padding or dilation");
    }
    if w.shape[0] != cin || cin < groups || cin % groups != 0 || kernel <= 0 || cout == 0 || (length == 0 && batch != 0) || out_length <= 0 {
        return rejected("illegal shapes");
    }
    if b.ndim >= 0 && (b.ndim != 1 || b.shape[0] as i128 != cout) {
        return rejected("bias must have one element for each output channel");
    }
    let total = cout.checked_mul(out_length).and_then(|row| row.checked_mul(batch.max(1) as i128));
    if total.is_none_or(|total| total > i64::MAX as i128) {
        return rejected("the output's size does not fit into 64 bits");
    }
    if w.dtype != x.dtype || (b.ndim >= 0 && b.dtype != x.dtype) || x.dtype >= FIRST_DTYPE_WITHOUT_CONVOLUTION {
        return rejected("PyTorch has no conv_transpose1d for these dtypes");
    }
    if x.dtype != FLOAT32 && x.dtype != FLOAT64 {
        return Err((UNSUPPORTED, "only float32 and float64"));
    }
    call.output.dtype = x.dtype;
    call.output.ndim = x.ndim;
    call.output.shape[0] = batch;
    call.output.shape[dims - 2] = cout as i64;
    call.output.shape[dims - 1] = out_length as i64;
    Ok(Sizes {
        batch: batch as usize,
        cin: cin as usize,
        length: length as usize,
        cout: cout as usize,
        kernel: kernel as usize,
        out_length: out_length as usize,
        stride,
        padding,
        dilation,
        groups: groups as usize,
    })
}

/// The elements of a tensor; one without elements may have no address.
unsafe fn elements<'a, T>(tensor: &Tensor, count: usize) -> &'a [T] {
    if count == 0 { &[] } else { std::slice::from_raw_parts(tensor.data as *const T, count) }
}

unsafe fn forward<T>(call: &mut Call, s: &Sizes)
where
    T: Copy + Default + std::ops::Mul<Output = T> + std::ops::AddAssign,
{
    let total = s.batch * s.cout * s.out_length;
    if total == 0 {
        return;
    }
    let bias = if call.bias.ndim < 0 { None } else { Some(elements::<T>(&call.bias, s.cout)) };
    let x = elements::<T>(&call.input, s.batch * s.cin * s.length);
    let w = elements::<T>(&call.weight, s.cin * (s.cout / s.groups) * s.kernel);
    conv_transpose1d(x, w, bias, std::slice::from_raw_parts_mut(call.output.data as *mut T, total), s);
}

fn run(call: &mut Call) -> Result<i32, (i32, &'static str)> {
    const DESCRIBE: i32 = 0;
    const FORWARD: i32 = 1;
    if call.version != VERSION {
        call.version = VERSION;
        return Ok(WRONG_VERSION);
    }
    if call.operation == DESCRIBE {
        return Err((COMPLETED, "1.0.0; plain Rust"));
    }
    if call.operation != FORWARD {
        return Err((UNSUPPORTED, "only the forward pass"));
    }
    let sizes = check(call)?;
    if call.output.data.is_null() {
        return Ok(COMPLETED); // only the shape was asked for
    }
    if (sizes.batch * sizes.cout * sizes.out_length) as i64 > call.output_capacity {
        return Ok(TOO_SMALL);
    }
    // The pointers are the harness', of as many elements as the shapes say.
    unsafe {
        if call.output.dtype == FLOAT32 { forward::<f32>(call, &sizes) } else { forward::<f64>(call, &sizes) }
    }
    Ok(COMPLETED)
}

#[no_mangle]
pub extern "C" fn parity_conv_transpose1d(call: &mut Call) -> i32 {
    // No panic may leave the function.
    let answer = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(call)));
    let (status, text) = match answer {
        Ok(Ok(status)) => return status,
        Ok(Err(said)) => said,
        Err(_) => (FAULTED, "panicked"),
    };
    let capacity = (call.text_capacity.max(1) - 1) as usize;
    let said = &text.as_bytes()[..text.len().min(capacity)];
    call.reason = 0;
    unsafe {
        std::ptr::copy_nonoverlapping(said.as_ptr(), call.text as *mut u8, said.len());
        *call.text.add(said.len()) = 0;
    }
    status
}
