using System.Collections.Immutable;

using FsCheck;
using FsCheck.Fluent;

using ParityHarness.Generation;
using ParityHarness.Problems;

namespace ParityHarness.Tests.Problems;

/// <summary>Problems with any parameters and overrides, legal or absurd.</summary>
internal static class AnyProblem
{
    private static readonly Gen<long> AnyLong = Gen.OneOf(
        Gen.Choose(-3, 20).Select(i => (long)i),
        Gen.Elements(long.MinValue, long.MaxValue, int.MinValue, int.MaxValue, 1L << 32),
        ArbMap.Default.GeneratorFor<ulong>().Select(u => (long)CounterRandom.Mix(u)));

    private static readonly Gen<ImmutableArray<long>?> AnyList =
        Maybe(Gen.Choose(0, 4).SelectMany(n => AnyLong.ArrayOf(n)).Select(a => a.ToImmutableArray()));

    private static readonly Gen<ImmutableArray<long>?> AnyShape =
        Maybe(Gen.Choose(0, 8).SelectMany(n => AnyLong.Select(l => l & long.MaxValue).ArrayOf(n)).Select(a => a.ToImmutableArray()));

    private static readonly Gen<double> AnyNumber = Gen.OneOf(
        Gen.Elements(0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, float.Epsilon, 0.1f, 0.1),
        ArbMap.Default.GeneratorFor<ulong>().Select(u => BitConverter.UInt64BitsToDouble(CounterRandom.Mix(u))),
        ArbMap.Default.GeneratorFor<ulong>().Select(u => (double)BitConverter.UInt32BitsToSingle((uint)CounterRandom.Mix(u))));

    private static readonly Gen<ImmutableArray<double>?> AnyValues =
        Maybe(Gen.Choose(0, 5).SelectMany(n => AnyNumber.ArrayOf(n)).Select(a => a.ToImmutableArray()));

    private static readonly Gen<DType?> AnyDType = Maybe(Gen.Elements(Enum.GetValues<DType>()));

    public static Gen<Problem> Problems { get; } =
        from sizes in AnyLong.ArrayOf(10)
        from choices in Gen.Choose(0, int.MaxValue).ArrayOf(6)
        from shapes in AnyShape.ArrayOf(3)
        from lists in AnyList.ArrayOf(5)
        from values in AnyValues.ArrayOf(4)
        from pass in Gen.Choose(1, 14)
        from dtypes in AnyDType.ArrayOf(3)
        from seed in ArbMap.Default.GeneratorFor<ulong>()
        select new Problem
        {
            Batch = sizes[0],
            InChannels = sizes[1],
            OutChannels = sizes[2],
            Length = sizes[3],
            KernelSize = sizes[4],
            Stride = sizes[5],
            Padding = sizes[6],
            OutputPadding = sizes[7],
            Dilation = sizes[8],
            Groups = sizes[9],
            HasBias = choices[0] % 2 == 0,
            Unbatched = choices[1] % 2 == 0,
            Form = (Form)(choices[2] % 2),
            Regime = (Regime)(choices[3] % 5),
            PaddingMode = (PaddingMode)Math.Max(0, choices[4] % 8 - 4),
            DType = dtypes[0] ?? DType.Float32,
            DataSeed = choices[5] % 2 == 0 ? seed : CounterRandom.Mix(seed),
            InputShapeOverride = shapes[0],
            WeightShapeOverride = shapes[1],
            BiasShapeOverride = shapes[2],
            WeightDType = dtypes[1],
            BiasDType = dtypes[2],
            StrideList = lists[0],
            PaddingList = lists[1],
            OutputPaddingList = lists[2],
            DilationList = lists[3],
            OutputSize = lists[4],
            InputValues = values[0],
            WeightValues = values[1],
            BiasValues = values[2],
            Pass = pass % 2 == 0 ? (Pass)pass : Pass.Forward,
            GradOutputValues = pass % 2 == 0 ? values[3] : null,
        };

    public static void ForAll(Action<Problem> holds, int times = 1000) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll(Problems.ToArbitrary(), holds));

    // Given three times in eight, so that most problems have some overrides and few have all.
    private static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : struct
        => Gen.Frequency((5, Gen.Constant<T?>(null)), (3, gen.Select(value => (T?)value)));
}
