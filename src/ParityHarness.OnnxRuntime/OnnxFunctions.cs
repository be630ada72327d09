using Google.Protobuf.Collections;

using Onnx;

namespace ParityHarness.OnnxRuntime;

/// <summary>
/// Puts the nodes of a model's own functions in the place of their calls, as the ONNX specification says that a call is to be
/// understood: formal inputs and outputs take the call's names, every other name gets the call's name in front, and an attribute
/// that refers to one of the function's takes the call's value, else the function's default, else it is left out.
/// Only calls of functions that lead to a ConvTranspose are replaced: ONNX Runtime knows what to do with all others.
/// </summary>
internal sealed class OnnxFunctions
{
    // A function may call others; one that leads back to itself is not ONNX.
    private const int Deepest = 32;

    private readonly Dictionary<(string Domain, string Name), FunctionProto> _functions = [];

    private OnnxFunctions(RepeatedField<FunctionProto> functions)
    {
        foreach (var function in functions)
        {
            _functions[(Domain(function.Domain), function.Name)] = function;
        }
    }

    /// <summary>Replaces the calls in a model's graph, and in the graphs within its nodes.</summary>
    public static void Inline(ModelProto model)
    {
        if (model.Functions.Count > 0)
        {
            new OnnxFunctions(model.Functions).Inline(model.Graph, 0);
        }
    }

    private static string Domain(string domain) => domain == "ai.onnx" ? "" : domain;

    private void Inline(GraphProto graph, int depth)
    {
        var nodes = graph.Node.ToList();
        graph.Node.Clear();
        foreach (var node in nodes)
        {
            foreach (var inner in GraphsOf(node))
            {
                Inline(inner, depth);
            }

            if (Function(node) is not { } function || depth >= Deepest || !Leads(function, 0))
            {
                graph.Node.Add(node);
                continue;
            }

            var body = Body(function, node);
            Inline(body, depth + 1);
            graph.Node.Add(body.Node);
        }
    }

    private FunctionProto? Function(NodeProto node) => _functions.GetValueOrDefault((Domain(node.Domain), node.OpType));

    private bool Leads(FunctionProto function, int depth) => depth < Deepest && function.Node.Any(node => Leads(node, depth));

    private bool Leads(NodeProto node, int depth) =>
        OnnxModelRunner.IsConvTranspose(node)
        || (Function(node) is { } called && Leads(called, depth + 1))
        || GraphsOf(node).Any(graph => graph.Node.Any(inner => Leads(inner, depth)));

    private static IEnumerable<GraphProto> GraphsOf(NodeProto node) => node.Attribute.SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Prepend(a.G));

    /// <summary>A function's nodes with the call's names and attributes.</summary>
    private static GraphProto Body(FunctionProto function, NodeProto call)
    {
        var prefix = (call.Name.Length > 0 ? call.Name : call.Output.FirstOrDefault(output => output.Length > 0) ?? function.Name) + "/";
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [""] = "" };
        for (var i = 0; i < function.Input.Count; i++)
        {
            names[function.Input[i]] = i < call.Input.Count ? call.Input[i] : "";
        }

        for (var i = 0; i < function.Output.Count; i++)
        {
            names[function.Output[i]] = i < call.Output.Count && call.Output[i].Length > 0 ? call.Output[i] : prefix + function.Output[i];
        }

        var body = new GraphProto();
        body.Node.Add(function.Node.Select(node => node.Clone()));
        Rename(body);
        return body;

        string Renamed(string name) => names.TryGetValue(name, out var given) ? given : names[name] = prefix + name;

        void Rename(GraphProto graph)
        {
            foreach (var tensor in graph.Initializer)
            {
                tensor.Name = Renamed(tensor.Name);
            }

            foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
            {
                value.Name = Renamed(value.Name);
            }

            foreach (var node in graph.Node)
            {
                node.Name = node.Name.Length > 0 ? prefix + node.Name : "";
                Replace(node.Input, [.. node.Input.Select(Renamed)]);
                Replace(node.Output, [.. node.Output.Select(Renamed)]);
                Replace(node.Attribute, [.. node.Attribute.Select(Attribute).OfType<AttributeProto>()]);
                foreach (var inner in GraphsOf(node))
                {
                    Rename(inner);
                }
            }
        }

        AttributeProto? Attribute(AttributeProto attribute)
        {
            if (attribute.RefAttrName.Length == 0)
            {
                return attribute;
            }

            var value = call.Attribute.FirstOrDefault(given => given.Name == attribute.RefAttrName) ?? function.AttributeProto.FirstOrDefault(standard => standard.Name == attribute.RefAttrName);
            if (value is null)
            {
                return null;
            }

            var copy = value.Clone();
            copy.Name = attribute.Name;
            return copy;
        }
    }

    private static void Replace<T>(RepeatedField<T> field, T[] values)
    {
        field.Clear();
        field.Add(values);
    }
}
