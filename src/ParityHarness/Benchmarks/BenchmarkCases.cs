using ParityHarness.Fixtures;
using ParityHarness.Generation;
using ParityHarness.Problems;

namespace ParityHarness.Benchmarks;

/// <summary>Where the problems that are timed come from.</summary>
internal static class BenchmarkCases
{
    // The search for problems of a size ends here.
    private const int TriesPerProblem = 1000;

    /// <summary>The rows of fixture files. Those that cannot be timed are left out, and counted by <paramref name="leftOut"/>.</summary>
    /// <exception cref="FixtureException">A file cannot be read.</exception>
    public static List<(string Name, Problem Problem)> OfFiles(IEnumerable<string> files, out int leftOut)
    {
        var cases = new List<(string, Problem)>();
        leftOut = 0;
        foreach (var row in files.SelectMany(file => FixtureFile.Read(file)))
        {
            if (BenchmarkCase.WhyNot(row.Problem) is null)
            {
                cases.Add((row.Name, row.Problem));
            }
            else
            {
                leftOut++;
            }
        }

        return cases;
    }

    /// <summary>The first problems of a generator that have more than <paramref name="mflop"/> MFLOP, with random numbers.</summary>
    /// <param name="profile">Of what size.</param>
    /// <param name="seed">Which.</param>
    /// <param name="count">How many; fewer come where the profile has hardly any of the size.</param>
    /// <param name="mflop">Those with fewer are passed over.</param>
    /// <param name="pass">What is asked of each.</param>
    public static List<(string Name, Problem Problem)> Generated(Profile profile, ulong seed, int count, double mflop, Pass pass = Pass.Forward)
    {
        var generator = new Generator(profile, seed);
        var cases = new List<(string, Problem)>();
        for (var i = 0L; cases.Count < count && i < (long)count * TriesPerProblem; i++)
        {
            // Denormals and the like cost some processors a hundredfold: that is not what is asked.
            var problem = generator.At(i) with { Regime = Regime.Random, Pass = pass };
            if (BenchmarkCase.WhyNot(problem) is null && 2e-6 * BenchmarkCase.Products(problem) > mflop)
            {
                cases.Add(($"fuzz:{i}", problem));
            }
        }

        return cases;
    }

    /// <summary>Each problem in each of the passes; as it is where there are none.</summary>
    public static List<(string Name, Problem Problem)> InPasses(IEnumerable<(string Name, Problem Problem)> problems, IReadOnlyList<Pass> passes) =>
        passes.Count == 0 ? [.. problems] : [.. passes.SelectMany(pass => problems.Select(p => (p.Name, p.Problem with { Pass = pass })))];

    /// <summary>
    /// Each problem in each of the forms; one that only a module can be asked only in that. A gradient is in the functional form whatever the forms
    /// are: a weight that is learned changes from call to call, so that there is nothing to pack beforehand.
    /// </summary>
    public static List<BenchmarkCase> InForms(IEnumerable<(string Name, Problem Problem)> problems, IReadOnlyList<Form> forms) =>
    [
        .. problems.SelectMany(p => p.Problem.IsBackward
            ? [new BenchmarkCase(p.Name, p.Problem with { Form = Form.Functional })]
            : forms.Select(form => new BenchmarkCase(p.Name, p.Problem with { Form = form })).Where(c => forms.Contains(c.Problem.Form)).DistinctBy(c => c.Problem.Form)),
    ];
}
