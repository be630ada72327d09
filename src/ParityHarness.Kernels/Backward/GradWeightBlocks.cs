using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

// Lanes are whole blocks of positions of one batch item: each is a chain of its own, and all are computed side by side. What is left behind them is
//     computed one by one.
// Input of one channel, transposed: [position of a block][blocks]. grad_output of one channel is taken apart by stride into planes, and each plane
//     transposed alike, with the positions behind a block that its taps reach: [position of a block + reach][blocks]. Zero outside of the tensors.
// Parts: whole groups, computed alone.
// Order of summation: BackwardDefinition's; the blocks' sums are added one after the other, run by run.
// A zero for a tap outside times an input that is not finite: as in GradWeightTiles.

/// <summary>grad_weight of few input channels a group, which would leave tiles of 8 rows mostly empty.</summary>
internal unsafe ref struct GradWeightBlocks<T, TLanes>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int MostChannels = 2;
    private const int LeastBlocks = 4;
    private const int TapsAtOnce = 4;
    private const long LargestPlanes = 1 << 24;

    private readonly GradPlan plan;
    private readonly GradPlanes planes;
    private readonly int block;
    private readonly int run;
    private readonly int lanes;
    private readonly nint planeElements;
    private T* inputs;
    private T* outputs;
    private T* row;
    private nint* offsets;
    private T* sums;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private GradWeightBlocks(in GradPlan plan)
    {
        this.plan = plan;
        (block, run) = Block(plan);
        int blocks = ((plan.Length - 1) / block) + 1;
        lanes = (blocks + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        planes = new GradPlanes(plan, lanes * block);
        planeElements = (nint)(block + planes.Reach) * lanes;
    }

    /// <summary>Whether this is faster than tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Wins(in GradPlan plan)
    {
        if (plan.Channels > MostChannels || plan.Length <= (LeastBlocks - 1) * Block(plan).Positions)
        {
            return false;
        }

        var needed = new GradPlanes(plan, plan.Length);
        return needed.Count * (plan.Length + (long)needed.Reach) <= LargestPlanes && needed.Reach <= plan.Length;
    }

    /// <summary>Computes a group.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in GradPlan plan, int group, T* gradOutput, T* input, T* gradWeight)
    {
        var pass = new GradWeightBlocks<T, TLanes>(plan);
        nint rowElements = Math.Max(pass.planes.Count * pass.planes.Pitch, (nint)pass.lanes * pass.block);
        nint inputElements = (nint)plan.Channels * pass.lanes * pass.block;
        nint outputElements = pass.planes.Count * pass.planeElements;
        nint sumElements = TapsAtOnce * pass.lanes;
        nint offsetBytes = (nint)plan.KernelSize * sizeof(nint);
        var buffer = PooledBytes.Rent(((rowElements + inputElements + outputElements + sumElements) * sizeof(T)) + offsetBytes, pieces: 6);
        fixed (byte* start = buffer.Array)
        {
            byte* next = start;
            pass.offsets = (nint*)PooledBytes.Take(ref next, offsetBytes);
            pass.sums = (T*)PooledBytes.Take(ref next, sumElements * sizeof(T));
            pass.row = (T*)PooledBytes.Take(ref next, rowElements * sizeof(T));
            pass.inputs = (T*)PooledBytes.Take(ref next, inputElements * sizeof(T));
            pass.outputs = (T*)PooledBytes.Take(ref next, outputElements * sizeof(T));
            pass.planes.FillOffsets(plan, 1, pass.offsets);
            for (int k = 0; k < plan.KernelSize; k++)
            {
                // From a place in a row of planes to that in the transposed planes.
                (nint plane, nint far) = Math.DivRem(pass.offsets[k], pass.planes.Pitch);
                pass.offsets[k] = (plane * pass.planeElements) + (far * pass.lanes);
            }

            for (long n = 0; n < plan.Batch; n++)
            {
                pass.RunItem((n * plan.Groups) + group, n == 0, gradOutput, input, gradWeight + ((nint)group * plan.Channels * plan.OutputChannels * plan.KernelSize));
            }
        }

        buffer.Return();
    }

    private static (int Positions, int Run) Block(in GradPlan plan) => SummationBlock.Positions(plan.Length, (long)plan.Channels * plan.OutputChannels * plan.KernelSize);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunItem(long itemGroup, bool isFirst, T* gradOutput, T* input, T* gradWeight)
    {
        int whole = lanes * block;
        for (int c = 0; c < plan.Channels; c++)
        {
            new Span<T>(input + (((itemGroup * plan.Channels) + c) * plan.Length), plan.Length).CopyTo(new Span<T>(row, plan.Length));
            new Span<T>(row + plan.Length, whole - plan.Length).Clear();
            Transpose<T, TLanes>.Run(row, block, lanes, block, inputs + ((nint)c * whole), lanes);
        }

        for (int co = 0; co < plan.OutputChannels; co++)
        {
            Planes<T, TLanes>.Fill(
                gradOutput + (((itemGroup * plan.OutputChannels) + co) * plan.OutputLength), plan.OutputLength, -plan.Padding, plan.Stride, planes.Step,
                planes.Count, whole + planes.Reach, row, planes.Pitch);
            for (int plane = 0; plane < planes.Count; plane++)
            {
                Transpose<T, TLanes>.Run(row + (plane * planes.Pitch), block, lanes, block + planes.Reach, outputs + (plane * planeElements), lanes);
            }

            for (int c = 0; c < plan.Channels; c++)
            {
                T* target = gradWeight + ((((nint)c * plan.OutputChannels) + co) * plan.KernelSize);
                for (int k = 0; k < plan.KernelSize; k += TapsAtOnce)
                {
                    Taps(
                        inputs + ((nint)c * whole), k, Math.Min(TapsAtOnce, plan.KernelSize - k), isFirst, target + k, input + (((itemGroup * plan.Channels) + c) * plan.Length),
                        gradOutput + (((itemGroup * plan.OutputChannels) + co) * plan.OutputLength));
                }
            }
        }
    }

    // Taps from first on; of fewer than 4 the last is computed again in place of what is missing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Taps(T* x, int first, int count, bool isFirst, T* target, T* input, T* gradOutput)
    {
        T* y0 = outputs + offsets[first];
        T* y1 = outputs + offsets[first + Math.Min(1, count - 1)];
        T* y2 = outputs + offsets[first + Math.Min(2, count - 1)];
        T* y3 = outputs + offsets[first + Math.Min(3, count - 1)];
        for (int v = 0; v < lanes; v += TLanes.Count)
        {
            Chains(x + v, y0 + v, y1 + v, y2 + v, y3 + v, lanes, block, sums + v, lanes);
        }

        (int blocks, int rest) = Math.DivRem(plan.Length, block);
        if (rest > 0)
        {
            for (int k = 0; k < count; k++)
            {
                sums[(k * lanes) + blocks] = Rest(input, gradOutput, first + k, blocks * block);
            }

            blocks++;
        }

        T t0 = isFirst ? T.Zero : target[0];
        T t1 = isFirst || count < 2 ? T.Zero : target[1];
        T t2 = isFirst || count < 3 ? T.Zero : target[2];
        T t3 = isFirst || count < 4 ? T.Zero : target[3];
        for (int start = 0; start < blocks; start += run)
        {
            T r0 = T.Zero, r1 = T.Zero, r2 = T.Zero, r3 = T.Zero;
            for (int b = start; b < Math.Min(blocks, start + run); b++)
            {
                r0 += sums[b];
                r1 += sums[lanes + b];
                r2 += sums[(2 * lanes) + b];
                r3 += sums[(3 * lanes) + b];
            }

            t0 += r0;
            t1 += r1;
            t2 += r2;
            t3 += r3;
        }

        target[0] = t0;
        if (count > 1)
        {
            target[1] = t1;
        }

        if (count > 2)
        {
            target[2] = t2;
        }

        if (count > 3)
        {
            target[3] = t3;
        }
    }

    // The positions behind the last whole block.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly T Rest(T* x, T* gradOutput, int k, int from)
    {
        T sum = T.Zero;
        long o = ((long)from * plan.Stride) + ((long)k * plan.Dilation) - plan.Padding;
        for (int i = from; i < plan.Length && o < plan.OutputLength; i++)
        {
            if (o >= 0)
            {
                sum = T.FusedMultiplyAdd(x[i], gradOutput[o], sum);
            }

            o += plan.Stride;
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Chains(T* x, T* y0, T* y1, T* y2, T* y3, nint pitch, int count, T* target, nint targetPitch)
    {
        TLanes s0 = TLanes.Zero, s1 = TLanes.Zero, s2 = TLanes.Zero, s3 = TLanes.Zero;
        for (nint at = 0; count > 0; count--)
        {
            var position = TLanes.Load(x + at);
            TLanes.Accumulate(ref s0, TLanes.Load(y0 + at), position);
            TLanes.Accumulate(ref s1, TLanes.Load(y1 + at), position);
            TLanes.Accumulate(ref s2, TLanes.Load(y2 + at), position);
            TLanes.Accumulate(ref s3, TLanes.Load(y3 + at), position);
            at += pitch;
        }

        TLanes.Store(s0, target);
        TLanes.Store(s1, target + targetPitch);
        TLanes.Store(s2, target + (2 * targetPitch));
        TLanes.Store(s3, target + (3 * targetPitch));
    }
}
