using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text;

using ParityHarness.Campaigns;
using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Problems;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Runners.Managed;
using ParityHarness.Runners.Native;
using ParityHarness.Tensors;

namespace ParityHarness;

/// <summary>
/// Checks an implementation of ConvTranspose1d against PyTorch's from a test of your own, in any test framework: returns
/// when parity holds and throws <see cref="ParityException"/> when it does not.
/// <para>
/// Everything runs on the calling thread, in the test's own process: native code that crashes or hangs takes it along,
/// and for such code the command line is better, which has worker processes. For the same reason a problem in which the
/// reference is known to be wrong, and might crash, is passed over. As on the command line each side is held against an
/// oracle, so that the message says which of them is wrong.
/// </para>
/// </summary>
public static class Parity
{
    private const int ShownFailures = 3;
    private const int KeptRows = 100;
    private const int KeptProblems = 100_000;
    private const int MostOutside = 100_000;

    /// <summary>Checks a function.</summary>
    /// <typeparam name="T">float or double. Problems of other dtypes are not put to the function, nor any that it cannot be told: see <see cref="FunctionRunner.Takes"/>.</typeparam>
    /// <param name="function">The implementation.</param>
    /// <param name="options">What to run; null for 10,000 small problems.</param>
    /// <param name="cancellationToken">Ends the check before the next problem.</param>
    /// <returns>Counts, and who ran.</returns>
    /// <exception cref="ParityException">Parity does not hold, or nothing was compared.</exception>
    /// <exception cref="HarnessException">There is no reference, or an option is wrong; the message says what to do.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ParityResult Check<T>(ConvTranspose1dFunction<T> function, ParityOptions? options = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        using var runner = function switch
        {
            ConvTranspose1dFunction<float> single => new FunctionRunner("function", "", single),
            ConvTranspose1dFunction<double> twofold => new FunctionRunner("function", "", null, twofold),
            _ => throw new HarnessException($"Parity.Check<{typeof(T).Name}>: a function is checked in float or double", isUsage: true),
        };
        return Check(runner, options, cancellationToken);
    }

    /// <summary>Checks a runner; it stays the caller's to dispose of.</summary>
    /// <param name="candidate">The implementation.</param>
    /// <param name="options">What to run; null for 10,000 small problems.</param>
    /// <param name="cancellationToken">Ends the check before the next problem.</param>
    /// <inheritdoc cref="Check{T}(ConvTranspose1dFunction{T}, ParityOptions?, CancellationToken)"/>
    public static ParityResult Check(IRunner candidate, ParityOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        return Check(candidate, candidate.Name, options ?? new ParityOptions(), cancellationToken);
    }

    /// <summary>Checks a runner by its name on the command line, e.g. <c>native:./libmine.so</c>; a relative path is taken from the current folder.</summary>
    /// <param name="candidate">The runner's name.</param>
    /// <param name="options">What to run; null for 10,000 small problems.</param>
    /// <param name="cancellationToken">Ends the check before the next problem.</param>
    /// <inheritdoc cref="Check{T}(ConvTranspose1dFunction{T}, ParityOptions?, CancellationToken)"/>
    public static ParityResult Check(string candidate, ParityOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        return Check(null, candidate, options ?? new ParityOptions(), cancellationToken);
    }

    private static ParityResult Check(IRunner? candidate, string name, ParityOptions options, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var run = new RunSoFar();
        CampaignResult result;
        try
        {
            var settings = Settings(name, options);
            using var runner = new RangeRunner(settings, null, candidate);
            Run(runner, settings, candidate as FunctionRunner, options, run, cancellationToken);
            result = new CampaignResult
            {
                Tally = run.All.Tally,
                Settings = settings,
                Count = options.Count,
                Reference = runner.Reference,
                Candidate = runner.Candidate,
                FirstRows = [.. run.All.Rows],
                Elapsed = clock.Elapsed,
                Workers = 1,
                InProcess = true,
                LinesOnly = settings.IsLinesOnly,
            };
        }
        catch (Exception e) when (e is RunnerLoadException or FixtureException or FormatException or ProblemDataException)
        {
            throw new HarnessException(e.Message, isUsage: true);
        }

        if (result.Holds)
        {
            return new ParityResult(result);
        }

        result = result with { Failures = Explain(result.Settings, candidate, run, options) };
        throw new ParityException(Describe(result, candidate is not null, options), new ParityResult(result), (candidate as FunctionRunner)?.FirstFault);
    }

    /// <summary>The causes, found on the calling thread too, on which the implementation may depend.</summary>
    private static IReadOnlyList<Failure> Explain(CampaignSettings settings, IRunner? candidate, RunSoFar run, ParityOptions options) =>
        options.ExplainSeconds <= 0
            ? []
            : new FailureAnalysis(settings, new CampaignLimits { Workers = 1, InProcess = true }, TimeSpan.FromSeconds(options.ExplainSeconds), candidate).Run(run.Failures, run.Tried);

    private static CampaignSettings Settings(string candidate, ParityOptions options)
    {
        if (options.FixturesFolder is { } folder && !Directory.Exists(folder))
        {
            throw new HarnessException($"{nameof(ParityOptions.FixturesFolder)} {folder}: there is no such folder", isUsage: true);
        }

        return new CampaignSettings
        {
            Reference = Reference(options),
            Candidate = candidate,
            Profile = options.Problems.Count > 0 ? null : options.Profile.Name,
            Seed = options.Seed,
            Problems = options.Problems,
            Tolerance = options.Tolerance.Text,
            StrictReasons = options.StrictReasons,
            Only = Only(options),
            FixturesFolder = options.FixturesFolder,
        };
    }

    private static string? Only(ParityOptions options)
    {
        try
        {
            return options.Only is { } words ? Scope.Parse(words).ToString() : null;
        }
        catch (FormatException e)
        {
            throw new HarnessException($"{nameof(ParityOptions)}.{nameof(ParityOptions.Only)} \"{options.Only}\": {e.Message}", isUsage: true);
        }
    }

    private static string Reference(ParityOptions options)
    {
        try
        {
            return References.Choose(options.Reference, needsLive: true);
        }
        catch (HarnessException e)
        {
            throw new HarnessException($"{e.Message}. Add the package ParityHarness.TorchSharp; or set the variable {NativeLibraries.DirectoryVariable} to the folder of a libparity_libtorch.so, as scripts/setup builds it; or hold your implementation against the definition alone: new ParityOptions {{ Reference = \"oracle\" }}");
        }
    }

    private static void Run(RangeRunner runner, CampaignSettings settings, FunctionRunner? function, ParityOptions options, RunSoFar run, CancellationToken cancellationToken)
    {
        var source = CaseSource.Of(settings);
        var divergences = KnownDivergences.Of(settings.FixturesFolder, runner.Reference);
        var left = source.Count ?? options.Count ?? options.Profile.DefaultCount;
        var outside = 0;
        for (var index = 0L; left > 0; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (outside > MostOutside)
            {
                throw new HarnessException($"{runner.Scope.Title}: {MostOutside:N0} generated problems in a row are not of this kind; widen {nameof(ParityOptions)}.{nameof(ParityOptions.Only)}, or give problems of your own by {nameof(ParityOptions.Problems)}", isUsage: true);
            }

            var problem = source.At(index).Problem;
            if (source.Count is null && (!runner.Scope.Covers(problem) || function?.Takes(problem) == false || KnownDivergences.Covering(divergences, problem) is not null))
            {
                outside++;
                continue;
            }

            outside = 0;
            var result = runner.Run(new Order(index, 1));
            left--;
            run.Add(index, problem, result);
        }
    }

    /// <summary>The causes, each with the smallest problem; what is not explained as it was found.</summary>
    private static string Describe(CampaignResult result, bool isOwn, ParityOptions options)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"parity does not hold{result.ForScope}: {result.Why}\n");
        foreach (var failure in result.Failures.Take(ShownFailures))
        {
            text.Append(CultureInfo.InvariantCulture, $"{Words.Of(failure.Row.Verdict)} {failure.Count:N0} times: {(failure.Diagnosis.Length > 0 ? failure.Diagnosis : failure.Kinds[0].Kind)}\n");
            if (failure.Area is { } area)
            {
                text.Append(CultureInfo.InvariantCulture, $"  where: {area}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"  smallest: {failure.Row.Detail}\n");
            text.Append(CultureInfo.InvariantCulture, $"  again: {Again(failure.Smallest, failure.Row)}\n");
        }

        if (result.Failures.Count > ShownFailures)
        {
            text.Append(CultureInfo.InvariantCulture, $"and {result.Failures.Skip(ShownFailures).Sum(f => f.Count):N0} failures of {result.Failures.Count - ShownFailures:N0} more causes\n");
        }

        // What failed is shown by its causes; without them, and of what is mistrusted, the first few as they were found.
        ResultRow[] rows = [.. result.FirstRows.Where(row => result.Failures.Count == 0 || row.Verdict != Verdict.Failed).Take(ShownFailures)];
        foreach (var row in rows)
        {
            // The row has literal values in columns of their own; the line that was given holds them.
            text.Append(CultureInfo.InvariantCulture, $"{Words.Of(row.Verdict)} {row.Name}: {row.Detail}\n");
            text.Append(CultureInfo.InvariantCulture, $"  again: {Again(options.Problems.Count > 0 ? options.Problems[(int)row.Index] : row.ProblemLine, row)}\n");
        }

        if ((result.Failures.Count == 0 ? result.Tally.Failed : 0) + result.Tally.Mistrusted - rows.Length is > 0 and var more)
        {
            text.Append(CultureInfo.InvariantCulture, $"and {more:N0} more\n");
        }

        string Again(string problem, ResultRow row) => isOwn ? $"new ParityOptions {{ Problems = [\"{problem}\"]{Deciders(options)} }}" : row.Rerun;

        var what = options.Problems.Count > 0 ? "the given problems" : $"profile {options.Profile}, seed {options.Seed}";
        return text.Append(CultureInfo.InvariantCulture, $"{what}; reference {result.Reference.Label}, candidate {result.Candidate.Label}").ToString();
    }

    private static string Deciders(ParityOptions options) =>
        (options.Tolerance.IsBound ? "" : $", Tolerance = {options.Tolerance.Code}")
        + (options.StrictReasons ? ", StrictReasons = true" : "")
        + (options.Only is { } only ? $", Only = \"{only}\"" : "")
        + (options.Reference is { } reference ? $", Reference = \"{reference}\"" : "");

    /// <summary>What came of the problems so far.</summary>
    private sealed class RunSoFar
    {
        public RangeResult All { get; } = new();

        public FailureKinds Failures { get; } = new();

        public List<(long Index, Problem Problem)> Tried { get; } = [];

        public void Add(long index, Problem problem, RangeResult result)
        {
            foreach (var row in result.Rows)
            {
                Failures.Add(row);
            }

            if (Tried.Count < KeptProblems)
            {
                Tried.Add((index, problem));
            }

            if (All.Rows.Count < KeptRows)
            {
                All.Add(result);
            }
            else
            {
                All.Tally.Add(result.Tally);
            }
        }
    }
}
