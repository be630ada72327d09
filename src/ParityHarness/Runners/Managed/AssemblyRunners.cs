using System.Reflection;

namespace ParityHarness.Runners.Managed;

/// <summary>
/// Runners that stand in other assemblies: the optional TorchSharp runner, known by its assembly's name, and anyone's
/// implementation, known by its path.
/// </summary>
internal static class AssemblyRunners
{
    /// <summary>
    /// Makes the runner of an assembly: the one public class that implements <see cref="IRunner"/> and has a public
    /// constructor without parameters.
    /// </summary>
    /// <param name="assembly">
    /// A path that ends in .dll, or the name of an assembly that belongs to this program.
    /// </param>
    /// <exception cref="RunnerLoadException">There is none, or it cannot be made; the message says why in one line.</exception>
    public static IRunner Load(string assembly) =>
        Try(assembly, () => (IRunner)Activator.CreateInstance(FindRunner(Open(assembly), assembly))!);

    /// <summary>Makes the runner of a file, by the one class of an assembly that implements <see cref="IModelRunner"/> and has a public constructor that takes the file's path.</summary>
    /// <param name="assembly">The name of an assembly that belongs to this program.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="RunnerLoadException">As for <see cref="Load"/>, and where the file cannot be read.</exception>
    public static IRunner LoadModel(string assembly, string file)
    {
        try
        {
            var type = Open(assembly).GetTypes().Single(type => type.IsClass && typeof(IModelRunner).IsAssignableFrom(type));
            return (IRunner)Activator.CreateInstance(type, file)!;
        }
        catch (Exception e)
        {
            throw new RunnerLoadException(e.InnerException is RunnerLoadException { Message: var ofFile } ? ofFile : Explain(assembly, e), e);
        }
    }

    /// <summary>
    /// Why an assembly has no runner, or null where it has one. The runner is not made, so nothing native is loaded, and
    /// making it can still fail.
    /// </summary>
    /// <param name="assembly">As for <see cref="Load"/>.</param>
    public static string? WhyNot(string assembly)
    {
        try
        {
            Try(assembly, () => FindRunner(Open(assembly), assembly));
            return null;
        }
        catch (RunnerLoadException e)
        {
            return e.Message;
        }
    }

    /// <summary>As <see cref="Load"/>, for what is a path whatever its ending.</summary>
    /// <param name="path">The file; where it is relative, from the current folder.</param>
    /// <exception cref="RunnerLoadException">As for <see cref="Load"/>.</exception>
    public static IRunner LoadFile(string path) =>
        Try(path, () => (IRunner)Activator.CreateInstance(FindRunner(OpenFile(path), path))!);

    private static T Try<T>(string assembly, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception e) when (e is not RunnerLoadException)
        {
            // Whatever another's code throws while it is loaded or made is the reason why it cannot be had.
            throw new RunnerLoadException(Explain(assembly, e), e);
        }
    }

    private static Assembly Open(string assembly)
    {
        return assembly.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? OpenFile(assembly) : Assembly.Load(new AssemblyName(assembly));
    }

    private static Assembly OpenFile(string file)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(Directory.Exists(path) ? "it is a folder; name the .dll in it" : "there is no such file");
        }

        return new RunnerLoadContext(path).LoadFromAssemblyPath(path);
    }

    private static Type FindRunner(Assembly loaded, string assembly)
    {
        var exported = loaded.GetExportedTypes();
        if (exported.Length == 0)
        {
            throw new RunnerLoadException($"{assembly} is empty: its runner was left out when this program was built");
        }

        var runners = Array.FindAll(exported, type =>
            type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
            && typeof(IRunner).IsAssignableFrom(type)
            && type.GetConstructor(Type.EmptyTypes) is not null);
        return runners.Length switch
        {
            1 => runners[0],
            0 => throw new RunnerLoadException($"{assembly} has no public class that implements {typeof(IRunner).FullName} and has a public constructor without parameters"),
            _ => throw new RunnerLoadException($"{assembly} has several runners, {string.Join(", ", runners.Select(type => type.FullName))}; leave one of them public"),
        };
    }

    private static string Explain(string assembly, Exception error)
    {
        // The outer exceptions of reflection and static initialisation say only that something failed within.
        while (error is TargetInvocationException or TypeInitializationException && error.InnerException is { } inner)
        {
            error = inner;
        }

        var what = error switch
        {
            BadImageFormatException => "it is not a .NET assembly for this platform",
            FileNotFoundException { FileName: { } file } => $"{file} is missing",
            _ => FirstLine(error.Message),
        };
        return $"{assembly} cannot be loaded: {what}";
    }

    private static string FirstLine(string message)
    {
        var text = message.AsSpan().Trim();
        var end = text.IndexOfAny('\r', '\n');
        return (end < 0 ? text : text[..end]).TrimEnd().ToString();
    }
}
