using System.Diagnostics;

using Microsoft.ML.OnnxRuntime;

using ParityHarness.Runners;

namespace ParityHarness.OnnxRuntime;

/// <summary>A session with its operands and a place for its output, to be timed.</summary>
internal sealed class OnnxPrepared(OnnxSession session, string[] names, OrtValue[] values, OrtValue output) : IPreparedCall
{
    /// <inheritdoc/>
    public double Run(long repetitions)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            for (var i = 0L; i < repetitions; i++)
            {
                session.Run(names, values, [output]);
            }
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidOperationException(e.Message, e);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        output.Dispose();
        Array.ForEach(values, value => value.Dispose());
        session.Dispose();
    }
}
