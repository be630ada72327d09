namespace ParityHarness.Kernels;

/// <summary>The numbers that are types.</summary>
internal static class Counts
{
    internal readonly struct Of1 : ICount
    {
        public static int Value => 1;
    }

    internal readonly struct Of2 : ICount
    {
        public static int Value => 2;
    }

    internal readonly struct Of3 : ICount
    {
        public static int Value => 3;
    }

    internal readonly struct Of4 : ICount
    {
        public static int Value => 4;
    }

    internal readonly struct Of5 : ICount
    {
        public static int Value => 5;
    }

    internal readonly struct Of6 : ICount
    {
        public static int Value => 6;
    }

    internal readonly struct Of7 : ICount
    {
        public static int Value => 7;
    }

    internal readonly struct Of8 : ICount
    {
        public static int Value => 8;
    }
}
