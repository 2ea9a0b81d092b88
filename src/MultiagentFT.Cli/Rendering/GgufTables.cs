using System.Globalization;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using Spectre.Console;

namespace MultiagentFT.Cli.Rendering;

/// <summary>What a GGUF file holds, for readers.</summary>
internal static class GgufTables
{
    private const int LongestValue = 80;

    /// <summary>Enough for the tensors of the largest models that people read about.</summary>
    private const int MostRows = 2000;

    public static void Write(IAnsiConsole console, ModelFile model)
    {
        var template = model.HasChatTemplate ? "with" : "without";
        console.WriteLine(
            $"model {Printable.Line(model.Name)}: {Printable.Line(model.Architecture)}, {Number(model.Parameters)} weights, {Number(model.WeightBytes)} bytes");
        console.WriteLine($"context {model.Shape.Context}, vocabulary {model.Shape.Vocabulary}, {template} chat template");
        console.WriteLine($"fingerprint {model.Fingerprint}");
        Write(console, model.File);
    }

    public static void Write(IAnsiConsole console, AdapterFile adapter)
    {
        var ranks = string.Join(", ", adapter.Pairs.Select(pair => pair.Rank).Distinct());
        var alpha = adapter.Alpha.ToString(CultureInfo.InvariantCulture);
        console.WriteLine($"LoRA adapter {Printable.Line(adapter.Name)}: {Printable.Line(adapter.Architecture)}, rank {ranks}, alpha {alpha}");
        console.WriteLine($"base {Printable.Line(adapter.BaseName ?? "not named")}, fingerprint {Printable.Line(adapter.BaseFingerprint ?? "not given")}");
        console.WriteLine($"targets {Printable.Line(string.Join(", ", Targets(adapter)))}");
        if (adapter.UnusedNorms.Count > 0)
            console.WriteLine($"norms that are not applied, as in llama.cpp: {Printable.Line(string.Join(", ", adapter.UnusedNorms))}");
        Write(console, adapter.File);
    }

    /// <summary>The linear layers that are changed, each once: <c>attn_q</c> for <c>blk.3.attn_q.weight</c>.</summary>
    private static IEnumerable<string> Targets(AdapterFile adapter) => adapter.Pairs
        .Select(pair => pair.BaseTensor.Split('.') is [.., var layer, "weight"] ? layer : pair.BaseTensor)
        .Distinct();

    private static void Write(IAnsiConsole console, GgufFile file)
    {
        Columns.Write(console, new Columns(["key", "value"], [.. file.Metadata.Take(MostRows).Select(entry =>
            (string[])[Printable.Line(entry.Key), Line(GgufContent.Describe(entry.Value))])])
        { FirstNumber = 2 });
        WriteRest(console, "keys", file.Metadata.Count);
        Columns.Write(console, new Columns(["tensor", "type", "shape", "bytes"], [.. file.Tensors.Take(MostRows).Select(tensor =>
            (string[])[Printable.Line(tensor.Name), TensorTypes.Name(tensor.Type), tensor.ShapeText, Number(tensor.Bytes)])])
        { FirstNumber = 3 });
        WriteRest(console, "tensors", file.Tensors.Count);
    }

    private static void WriteRest(IAnsiConsole console, string what, int count)
    {
        if (count > MostRows) console.WriteLine($"and {count - MostRows} more {what} (--json lists all)");
    }

    private static string Line(string value)
    {
        var line = Printable.Line(value.Length <= 4 * LongestValue ? value : value[..(4 * LongestValue)]);
        return line.Length <= LongestValue ? line : line[..(LongestValue - 3)] + "...";
    }

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
