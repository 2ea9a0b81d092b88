using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Objectives;

/// <summary>The objectives that a trainer knows. Other assemblies add theirs with <see cref="With"/>.</summary>
public sealed class ObjectiveCatalog(params IReadOnlyList<ObjectiveEntry> entries)
{
    /// <summary>The objectives of this assembly.</summary>
    public static ObjectiveCatalog Default { get; } = new(SupervisedObjective.Entry, DpoObjective.Entry, DpoObjective.NormalizedEntry, KtoObjective.Entry);

    public IReadOnlyList<ObjectiveEntry> Entries { get; } = entries;

    public IEnumerable<string> Keys => Entries.Select(entry => entry.Key);

    /// <summary>A catalog with one objective more.</summary>
    /// <exception cref="ArgumentException">Its key is taken.</exception>
    public ObjectiveCatalog With(ObjectiveEntry entry) => Keys.Contains(entry.Key)
        ? throw new ArgumentException($"There is an objective {entry.Key} already.", nameof(entry))
        : new ObjectiveCatalog([.. Entries, entry]);

    /// <exception cref="InputException">There is no such objective; the message names those there are and the closest one.</exception>
    public ObjectiveEntry Require(string key) =>
        Entries.FirstOrDefault(entry => entry.Key == key)
        ?? throw new InputException("training option objective", null, string.Join(", ", Keys), key + ClosestName.Hint(key, Keys));
}
