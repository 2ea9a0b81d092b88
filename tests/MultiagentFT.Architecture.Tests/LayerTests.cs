using System.Reflection;

namespace MultiagentFT.Architecture.Tests;

/// <summary>What each assembly of the product may refer to. Facts and debates know no native type and no TorchSharp type.</summary>
public sealed class LayerTests
{
    private const string Product = "MultiagentFT.";

    /// <summary>An assembly, the product's assemblies that it may refer to, and packages beside .NET's own.</summary>
    public static TheoryData<string, string[], string[]> Layers { get; } = new()
    {
        { "MultiagentFT.Foundation", [], [] },
        { "MultiagentFT.Gguf", ["Foundation"], [] },
        { "MultiagentFT.Contracts", ["Foundation"], [] },
        { "MultiagentFT.Inference", ["Foundation", "Contracts"], [] },
        { "MultiagentFT.Templates", ["Foundation", "Contracts", "Inference"], ["Jint", "Acornima"] },
        { "MultiagentFT.Native", ["Foundation", "Contracts", "Gguf", "Inference", "Templates"], [] },
        { "MultiagentFT.LLamaSharp", ["Foundation", "Contracts", "Gguf", "Inference", "Native", "Templates"], ["LLamaSharp"] },
        { "MultiagentFT.Runtimes", ["Foundation", "Contracts", "Inference", "Native", "LLamaSharp"], [] },
        { "MultiagentFT.Decoder", ["Foundation", "Contracts", "Gguf", "Inference", "Native", "Runtimes"], [] },
        { "MultiagentFT.Remote", ["Foundation", "Contracts"], ["OpenAI", "Polly.Core"] },
        { "MultiagentFT.Hub", ["Foundation"], [] },
        { "MultiagentFT.Debate", ["Foundation", "Contracts"], ["CsvHelper", "Parquet"] },
        { "MultiagentFT.Runs", ["Foundation", "Contracts", "Debate"], ["CsvHelper", "MathNet.Numerics", "OxyPlot", "Parquet"] },
        {
            "MultiagentFT.Cluster",
            ["Foundation", "Contracts", "Debate", "Runs"],
            ["NATS.Client.Abstractions", "NATS.Client.Core", "NATS.Client.JetStream", "NATS.Client.KeyValueStore", "NATS.Client.ObjectStore", "NATS.NKeys"]
        },
        { "MultiagentFT.Training", ["Foundation", "Contracts", "Gguf", "Inference", "Native", "Runtimes", "Debate"], ["TorchSharp"] },
        {
            "MultiagentFT.Serving",
            ["Foundation", "Contracts", "Gguf", "Inference", "Native", "Runtimes", "Decoder", "Debate", "Remote", "Runs"],
            []
        },
        {
            "MultiagentFT.Bench",
            ["Foundation", "Contracts", "Gguf", "Inference", "Native", "Runtimes", "Decoder", "Debate", "Runs", "Serving"],
            []
        },
        { "MultiagentFT.Chat", ["Foundation", "Contracts", "Debate", "Runs", "Serving"], [] },
        {
            "MultiagentFT.Server",
            ["Foundation", "Contracts", "Inference", "Debate", "Runs", "Serving"],
            [
                "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting.Abstractions", "Microsoft.AspNetCore.Hosting.Server.Abstractions",
                "Microsoft.AspNetCore.Http.Abstractions", "Microsoft.AspNetCore.Http.Extensions", "Microsoft.AspNetCore.Http.Features",
                "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Routing.Abstractions", "Microsoft.AspNetCore.Server.Kestrel",
                "Microsoft.AspNetCore.Server.Kestrel.Core", "Microsoft.AspNetCore.WebUtilities", "Microsoft.Net.Http.Headers",
                "OpenTelemetry", "OpenTelemetry.Api", "OpenTelemetry.Api.ProviderBuilderExtensions", "OpenTelemetry.Exporter.OpenTelemetryProtocol",
                "OpenTelemetry.Exporter.Prometheus.AspNetCore", "OpenTelemetry.Extensions.Hosting",
            ]
        },
        {
            "mft",
            ["Foundation", "Contracts", "Gguf", "Debate", "Remote", "Runs", "Cluster", "Training", "Serving", "Server", "Bench", "Hub"],
            ["OpenTelemetry", "OpenTelemetry.Api", "OpenTelemetry.Exporter.OpenTelemetryProtocol", "Spectre.Console", "Spectre.Console.Ansi", "System.CommandLine"]
        },
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void An_assembly_refers_to_the_layers_below_it(string assembly, string[] layers, string[] packages)
    {
        var allowed = layers.Select(layer => Product + layer).Concat(packages).ToHashSet();

        var foreign = Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(name => !IsPlatform(name) && !allowed.Contains(name));

        Assert.Empty(foreign);
    }

    [Fact]
    public void Every_assembly_has_a_row()
    {
        var rows = Layers.Select(row => row.Data.Item1).Order(StringComparer.Ordinal);

        Assert.Equal(Built().Order(StringComparer.Ordinal), rows);
    }

    [Fact]
    public void Native_functions_are_called_by_one_assembly()
    {
        const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

        var callers =
            from assembly in Built()
            from type in Assembly.Load(assembly).GetTypes()
            where type.GetMethods(All).Any(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
            select assembly;

        Assert.Equal(["MultiagentFT.Native"], callers.Distinct());
    }

    private static IEnumerable<string> Built() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Where(name => name == "mft" || (name.StartsWith(Product, StringComparison.Ordinal) && !name.EndsWith(".Tests", StringComparison.Ordinal)));

    private static bool IsPlatform(string name) =>
        name is "netstandard" or "Microsoft.CSharp" or "Microsoft.Win32.Primitives"
        || name.StartsWith("System.", StringComparison.Ordinal) && name != "System.CommandLine"
        || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal);
}
