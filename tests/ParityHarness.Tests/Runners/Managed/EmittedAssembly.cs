using System.Reflection;
using System.Reflection.Emit;

namespace ParityHarness.Tests.Runners.Managed;

/// <summary>An assembly written to a folder of its own, as another's would stand on disk.</summary>
internal sealed class EmittedAssembly : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parity-assembly-").FullName;

    private readonly PersistedAssemblyBuilder _assembly;

    private readonly ModuleBuilder _module;

    public EmittedAssembly(string name)
    {
        _assembly = new PersistedAssemblyBuilder(new AssemblyName(name), typeof(object).Assembly);
        _module = _assembly.DefineDynamicModule(name);
        Path = System.IO.Path.Combine(_folder, name + ".dll");
    }

    public string Path { get; }

    /// <summary>A public class with a public constructor without parameters that is a runner by its base class.</summary>
    public EmittedAssembly WithRunner(string name, string? throwsWhenMade = null, string? throwsWhenInitialised = null)
    {
        var type = _module.DefineType(name, TypeAttributes.Public, typeof(RunnerBase));
        if (throwsWhenInitialised is not null)
        {
            Throw(type.DefineTypeInitializer(), throwsWhenInitialised);
        }

        if (throwsWhenMade is not null)
        {
            Throw(type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, null), throwsWhenMade);
        }
        else
        {
            type.DefineDefaultConstructor(MethodAttributes.Public);
        }

        type.CreateType();
        return this;
    }

    /// <summary>A public class; a runner without a usable constructor if its base class is a runner.</summary>
    public EmittedAssembly WithClass(string name, Type parent)
    {
        var type = _module.DefineType(name, TypeAttributes.Public, parent);
        type.DefineDefaultConstructor(MethodAttributes.Assembly);
        type.CreateType();
        return this;
    }

    public EmittedAssembly Save()
    {
        _assembly.Save(Path);
        return this;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Throw(ConstructorBuilder constructor, string message)
    {
        var code = constructor.GetILGenerator();
        code.Emit(OpCodes.Ldstr, message);
        code.Emit(OpCodes.Newobj, typeof(InvalidOperationException).GetConstructor([typeof(string)])!);
        code.Emit(OpCodes.Throw);
    }
}
