using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Runs.Folder;

/// <summary>The agents after some iterations; null stands for one that is still the base model.</summary>
/// <param name="Generators">Weights of each generator.</param>
/// <param name="Critics">Weights of each critic.</param>
public sealed record FinetunedSociety(IReadOnlyList<AdapterFile?> Generators, IReadOnlyList<AdapterFile?> Critics)
{
    public static string GeneratorName(int agent) => $"generator-{agent + 1}";

    public static string CriticName(int agent) => $"critic-{agent + 1}";

    /// <summary>Who speaks, for a debate.</summary>
    public Society Speakers() =>
        new([.. Generators.Select(file => file?.Adapter())], [.. Critics.Select(file => file?.Adapter())]);

    /// <summary>Every adapter that a debate needs.</summary>
    public IEnumerable<AdapterFile> Adapters() => Generators.Concat(Critics).OfType<AdapterFile>();

    internal static FinetunedSociety Of(int agents, Weights weights) => new(
        [.. Enumerable.Range(0, agents).Select(agent => weights.Of(GeneratorName(agent)))],
        [.. Enumerable.Range(0, agents).Select(agent => weights.Of(CriticName(agent)))]);
}
