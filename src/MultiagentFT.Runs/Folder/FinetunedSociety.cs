using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Runs.Folder;

/// <summary>The agents after an iteration; null stands for one that is still the base model.</summary>
/// <param name="Iteration">Iterations done; 0 before the first.</param>
/// <param name="Generators">Weights of each generator.</param>
/// <param name="Critics">Weights of each critic.</param>
public sealed record FinetunedSociety(int Iteration, IReadOnlyList<AdapterFile?> Generators, IReadOnlyList<AdapterFile?> Critics)
{
    public static FinetunedSociety OfBase(int agents) => new(0, new AdapterFile?[agents], new AdapterFile?[agents]);

    public static string GeneratorName(int agent) => $"generator-{agent + 1}";

    public static string CriticName(int agent) => $"critic-{agent + 1}";

    /// <summary>Who speaks, for a debate.</summary>
    public Society Speakers() =>
        new([.. Generators.Select(file => file?.Adapter())], [.. Critics.Select(file => file?.Adapter())]);

    /// <summary>Every adapter that a debate needs.</summary>
    public IEnumerable<AdapterFile> Adapters() => Generators.Concat(Critics).OfType<AdapterFile>();
}
