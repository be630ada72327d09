namespace ParityHarness.Problems;

/// <summary>
/// What an implementation offers, or --only asks of it: dtypes, passes, forms, and whether legal problems alone. Words of one kind are
/// alternatives, kinds combine: <c>float32,float64,forward</c> is the forward pass of either dtype.
/// </summary>
internal sealed class Scope
{
    private const string Legal = "legal";
    private const string Gradients = "gradients";

    private static readonly DType[] AllDTypes = Enum.GetValues<DType>();
    private static readonly Pass[] AllPasses = Enum.GetValues<Pass>();
    private static readonly Form[] AllForms = Enum.GetValues<Form>();

    // Null where the kind has no word, which leaves all of it in.
    private readonly HashSet<DType>? _dtypes;
    private readonly HashSet<Form>? _forms;
    private readonly Pass? _passes;
    private readonly bool _legal;

    private Scope(HashSet<DType>? dtypes, Pass? passes, HashSet<Form>? forms, bool legal) => (_dtypes, _passes, _forms, _legal) = (dtypes, passes, forms, legal);

    /// <summary>Everything.</summary>
    public static Scope All { get; } = new(null, null, null, legal: false);

    /// <summary>The words, for help texts and messages.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. AllDTypes.Select(dtype => dtype.Name()), .. AllPasses.Select(pass => pass.Name()), Gradients, .. AllForms.Select(Name), Legal];

    /// <summary>Whether nothing is left out.</summary>
    public bool IsAll => _dtypes is null && _passes is null && _forms is null && !_legal;

    /// <summary>Whether nothing is left.</summary>
    public bool IsEmpty => _dtypes is { Count: 0 } || _passes == default(Pass) || _forms is { Count: 0 };

    /// <summary>As the verdict says it: <c>float32, float64 forward</c>.</summary>
    public string Title => string.Join(' ', new[]
    {
        string.Join(", ", DTypeWords),
        string.Join(", ", PassWords),
        _forms is null ? "" : string.Join(", ", FormWords) + " form",
        _legal ? "legal problems" : "",
    }.Where(part => part.Length > 0));

    private IEnumerable<string> DTypeWords => AllDTypes.Where(dtype => _dtypes?.Contains(dtype) == true).Select(dtype => dtype.Name());

    private IEnumerable<string> PassWords => _passes is not { } passes ? []
        : AllPasses.Where(pass => passes.HasFlag(pass) && (pass == Pass.Forward || !HasAllGradients(passes))).Select(pass => pass.Name()).Concat(HasAllGradients(passes) ? [Gradients] : []);

    private IEnumerable<string> FormWords => AllForms.Where(form => _forms?.Contains(form) == true).Select(Name);

    /// <summary>Reads words with commas between them; no text is <see cref="All"/>.</summary>
    /// <exception cref="FormatException">There is no such word; the message says which there are.</exception>
    public static Scope Parse(string? text)
    {
        var scope = All;
        foreach (var word in (text ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            scope = word.Length == 0 && string.IsNullOrWhiteSpace(text) ? scope : scope.With(word);
        }

        return scope;
    }

    /// <summary>What lies in both.</summary>
    public Scope And(Scope other) => new(
        _dtypes is null || other._dtypes is null ? _dtypes ?? other._dtypes : [.. _dtypes.Intersect(other._dtypes)],
        _passes is null || other._passes is null ? _passes ?? other._passes : _passes & other._passes,
        _forms is null || other._forms is null ? _forms ?? other._forms : [.. _forms.Intersect(other._forms)],
        _legal || other._legal);

    /// <summary>Whether a problem lies within: all dtypes of its tensors, all of its gradients, its form.</summary>
    public bool Covers(Problem problem) =>
        (_dtypes is null || (_dtypes.Contains(problem.DType) && _dtypes.Contains(problem.WeightDType ?? problem.DType) && (!problem.HasBias || _dtypes.Contains(problem.BiasDType ?? problem.DType))))
        && (_passes is not { } passes || (problem.Pass & ~passes) == default(Pass))
        && _forms?.Contains(problem.Form) != false
        && (!_legal || ProblemRules.Check(problem, out _) is null);

    /// <summary>The words, in the order of <see cref="Words"/>, with commas between them; empty for everything.</summary>
    public override string ToString() => string.Join(',', [.. DTypeWords, .. PassWords, .. FormWords, .. _legal ? (string[])[Legal] : []]);

    private static bool HasAllGradients(Pass passes) => Passes.Gradients.All(gradient => passes.HasFlag(gradient));

    private static string Name(Form form) => form == Form.Functional ? "functional" : "module";

    private Scope With(string word)
    {
        if (DTypes.Parse(word) is { } dtype)
        {
            return new Scope([.. _dtypes ?? [], dtype], _passes, _forms, _legal);
        }

        var pass = word == Gradients ? Passes.Gradients.Aggregate((all, one) => all | one) : AllPasses.FirstOrDefault(one => one.Name() == word);
        if (pass != default)
        {
            return new Scope(_dtypes, (_passes ?? default) | pass, _forms, _legal);
        }

        foreach (var form in AllForms)
        {
            if (Name(form) == word)
            {
                return new Scope(_dtypes, _passes, [.. _forms ?? [], form], _legal);
            }
        }

        return word == Legal
            ? new Scope(_dtypes, _passes, _forms, legal: true)
            : throw new FormatException($"{(word.Length == 0 ? "a word is missing; " : $"'{ProblemText.Show(word)}' is not a dtype, a pass or a form{Spelling.DidYouMean(word, Words)}")}the words are {string.Join(' ', Words)}");
    }
}
