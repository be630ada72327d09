using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Memory: input, weight and output as PyTorch has them; nothing is copied or packed.
// Lanes are places m of one output channel. Where every tap of every residue reads inside of the input, vectors of places are computed for each residue
// in turn, into rows of a scratch in L1, and stored by Interleave; the last vector may overlap the one before, which gives the same bits again. The places
// before and after are computed one output at a time, from the taps that exist: no zero of a padding is ever multiplied.
// Order of summation: Definition's. A block is a chain from +0 by channel (outer) and tap (inner); blocks are added in order.

/// <summary>The forward pass of a problem that <see cref="DirectPlan"/> takes: tiny ones, depthwise, few channels a group.</summary>
internal unsafe ref struct DirectForward<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxVectors = 4;
    private readonly DirectPlan plan;
    private int* taps;
    private int* shifts;
    private int* starts;
    private int* blocks;
    private int first;
    private int last;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private DirectForward(in DirectPlan plan) => this.plan = plan;

    /// <summary>Computes all outputs.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in DirectPlan plan, long batch, SimdLevel level, T* x, T* w, T* bias, T* y)
    {
        int* table = stackalloc int[4 * DirectPlan.MaxStride];
        var pass = new DirectForward<T>(plan) { taps = table, shifts = table + DirectPlan.MaxStride, starts = table + (2 * DirectPlan.MaxStride), blocks = table + (3 * DirectPlan.MaxStride) };
        pass.FillTable();

        // The widest vectors that the places fill.
        int count = pass.last - pass.first + 1;
        int bits = (int)level;
        while (bits > 128 && count < bits / 8 / sizeof(T))
        {
            bits /= 2;
        }

        bool vectors = count >= bits / 8 / sizeof(T);
        nint pitch = (nint)plan.OutputChannels * plan.KernelSize;
        for (long n = 0; n < batch; n++)
        {
            T* weight = w;
            T* value = bias;
            for (int group = 0; group < plan.Groups; group++)
            {
                for (int channel = 0; channel < plan.OutputChannels; channel++)
                {
                    T b = bias is null ? T.Zero : T.Zero + *value++;
                    T* rows = weight + ((nint)channel * plan.KernelSize);
                    if (!vectors)
                    {
                        pass.Scalar(x, rows, pitch, b, 0, plan.OutputLength, y);
                    }
                    else
                    {
                        pass.Scalar(x, rows, pitch, b, 0, (pass.first * plan.Stride) - plan.Padding, y);
                        pass.Scalar(x, rows, pitch, b, ((pass.last + 1) * plan.Stride) - plan.Padding, plan.OutputLength, y);
                        switch (bits)
                        {
                            case 512: pass.Vectors<Lanes512<T>>(x, rows, pitch, b, y); break;
                            case 256: pass.Vectors<Lanes256<T>>(x, rows, pitch, b, y); break;
                            default: pass.Vectors<Lanes128<T>>(x, rows, pitch, b, y); break;
                        }
                    }

                    y += plan.OutputLength;
                }

                x += (nint)plan.Channels * plan.Length;
                weight += plan.Channels * pitch;
            }
        }
    }

    // For each residue its phase, and the places at which no tap of any residue reads outside.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillTable()
    {
        int stride = plan.Stride;
        for (int q = 0; q < stride; q++)
        {
            taps[q] = shifts[q] = starts[q] = 0;
            blocks[q] = plan.Channels;
        }

        first = plan.Padding == 0 ? 0 : (plan.Padding + stride - 1) / stride;
        last = stride == 1 ? plan.OutputLength - 1 + plan.Padding : ((plan.OutputLength + plan.Padding) / stride) - 1;
        for (int k0 = 0; k0 < plan.Phases; k0++)
        {
            int way = k0 * plan.Dilation;
            (int shift, int q) = stride == 1 ? (way, 0) : Math.DivRem(way, stride);
            int count = plan.TapStep == 1 ? plan.KernelSize : ((plan.KernelSize - 1 - k0) / plan.TapStep) + 1;
            (taps[q], shifts[q], starts[q], blocks[q]) = (count, shift, k0, SummationBlock.Channels(count, plan.Channels));
            first = Math.Max(first, shift + ((count - 1) * plan.InputStep));
            last = Math.Min(last, plan.Length - 1 + shift);
        }
    }

    // Outputs from..end - 1.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Scalar(T* x, T* w, nint pitch, T bias, int from, int end, T* y)
    {
        if (from >= end)
        {
            return;
        }

        int stride = plan.Stride;
        int step = plan.InputStep;
        (int m, int q) = stride == 1 ? (from + plan.Padding, 0) : Math.DivRem(from + plan.Padding, stride);
        for (int o = from; o < end; o++)
        {
            int position = m - shifts[q];
            int beyond = position - (plan.Length - 1);
            int i0 = beyond <= 0 ? 0 : step == 1 ? beyond : (beyond + step - 1) / step;
            int i1 = position < 0 ? -1 : Math.Min(taps[q] - 1, step == 1 ? position : position / step);
            T total = T.Zero;
            if (i0 <= i1)
            {
                T* inputs = x + position;
                T* weights = w + starts[q];
                for (int block = 0; block < plan.Channels; block += blocks[q])
                {
                    T sum = T.Zero;
                    int blockEnd = Math.Min(plan.Channels, block + blocks[q]);
                    for (int c = block; c < blockEnd; c++)
                    {
                        for (nint i = i0; i <= i1; i++)
                        {
                            sum = T.FusedMultiplyAdd(inputs[-i * step], weights[i * plan.TapStep], sum);
                        }

                        inputs += plan.Length;
                        weights += pitch;
                    }

                    total += sum;
                }
            }

            y[o] = total + bias;
            if (++q == stride)
            {
                q = 0;
                m++;
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private readonly void Vectors<TLanes>(T* x, T* w, nint pitch, T bias, T* y)
        where TLanes : struct, ILanes<TLanes, T>
    {
        int stride = plan.Stride;
        if (stride == 2 && plan.Channels == 1 && taps[0] == 2 && taps[1] == 2)
        {
            Pairs<TLanes>(x, w, bias, y);
            return;
        }

        nint* rows = stackalloc nint[DirectPlan.MaxStride];
        int width = MaxVectors * TLanes.Count;
        T* scratch = stackalloc T[(DirectPlan.MaxStride * (MaxVectors + 1) * TLanes.Count) + TLanes.Count];
        scratch = (T*)(((nint)scratch + 63) & -64);
        T* spare = scratch + (stride * width);
        for (int q = 0; q < stride; q++)
        {
            rows[q] = (nint)q * width;
        }

        for (int m = first; m <= last; m += width)
        {
            int left = last - m + 1;
            int places = Math.Min(left, width);
            if (places < TLanes.Count)
            {
                m -= TLanes.Count - places;
                places = TLanes.Count;
            }

            int vectors = (places + TLanes.Count - 1) / TLanes.Count;
            if (vectors * TLanes.Count > last - m + 1)
            {
                vectors--; // the rest overlaps what has been computed, in the next turn
                places = vectors * TLanes.Count;
            }

            for (int q = 0; q < stride; q++)
            {
                T* inputs = x + (m - shifts[q]);
                T* weights = w + starts[q];
                T* target = scratch + rows[q];
                if (vectors == MaxVectors)
                {
                    Sum4<TLanes>(inputs, weights, pitch, taps[q], blocks[q], target);
                }
                else
                {
                    for (int v = 0; v < vectors; v++)
                    {
                        Sum1<TLanes>(inputs + (v * TLanes.Count), weights, pitch, taps[q], blocks[q], target + (v * TLanes.Count));
                    }
                }
            }

            Interleave<T, TLanes>.Store(scratch, rows, stride, places * stride, bias, spare, y + ((nint)m * stride) - plan.Padding);
            m -= width - places;
        }
    }

    // One channel, stride 2, two taps for each residue, as in upsampling by 2: both residues are put together in registers.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private readonly void Pairs<TLanes>(T* x, T* w, T bias, T* y)
        where TLanes : struct, ILanes<TLanes, T>
    {
        nint step = plan.InputStep;
        var even0 = TLanes.Broadcast(w[starts[0]]);
        var even1 = TLanes.Broadcast(w[starts[0] + plan.TapStep]);
        var odd0 = TLanes.Broadcast(w[starts[1]]);
        var odd1 = TLanes.Broadcast(w[starts[1] + plan.TapStep]);
        var b = TLanes.Broadcast(bias);
        T* evenInputs = x - shifts[0];
        T* oddInputs = x - shifts[1];
        y -= plan.Padding;
        nint end = last + 1 - TLanes.Count;
        for (nint m = first; ; m = Math.Min(m + TLanes.Count, end))
        {
            var even = TLanes.MultiplyAdd(TLanes.Load(evenInputs + m), even0, TLanes.Zero);
            var odd = TLanes.MultiplyAdd(TLanes.Load(oddInputs + m), odd0, TLanes.Zero);
            even = TLanes.Add(TLanes.MultiplyAdd(TLanes.Load(evenInputs + m - step), even1, even), b);
            odd = TLanes.Add(TLanes.MultiplyAdd(TLanes.Load(oddInputs + m - step), odd1, odd), b);
            TLanes.Store(TLanes.ZipLow(even, odd), y + (2 * m));
            TLanes.Store(TLanes.ZipHigh(even, odd), y + (2 * m) + TLanes.Count);
            if (m >= end)
            {
                break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Sum4<TLanes>(T* x, T* w, nint pitch, int count, int blockChannels, T* target)
        where TLanes : struct, ILanes<TLanes, T>
    {
        TLanes t0 = TLanes.Zero, t1 = TLanes.Zero, t2 = TLanes.Zero, t3 = TLanes.Zero;
        nint step = plan.InputStep;
        nint tapStep = plan.TapStep;
        for (int block = 0; block < plan.Channels; block += blockChannels)
        {
            TLanes s0 = TLanes.Zero, s1 = TLanes.Zero, s2 = TLanes.Zero, s3 = TLanes.Zero;
            for (int c = Math.Min(blockChannels, plan.Channels - block); c > 0; c--)
            {
                T* from = x;
                T* by = w;
                for (int i = 0; i < count; i++)
                {
                    var weight = TLanes.Broadcast(*by);
                    s0 = TLanes.MultiplyAdd(TLanes.Load(from), weight, s0);
                    s1 = TLanes.MultiplyAdd(TLanes.Load(from + TLanes.Count), weight, s1);
                    s2 = TLanes.MultiplyAdd(TLanes.Load(from + (2 * TLanes.Count)), weight, s2);
                    s3 = TLanes.MultiplyAdd(TLanes.Load(from + (3 * TLanes.Count)), weight, s3);
                    from -= step;
                    by += tapStep;
                }

                x += plan.Length;
                w += pitch;
            }

            t0 = TLanes.Add(t0, s0);
            t1 = TLanes.Add(t1, s1);
            t2 = TLanes.Add(t2, s2);
            t3 = TLanes.Add(t3, s3);
        }

        TLanes.Store(t0, target);
        TLanes.Store(t1, target + TLanes.Count);
        TLanes.Store(t2, target + (2 * TLanes.Count));
        TLanes.Store(t3, target + (3 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Sum1<TLanes>(T* x, T* w, nint pitch, int count, int blockChannels, T* target)
        where TLanes : struct, ILanes<TLanes, T>
    {
        var total = TLanes.Zero;
        nint step = plan.InputStep;
        nint tapStep = plan.TapStep;
        for (int block = 0; block < plan.Channels; block += blockChannels)
        {
            var sum = TLanes.Zero;
            for (int c = Math.Min(blockChannels, plan.Channels - block); c > 0; c--)
            {
                T* from = x;
                T* by = w;
                for (int i = 0; i < count; i++)
                {
                    sum = TLanes.MultiplyAdd(TLanes.Load(from), TLanes.Broadcast(*by), sum);
                    from -= step;
                    by += tapStep;
                }

                x += plan.Length;
                w += pitch;
            }

            total = TLanes.Add(total, sum);
        }

        TLanes.Store(total, target);
    }
}
