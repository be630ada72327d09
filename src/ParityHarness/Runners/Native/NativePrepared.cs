using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityHarness.Runners.Native;

/// <summary>A call of a native library that is timed: by its stage PARITY_REPEAT, or by whole calls where it has none.</summary>
internal sealed unsafe class NativePrepared : IPreparedCall
{
    private const int TextBytes = 1024;
    private readonly delegate* unmanaged[Cdecl]<NativeCall*, int> _function;
    private readonly NativeCall* _call;
    private readonly byte* _text;
    private bool _disposed;

    /// <summary>Takes a call over that has been prepared, or, where <see cref="NativeCall.Prepared"/> is null, is to be repeated as it is.</summary>
    public NativePrepared(delegate* unmanaged[Cdecl]<NativeCall*, int> function, in NativeCall call)
    {
        _function = function;
        _call = (NativeCall*)NativeMemory.AllocZeroed((nuint)sizeof(NativeCall));
        _text = (byte*)NativeMemory.AllocZeroed(TextBytes);
        *_call = call;
        _call->Text = _text;
        _call->TextCapacity = TextBytes;
        _call->Stage = call.Prepared is null ? 0 : NativeCall.Repeat;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Run(long repetitions)
    {
        var before = FloatingPointEnvironment.Read();
        var status = 0;
        var start = Stopwatch.GetTimestamp();
        if (_call->Stage == NativeCall.Repeat)
        {
            _call->Repetitions = repetitions;
            status = _function(_call);
        }
        else
        {
            for (var i = 0L; i < repetitions && status == 0; i++)
            {
                status = _function(_call);
            }
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (FloatingPointEnvironment.Restore(before))
        {
            throw new InvalidOperationException("changed the floating-point environment");
        }

        return status == (int)NativeStatus.Completed
            ? seconds
            : throw new InvalidOperationException($"returned status {status} while it was timed: {Marshal.PtrToStringUTF8((nint)_text)}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_call->Prepared is not null)
        {
            _call->Stage = NativeCall.Release;
            _ = _function(_call);
        }

        NativeMemory.Free(_call);
        NativeMemory.Free(_text);
    }
}
