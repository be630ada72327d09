namespace ParityHarness.Problems;

/// <summary>Sorts problems into the classes of the table that every report shows.</summary>
internal static class ProblemClasses
{
    /// <summary>
    /// Every class with its name, and the condition for --where that leaves it out, empty where there is none; in the
    /// order in which a table shows them. Row i is bit i.
    /// </summary>
    public static IReadOnlyList<(ProblemClass Class, string Name, string Without)> All { get; } =
    [
        (ProblemClass.Strided, "stride > 1", "s<=1"),
        (ProblemClass.StrideAboveKernelSize, "stride > kernel_size", "s<=k"),
        (ProblemClass.Padded, "padding > 0", "p<=0"),
        (ProblemClass.OutputPadded, "output_padding > 0", "op<=0"),
        (ProblemClass.OutputPaddingFromStride, "output_padding >= stride", "op<s"),
        (ProblemClass.Dilated, "dilation > 1", "d<=1"),
        (ProblemClass.CommonDivisor, "gcd(stride, dilation) > 1", ""),
        (ProblemClass.Grouped, "groups > 1", "g<=1"),
        (ProblemClass.Depthwise, "depthwise", "g!=ic"),
        (ProblemClass.Biased, "bias", "bias=0"),
        (ProblemClass.Unbatched, "unbatched", "unbatched=0"),
        (ProblemClass.Batched, "batch > 1", "n<=1"),
        (ProblemClass.EmptyBatch, "empty batch", "n!=0"),
        (ProblemClass.KernelSizeOne, "kernel_size 1", "k!=1"),
        (ProblemClass.LengthOne, "length 1", "l!=1"),
        (ProblemClass.OutputLengthOne, "output length 1", "lout!=1"),
        (ProblemClass.Module, "module", "form=functional"),
        (ProblemClass.Illegal, "illegal", "legal=1"),
        (ProblemClass.Float32, "float32", "dtype!=float32"),
        (ProblemClass.Float64, "float64", "dtype!=float64"),
        (ProblemClass.Float16, "float16", "dtype!=float16"),
        (ProblemClass.BFloat16, "bfloat16", "dtype!=bfloat16"),
        (ProblemClass.Int64, "int64", "dtype!=int64"),
        (ProblemClass.Complex64, "complex64", "dtype!=complex64"),
        (ProblemClass.Complex128, "complex128", "dtype!=complex128"),
        (ProblemClass.OtherDType, "other dtype", "dtype!=int32 & dtype!=int16 & dtype!=int8 & dtype!=uint8 & dtype!=bool"),
        (ProblemClass.Integer, "integer", ""),
        (ProblemClass.Random, "random", ""),
        (ProblemClass.Wide, "wide", ""),
        (ProblemClass.Cancelling, "cancelling", ""),
        (ProblemClass.Special, "special", ""),
        (ProblemClass.GradInput, "grad_input", "grad_input=0"),
        (ProblemClass.GradWeight, "grad_weight", "grad_weight=0"),
        (ProblemClass.GradBias, "grad_bias", "grad_bias=0"),
        (ProblemClass.TermsAbove1024, "terms > 1,024", ""),
        (ProblemClass.TermsAbove2048, "terms > 2,048", ""),
        (ProblemClass.TermsAbove4096, "terms > 4,096", ""),
        (ProblemClass.OutputsAbove1024, "outputs > 1,024", ""),
        (ProblemClass.OutputsFrom262144, "outputs >= 262,144", ""),
        (ProblemClass.OutputLengthAbove65535, "output length > 65,535", "lout<=65535"),
        (ProblemClass.InChannelsAbove256, "in_channels > 256", "ic<=256"),
        (ProblemClass.OutChannelsAbove256, "out_channels > 256", "oc<=256"),
        (ProblemClass.BatchAbove32, "batch > 32", "n<=32"),
        (ProblemClass.BatchAbove65535, "batch > 65,535", "n<=65535"),
        (ProblemClass.Stride41, "stride 41", "s!=41"),
        (ProblemClass.Stride47, "stride 47", "s!=47"),
    ];

    /// <summary>
    /// What an implementation may leave out: the dtypes beside float32 and float64, and the gradients. A run in which the
    /// candidate does none of the problems of such a class says so, and holds.
    /// </summary>
    public const ProblemClass Optional = ProblemClass.Float16 | ProblemClass.BFloat16 | ProblemClass.Int64 | ProblemClass.Complex64 | ProblemClass.Complex128
        | ProblemClass.GradInput | ProblemClass.GradWeight | ProblemClass.GradBias;

    // Outputs beyond are computed by no side, and would only empty the classes of sizes of what is judged.
    private const long MostOutputs = 1L << 30;

    /// <summary>
    /// The classes of a problem, by its parameters. A parameter given as a list counts by its first value; an overridden
    /// shape does not change what the named sizes say.
    /// </summary>
    public static ProblemClass Of(Problem problem)
    {
        var stride = problem.StrideArgument.Value;
        var padding = problem.PaddingArgument.Value;
        var outputPadding = problem.OutputPaddingArgument.Value;
        var dilation = problem.DilationArgument.Value;
        var illegal = ProblemRules.Check(problem, out var outputLength) is not null;
        return If(stride > 1, ProblemClass.Strided)
            | If(stride > problem.KernelSize, ProblemClass.StrideAboveKernelSize)
            | If(padding > 0, ProblemClass.Padded)
            | If(outputPadding > 0, ProblemClass.OutputPadded)
            | If(outputPadding > 0 && outputPadding >= stride, ProblemClass.OutputPaddingFromStride)
            | If(dilation > 1, ProblemClass.Dilated)
            | If(stride > 1 && dilation > 1 && CommonDivisor.Of(stride, dilation) > 1, ProblemClass.CommonDivisor)
            | If(problem.Groups > 1, ProblemClass.Grouped)
            | If(problem.Groups > 1 && problem.Groups == problem.InChannels, ProblemClass.Depthwise)
            | If(problem.HasBias, ProblemClass.Biased)
            | If(problem.Unbatched, ProblemClass.Unbatched)
            | If(!problem.Unbatched && problem.Batch > 1, ProblemClass.Batched)
            | If(!problem.Unbatched && problem.Batch == 0, ProblemClass.EmptyBatch)
            | If(problem.KernelSize == 1, ProblemClass.KernelSizeOne)
            | If(problem.Length == 1, ProblemClass.LengthOne)
            | If(!illegal && outputLength == 1 && padding > 0, ProblemClass.OutputLengthOne)
            | If(problem.Form == Form.Module, ProblemClass.Module)
            | If(illegal, ProblemClass.Illegal)
            | problem.DType switch
            {
                DType.Float32 => ProblemClass.Float32,
                DType.Float64 => ProblemClass.Float64,
                DType.Float16 => ProblemClass.Float16,
                DType.BFloat16 => ProblemClass.BFloat16,
                DType.Int64 => ProblemClass.Int64,
                DType.Complex64 => ProblemClass.Complex64,
                DType.Complex128 => ProblemClass.Complex128,
                _ => ProblemClass.OtherDType,
            }
            | (ProblemClass)((long)ProblemClass.Integer << (int)problem.Regime)
            | If(problem.Pass.HasFlag(Pass.GradInput), ProblemClass.GradInput)
            | If(problem.Pass.HasFlag(Pass.GradWeight), ProblemClass.GradWeight)
            | If(problem.Pass.HasFlag(Pass.GradBias), ProblemClass.GradBias)
            | (illegal ? ProblemClass.None : OfSizes(problem, stride, outputLength));
    }

    private static ProblemClass OfSizes(Problem problem, long stride, long outputLength)
    {
        var outputs = (Int128)(problem.Unbatched ? 1 : problem.Batch) * problem.OutChannels * outputLength;
        if (outputs > MostOutputs)
        {
            return ProblemClass.None;
        }

        var terms = TermCounts.Most(problem);
        return If(terms > 1024, ProblemClass.TermsAbove1024)
            | If(terms > 2048, ProblemClass.TermsAbove2048)
            | If(terms > 4096, ProblemClass.TermsAbove4096)
            | If(outputs > 1024, ProblemClass.OutputsAbove1024)
            | If(outputs >= 1 << 18, ProblemClass.OutputsFrom262144)
            | If(outputLength > 65535, ProblemClass.OutputLengthAbove65535)
            | If(problem.InChannels > 256, ProblemClass.InChannelsAbove256)
            | If(problem.OutChannels > 256, ProblemClass.OutChannelsAbove256)
            | If(!problem.Unbatched && problem.Batch > 32, ProblemClass.BatchAbove32)
            | If(!problem.Unbatched && problem.Batch > 65535, ProblemClass.BatchAbove65535)
            | If(stride == 41, ProblemClass.Stride41)
            | If(stride == 47, ProblemClass.Stride47);
    }

    /// <summary>Classes of which a problem has at most one.</summary>
    private static readonly ProblemClass[] Exclusive =
    [
        ProblemClass.Float32 | ProblemClass.Float64 | ProblemClass.Float16 | ProblemClass.BFloat16 | ProblemClass.Int64
            | ProblemClass.Complex64 | ProblemClass.Complex128 | ProblemClass.OtherDType,
        ProblemClass.Integer | ProblemClass.Random | ProblemClass.Wide | ProblemClass.Cancelling | ProblemClass.Special,
        ProblemClass.Unbatched | ProblemClass.Batched | ProblemClass.EmptyBatch,
        ProblemClass.Illegal | ProblemClass.OutputLengthOne,
    ];

    /// <summary>Whether a problem can belong to both of two classes.</summary>
    public static bool CanMeet(ProblemClass a, ProblemClass b) =>
        a == b || Array.TrueForAll(Exclusive, set => (set & a) == ProblemClass.None || (set & b) == ProblemClass.None);

    private static ProblemClass If(bool belongs, ProblemClass to) => belongs ? to : ProblemClass.None;
}
