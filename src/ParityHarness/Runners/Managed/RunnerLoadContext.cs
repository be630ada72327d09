using System.Reflection;
using System.Runtime.Loader;

namespace ParityHarness.Runners.Managed;

/// <summary>
/// Loads an assembly with its own dependencies, managed and native, as its .deps.json or its folder gives them. What
/// this program already holds under the same name is shared, ParityHarness above all: else its IRunner would be
/// another type than ours.
/// </summary>
internal sealed class RunnerLoadContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    private readonly AssemblyDependencyResolver _resolver = new(path);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (IsShared(assemblyName))
        {
            return null;
        }

        return _resolver.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;

    private static bool IsShared(AssemblyName name) =>
        name.Name == typeof(IRunner).Assembly.GetName().Name
        || name.Name == typeof(Kernels.RejectionReason).Assembly.GetName().Name;
}
