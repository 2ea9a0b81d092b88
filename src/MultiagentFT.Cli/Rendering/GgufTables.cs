using System.Globalization;
using MultiagentFT.Gguf;
using Spectre.Console;

namespace MultiagentFT.Cli.Rendering;

/// <summary>What a GGUF file holds, for readers.</summary>
internal static class GgufTables
{
    private const int LongestValue = 80;

    public static void Write(IAnsiConsole console, ModelFile model)
    {
        var template = model.HasChatTemplate ? "with" : "without";
        console.WriteLine(
            $"model {model.Name}: {model.Architecture}, {Number(model.Parameters)} weights, {Number(model.WeightBytes)} bytes");
        console.WriteLine($"context {model.Shape.Context}, vocabulary {model.Shape.Vocabulary}, {template} chat template");
        console.WriteLine($"fingerprint {model.Fingerprint}");
        Write(console, model.File);
    }

    public static void Write(IAnsiConsole console, AdapterFile adapter)
    {
        var ranks = string.Join(", ", adapter.Pairs.Select(pair => pair.Rank).Distinct());
        var alpha = adapter.Alpha.ToString(CultureInfo.InvariantCulture);
        console.WriteLine($"LoRA adapter {adapter.Name}: {adapter.Architecture}, rank {ranks}, alpha {alpha}");
        console.WriteLine($"base {adapter.BaseName ?? "not named"}, fingerprint {adapter.BaseFingerprint ?? "not given"}");
        console.WriteLine($"targets {string.Join(", ", Targets(adapter))}");
        Write(console, adapter.File);
    }

    /// <summary>The linear layers that are changed, each once: <c>attn_q</c> for <c>blk.3.attn_q.weight</c>.</summary>
    private static IEnumerable<string> Targets(AdapterFile adapter) => adapter.Pairs
        .Select(pair => pair.BaseTensor.Split('.') is [.., var layer, "weight"] ? layer : pair.BaseTensor)
        .Distinct();

    private static void Write(IAnsiConsole console, GgufFile file)
    {
        var metadata = new Table().Border(TableBorder.Simple).AddColumns("key", "value");
        foreach (var (key, value) in file.Metadata)
            metadata.AddRow(Markup.Escape(key), Markup.Escape(Line(GgufContent.Describe(value))));
        console.Write(metadata);
        var tensors = new Table().Border(TableBorder.Simple)
            .AddColumns("tensor", "type", "shape").AddColumn(new TableColumn("bytes").RightAligned());
        foreach (var tensor in file.Tensors)
        {
            tensors.AddRow(
                Markup.Escape(tensor.Name), TensorTypes.Name(tensor.Type), Markup.Escape(tensor.ShapeText), Number(tensor.Bytes));
        }
        console.Write(tensors);
    }

    private static string Line(string value)
    {
        var line = value.ReplaceLineEndings("\\n");
        return line.Length <= LongestValue ? line : line[..(LongestValue - 3)] + "...";
    }

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
