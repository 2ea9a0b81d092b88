using System.Globalization;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Training.Memory;
using Spectre.Console;

namespace MultiagentFT.Cli.Rendering;

/// <summary>What serving a model and training on it take of memory, and what fits an amount of it.</summary>
internal static class PlanTable
{
    private const int ServedContext = 4096;

    /// <summary>.NET, llama.cpp's libraries and the step of a small batch.</summary>
    private const long ServingProcess = 256L << 20;

    private static readonly int[] Lengths = [512, 1024, 2048];
    private static readonly (Kept Keep, string Name)[] Ways = [(Kept.Activations, "activations"), (Kept.Weights, "weights"), (Kept.Nothing, "nothing")];

    /// <param name="console">Where to.</param>
    /// <param name="model">The base.</param>
    /// <param name="memory">As <see cref="ByteSize"/> reads it; empty for no bound.</param>
    public static void Write(IAnsiConsole console, ModelFile model, string memory)
    {
        var budget = 0L;
        if (memory.Length > 0 && !ByteSize.TryParse(memory, out budget)) throw new InputException("--memory", null, ByteSize.Expected, memory);
        var slot = 2L * model.Shape.Blocks * model.Shape.Keys * sizeof(ushort) * ServedContext;
        var serving = ServingProcess + model.WeightBytes;
        console.WriteLine(
            $"serving: about {ByteSize.Text(serving)}, and {ByteSize.Text(slot)} of keys and values a slot of {ServedContext} tokens"
            + (budget > 0 ? Fitting(budget, serving, slot) : ""));
        if (ArchitectureCatalog.Find(model.Architecture) is null)
        {
            console.WriteLine($"training: not of {Printable.Line(model.Architecture)}");
            return;
        }
        var options = new TrainingOptions { Rank = 16 };
        console.WriteLine("training an adapter of rank 16 on all linear layers, one conversation at a time, by what is kept in memory (train --keep):");
        Columns.Write(console, new Columns(
            ["kept", .. Lengths.Select(length => $"{length} tokens")],
            [.. Ways.Select(way => (string[])[way.Name, .. Lengths.Select(length => ByteSize.Text(new TrainingDemand(model, options).Plan(way.Keep, length, length).Total))])]));
        if (budget == 0) return;
        foreach (var length in Lengths) console.WriteLine($"{length} tokens in {memory}: {Chosen(model, options with { BatchTokens = Math.Max(length, options.BatchTokens), Memory = memory }, length)}");
        var both = serving + slot + new TrainingDemand(model, options).Plan(Kept.Nothing, Lengths[0], Lengths[0]).Total;
        console.WriteLine($"serving one slot while training on {Lengths[0]} tokens: {ByteSize.Text(both)}, {(both <= budget ? "fits" : "does not fit")}");
    }

    private static string Fitting(long budget, long serving, long slot) => budget < serving + slot
        ? "; does not fit"
        : string.Create(CultureInfo.InvariantCulture, $"; {(budget - serving) / slot} slots fit");

    private static string Chosen(ModelFile model, TrainingOptions options, int length)
    {
        try
        {
            return TrainingPlanner.Plan(model, options, length).ToString();
        }
        catch (InputException error)
        {
            return error.Message;
        }
    }
}
