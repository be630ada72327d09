using System.CommandLine;
using System.Text;

using ParityHarness.Fixtures;
using ParityHarness.Results;
using ParityHarness.Runners;

namespace ParityHarness.Cli.Commands;

/// <summary>parity init.</summary>
internal static class InitCommand
{
    private const string Library = "fuzz --profile smoke --candidate native:./libmine.so";

    /// <summary>For each language: what is laid down and as what, the user's file first; how it is compiled; the first command.</summary>
    private static readonly (string Language, (string Resource, string File)[] Files, string? Compile, string First)[] Languages =
    [
        ("c", [("mine.c", "mine.c"), ("parity_adapter.h", "parity_adapter.h"), ("parity_runner.h", "parity_runner.h")], "cc -O2 -shared -fPIC -o libmine.so mine.c", Library),
        ("cpp", [("mine.cpp", "mine.cpp"), ("parity_adapter.h", "parity_adapter.h"), ("parity_runner.h", "parity_runner.h")], "c++ -O2 -shared -fPIC -o libmine.so mine.cpp", Library),
        ("rust", [("conv_transpose1d.rs", "mine.rs")], "rustc --crate-type cdylib -C opt-level=2 -o libmine.so mine.rs", Library),
        ("cs", [("conv_transpose1d.cs", "Mine.cs"), (ProjectFile, "mine.csproj")], "dotnet build mine.csproj -c Release -o build", "fuzz --profile smoke --candidate assembly:build/mine.dll"),
        ("py", [("mine.py", "mine.py"), ("parity_pipe.py", "parity_pipe.py")], null, "fuzz --profile smoke --count 1000 --candidate \"exec:python3 mine.py\""),
        ("torch", [("mine_torch.py", "mine_torch.py"), ("parity_pipe.py", "parity_pipe.py")], null, "fuzz --profile smoke --count 1000 --candidate \"exec:python3 mine_torch.py\""),
    ];

    /// <summary>It is made here, since it names the library beside this program.</summary>
    private const string ProjectFile = "";

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var language = new Argument<string>("LANGUAGE") { Description = "c, cpp, rust, cs, py (NumPy) or torch (a torch.nn.Module of yours)" };
        language.AcceptOnlyFromAmong([.. Languages.Select(one => one.Language)]);
        var folder = new Argument<string>("DIR") { Description = "Where to", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "." };
        var command = new Command("init", """
            Lays down a file to start from, with the definition in place of your code, and says how it is compiled and checked.

            What is laid down holds as it is: put your code in place of the definition, and check it again.
            """);
        command.Arguments.Add(language);
        command.Arguments.Add(folder);
        command.SetAction(parsed => LayDown(parsed.GetValue(language)!, parsed.GetValue(folder)!));
        return command;
    }

    private static int LayDown(string language, string folder)
    {
        var (_, files, compile, first) = Languages.Single(one => one.Language == language);
        var own = Path.Combine(folder, files[0].File);
        if (File.Exists(own))
        {
            throw new HarnessException($"{own}: is there already and is left as it is; name another folder: parity init {language} DIR", isUsage: true);
        }

        WholeFile.MakeFolder(folder);
        foreach (var (resource, file) in files)
        {
            WholeFile.Write(Path.Combine(folder, file), resource == ProjectFile ? Project() : Text(resource));
            Console.WriteLine($"written: {Path.Combine(folder, file)}");
        }

        Console.WriteLine($"put your code into {own}, then:");
        string[] lines = [.. folder == "." ? [] : (string[])[$"cd {CommandText.Quote(folder)}"], .. compile is null ? [] : (string[])[compile], ParityProgram.AsTyped("parity " + first)];
        Array.ForEach(lines, line => Console.WriteLine($"  {line}"));
        return Program.Holds;
    }

    private static string Text(string resource)
    {
        using var stream = typeof(InitCommand).Assembly.GetManifestResourceStream("init/" + resource) ?? throw new InvalidOperationException($"{resource} is not in the program");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>A project of Mine.cs: with the library beside this program, or where there is none with its package.</summary>
    private static string Project()
    {
        var library = Path.Combine(AppContext.BaseDirectory, "ParityHarness.dll");
        var reference = File.Exists(library)
            ? $"<Reference Include=\"ParityHarness\" HintPath=\"{System.Security.SecurityElement.Escape(library)}\" Private=\"false\" />"
            : $"<PackageReference Include=\"ParityHarness\" Version=\"{typeof(IRunner).Assembly.GetName().Version!.ToString(3)}\" />";
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="Mine.cs" />
                {reference}
              </ItemGroup>
            </Project>

            """;
    }
}
