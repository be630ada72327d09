using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;

using ParityHarness.Fixtures;
using ParityHarness.Judging;
using ParityHarness.Results;
using ParityHarness.Runners;
using ParityHarness.Runners.Pipe;
using ParityHarness.Tensors;

namespace ParityHarness.Campaigns.Workers;

/// <summary>
/// The worker's side: reads settings, loads the runners, answers orders until the coordinator is gone. Problems, data
/// and comparison are made here, so that nothing large crosses the pipe.
/// </summary>
internal static partial class Worker
{
    /// <summary>After so many orders the C library gives back what it keeps: it takes milliseconds, and an order some hundred.</summary>
    private const int OrdersBetweenTrims = 8;

    private const int ResourceData = 2;
    private const int SetFlags = 2;
    private const int CloseOnExec = 1;

    /// <summary>Runs the loop. The arguments are those that the coordinator passed.</summary>
    public static int Run(string ordersHandle, string answersHandle, string statusPath)
    {
        using var orders = new AnonymousPipeClientStream(PipeDirection.In, ordersHandle);
        using var answers = new AnonymousPipeClientStream(PipeDirection.Out, answersHandle);
        using var status = StatusCell.Open(statusPath);
        KeepForItself(answersHandle, ordersHandle);
        // Ctrl-C reaches the whole process group, and so may a scheduler's SIGTERM; it is the coordinator that decides when a worker ends.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true);
        EndWithParent();
        var (nonce, settings) = JsonPipe.Read(orders, WorkerJson.Default.CampaignSettings);
        LimitMemory(settings.MemoryBytes);
        RangeRunner runner;
        try
        {
            runner = new RangeRunner(settings, status);
        }
        catch (Exception e) when (e is RunnerLoadException or FixtureException or FormatException)
        {
            JsonPipe.Write(answers, nonce, new WorkerAnswer { Refusal = e.Message }, WorkerJson.Default.WorkerAnswer);
            return 0;
        }

        using (runner)
        {
            JsonPipe.Write(answers, nonce, new WorkerAnswer { Ready = new WorkerRunners(runner.Reference, runner.Candidate, runner.Witnesses) }, WorkerJson.Default.WorkerAnswer);
            Serve(runner, orders, answers);
        }

        return 0;
    }

    private static void Serve(RangeRunner runner, Stream pipe, Stream answers)
    {
        long? ended = null; // before the first order the worker waits for others to start
        var keepsMemory = OperatingSystem.IsLinux();
        for (var orders = 1; ; orders++)
        {
            if (keepsMemory && orders % OrdersBetweenTrims == 0)
            {
                keepsMemory = GiveBackMemory();
            }

            Guid nonce;
            Order order;
            try
            {
                (nonce, order) = JsonPipe.Read(pipe, WorkerJson.Default.Order);
            }
            catch (EndOfStreamException)
            {
                return;
            }

            try
            {
                var handedOver = ended is { } since ? Stopwatch.GetTimestamp() - since : 0;
                var result = runner.Run(order);
                ended = Stopwatch.GetTimestamp();
                result.Tally[TimeShare.HandingOver] = handedOver;
                JsonPipe.Write(answers, nonce, new WorkerAnswer { Result = result }, WorkerJson.Default.WorkerAnswer);
            }
            catch (ProblemDataException e)
            {
                JsonPipe.Write(answers, nonce, new WorkerAnswer { Refusal = e.Message }, WorkerJson.Default.WorkerAnswer);
            }
        }
    }

    /// <summary>glibc keeps in pieces what libraries have freed, by which a worker would grow for hours. False where there is no such function.</summary>
    private static bool GiveBackMemory()
    {
        try
        {
            TrimMemory(0);
            return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // another C library
        }
    }

    /// <summary>A worker in an endless loop does not see that the coordinator is gone: a thread beside it looks.</summary>
    private static void EndWithParent()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var parent = ParentProcess();
        var watch = new Thread(() =>
        {
            while (ParentProcess() == parent)
            {
                Thread.Sleep(500);
            }

            PipeProcess.EndAll();
            EndAtOnce(1);
        })
        {
            IsBackground = true,
            Name = "parent watch",
        };
        watch.Start();
    }

    /// <summary>
    /// Programs that runners start must not inherit the pipes: one that lived on would keep them open, and the
    /// coordinator would not see that this worker is dead.
    /// </summary>
    private static void KeepForItself(params ReadOnlySpan<string> descriptors)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var descriptor in descriptors)
        {
            SetDescriptorFlags(int.Parse(descriptor, System.Globalization.CultureInfo.InvariantCulture), SetFlags, CloseOnExec);
        }
    }

    /// <summary>
    /// Limits the data segment. Not the address space: .NET alone reserves more of that than any sensible limit.
    /// </summary>
    private static void LimitMemory(long bytes)
    {
        if (bytes <= 0 || !OperatingSystem.IsLinux())
        {
            return;
        }

        var limit = new ResourceLimit { Soft = (ulong)bytes, Hard = (ulong)bytes };
        if (SetResourceLimit(ResourceData, in limit) != 0)
        {
            Console.Error.WriteLine($"parity worker: the memory limit of {bytes} bytes could not be set");
        }
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentProcess();

    // Not exit(), which would wait for what the library under test has registered.
    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void EndAtOnce(int code);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimMemory(nuint kept);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int SetDescriptorFlags(int descriptor, int command, int flags);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetResourceLimit(int resource, in ResourceLimit limit);
}
