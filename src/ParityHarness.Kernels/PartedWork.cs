using System.Runtime.CompilerServices;

namespace ParityHarness.Kernels;

/// <summary>Work in parts that are independent of each other, so that any thread may take any part.</summary>
internal abstract class PartedWork : IThreadPoolWorkItem
{
    /// <summary>Multiplications below which another thread starts too late to help.</summary>
    public const double LeastProductsPerThread = 5e5;

    /// <summary>So that a thread that comes late, or is slow, takes fewer.</summary>
    protected const int PartsPerThread = 4;

    private const int Kept = 8;

    private readonly ManualResetEventSlim finished = new();
    private int parts;
    private int next;
    private int left;
    private int helpers;
    private Exception? failure;

    /// <summary>Whether no thread of an earlier run still holds this; only then may it be used again.</summary>
    public bool IsIdle => Volatile.Read(ref helpers) == 0;

    /// <summary>Runs all parts on the calling thread and up to threads - 1 of the thread pool. Returns when all are done; helpers that come late do nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int count, int threads)
    {
        parts = count;
        left = count;
        failure = null;
        finished.Reset();
        Volatile.Write(ref next, 0);
        int helping = Math.Min(threads, count) - 1;
        Volatile.Write(ref helpers, helping);
        for (int i = 0; i < helping; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        TakeParts();
        finished.Wait();
        if (failure is { } thrown)
        {
            throw new InvalidOperationException($"A part of the work failed: {thrown.Message}", thrown);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void IThreadPoolWorkItem.Execute()
    {
        TakeParts();
        Interlocked.Decrement(ref helpers);
    }

    /// <summary>One of a thread's kept objects. A helper that comes late still holds what it was queued for; then another is taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected static TWork TakeIdle<TWork>(ref TWork?[]? kept)
        where TWork : PartedWork, new()
    {
        kept ??= new TWork?[Kept];
        foreach (ref var work in kept.AsSpan())
        {
            if (work is null or { IsIdle: true })
            {
                return work ??= new TWork();
            }
        }

        return new TWork();
    }

    /// <summary>Computes part number <paramref name="part"/>.</summary>
    protected abstract void RunPart(int part);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeParts()
    {
        for (int part = Interlocked.Increment(ref next) - 1; part < parts; part = Interlocked.Increment(ref next) - 1)
        {
            try
            {
                RunPart(part);
            }
            catch (Exception e) when (e is not null)
            {
                failure = e;
            }

            if (Interlocked.Decrement(ref left) == 0)
            {
                finished.Set();
            }
        }
    }
}
