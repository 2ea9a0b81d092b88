using System.Globalization;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;

namespace MultiagentFT.Training.Memory;

/// <summary>Chooses what a training keeps and how much goes through the model at a time. The same job gives the same plan on every machine.</summary>
public static class TrainingPlanner
{
    /// <summary>Dequantized matrices up to here are kept where nothing is said about memory.</summary>
    private const long SmallBytes = 256L << 20;

    private static readonly Kept[] Ways = [Kept.Activations, Kept.Weights, Kept.Nothing];

    /// <param name="model">The base.</param>
    /// <param name="options">In range.</param>
    /// <param name="length">Tokens of the longest sequence.</param>
    /// <param name="sequences">Sequences of an example.</param>
    /// <exception cref="InputException">Not even one example fits; the message says what would.</exception>
    public static TrainingPlan Plan(ModelFile model, TrainingOptions options, int length, int sequences = 1)
    {
        var demand = new TrainingDemand(model, options);
        var least = checked(length * sequences);
        var most = Math.Max(least, options.BatchTokens);
        var ways = options.Keep == Kept.Auto ? Ways : [options.Keep];
        if (options.Memory.Length == 0)
        {
            var keep = options.Keep != Kept.Auto ? options.Keep : demand.Dequantized <= SmallBytes ? Kept.Activations : Kept.Nothing;
            return demand.Plan(keep, most, length);
        }
        if (!ByteSize.TryParse(options.Memory, out var budget)) throw new InputException("memory", null, ByteSize.Expected, options.Memory);
        // A whole batch at a time in a slower way beats parts of it in a faster one: few tokens multiply slowly.
        var best = ways.Select(way => demand.Fit(way, budget, least, most, length)).OfType<TrainingPlan>()
            .OrderByDescending(plan => plan.Tokens).ThenBy(plan => plan.Extra).FirstOrDefault();
        if (best is not null) return best;
        var needed = ways.Min(way => demand.Plan(way, least, length).Total);
        throw new InputException(
            "memory", null, string.Create(CultureInfo.InvariantCulture, $"at least {ByteSize.Text(needed + 1)} to train on one example of {length} tokens"), options.Memory);
    }
}
