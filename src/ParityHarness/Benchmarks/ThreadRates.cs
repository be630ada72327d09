namespace ParityHarness.Benchmarks;

/// <summary>What several threads do at once.</summary>
internal static class ThreadRates
{
    /// <summary>The sum of the rates of so many threads, which begin together; on the caller's own where it is one.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="rate">What a thread does, given its number from 0; its rate.</param>
    public static double Sum(int threads, Func<int, double> rate)
    {
        if (threads == 1)
        {
            return rate(0);
        }

        using var together = new Barrier(threads);
        var rates = new double[threads];
        var started = new Thread[threads];
        for (var t = 0; t < threads; t++)
        {
            var number = t;
            started[t] = new Thread(() =>
            {
                together.SignalAndWait();
                rates[number] = rate(number);
            });
            started[t].Start();
        }

        foreach (var thread in started)
        {
            thread.Join();
        }

        return rates.Sum();
    }
}
