using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Stages;

/// <summary>
/// Cuts datasets down to the size of another method's, so that both train on as many tokens. Sizes are characters: the tokens of an example
/// are known when it is trained, and examples of one task have as many tokens a character.
/// </summary>
internal static class TrainingBudget
{
    public static long Characters(IEnumerable<ChatExample> examples) => examples.Sum(Characters);

    /// <summary>Leaves examples out at random until no more than the budget is left; the others keep their order.</summary>
    /// <param name="datasets">By agent; each keeps the same share.</param>
    /// <param name="budget">Characters of all together.</param>
    /// <param name="seed">Decides which are left out.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Trim(
        IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> datasets, long budget, Seed seed)
    {
        var total = datasets.Values.Sum(Characters);
        if (total <= budget) return datasets;
        return datasets.ToDictionary(
            set => set.Key, set => Trim(set.Value, Characters(set.Value) * ((double)budget / total), seed.Of(set.Key).Generator()));
    }

    private static IReadOnlyList<ChatExample> Trim(IReadOnlyList<ChatExample> examples, double budget, SplitMix64 random)
    {
        var order = Enumerable.Range(0, examples.Count).ToArray();
        random.Shuffle<int>(order);
        var (kept, used) = (new List<int>(), 0L);
        foreach (var index in order)
        {
            used += Characters(examples[index]);
            if (used > budget) break;
            kept.Add(index);
        }
        return [.. kept.Order().Select(index => examples[index])];
    }

    private static long Characters(ChatExample example) => example.Messages.Sum(message => (long)message.Content.Length);
}
