using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Serving;
using MultiagentFT.Training.Memory;

namespace MultiagentFT.Cli.Setup;

/// <summary>How the memory of <c>mft serve</c> is divided among the engine, a trainer beside it, and adapters that come later.</summary>
/// <param name="Engine">Bytes.</param>
/// <param name="Trainer">Bytes; 0 where nothing is trained.</param>
/// <param name="Adapters">Bytes; 0 where none comes.</param>
internal sealed record ServingMemory(long Engine, long Trainer, long Adapters)
{
    /// <summary>Adapters of the usual rank for which there is room where nothing is said.</summary>
    private const int UsualAdapters = 8;

    /// <summary>Two answers to a prompt.</summary>
    private const int MostSequences = 2;

    public override string ToString() =>
        $"memory: {ByteSize.Text(Engine)} for the engine, {ByteSize.Text(Trainer)} for a trainer, {ByteSize.Text(Adapters)} for adapters that are loaded later";

    /// <param name="memory">What all may take, such as <c>6GiB</c>.</param>
    /// <param name="model">The base.</param>
    /// <param name="usual">How jobs train.</param>
    /// <param name="trainer">Size, as people write it; null: what a training on the longest examples takes at least.</param>
    /// <param name="adapters">Size; null: room for some of the usual rank.</param>
    /// <param name="trains">Whether there is a trainer.</param>
    /// <param name="loads">Whether adapters may come.</param>
    /// <exception cref="InputException">A size is none, or nothing is left for the engine, or a trainer could not work with its part.</exception>
    public static ServingMemory Divide(string memory, string model, TrainingOptions usual, string? trainer, string? adapters, bool trains, bool loads)
    {
        var all = SizeOf("--memory", memory);
        var least = trains ? LeastOf(model, usual) : 0;
        var training = trainer is null ? least : SizeOf("--trainer-memory", trainer);
        if (training < least)
            throw new InputException("--trainer-memory", null, $"at least {ByteSize.Text(least)} to train on examples of {usual.MaxLength} tokens", ByteSize.Text(training));
        var loading = adapters is not null ? SizeOf("--adapter-memory", adapters)
            : loads ? AdapterDemand.OfRank(UsualAdapters, usual.Rank).MostBytesOver(model) : 0;
        if (training + loading >= all)
        {
            throw new InputException(
                "--memory", null, $"more than the {ByteSize.Text(training)} for a trainer (--trainer-memory) and the {ByteSize.Text(loading)} for adapters (--adapter-memory) together",
                ByteSize.Text(all));
        }
        return new ServingMemory(all - training - loading, training, loading);
    }

    /// <summary>A size that <see cref="ByteSize.TryParse"/> reads as no more than these bytes.</summary>
    public static string Option(long bytes) => FormattableString.Invariant($"{bytes >> 10}KiB");

    private static long LeastOf(string model, TrainingOptions usual)
    {
        using var file = ModelFile.Open(model);
        var demand = new TrainingDemand(file, usual);
        var bytes = ((Kept[])[Kept.Activations, Kept.Weights, Kept.Nothing])
            .Min(way => demand.Plan(way, MostSequences * usual.MaxLength, usual.MaxLength).Total);
        // Whole KiB, and one for the bytes beside it.
        return ((bytes >> 10) + 1) << 10;
    }

    private static long SizeOf(string option, string text) =>
        ByteSize.TryParse(text, out var bytes) ? bytes : throw new InputException(option, null, ByteSize.Expected, text);
}
