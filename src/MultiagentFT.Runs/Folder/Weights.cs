using System.Collections.Immutable;

namespace MultiagentFT.Runs.Folder;

/// <summary>The current adapter of every agent that has been finetuned; the others are still the base model.</summary>
internal sealed class Weights
{
    public static readonly Weights OfBase = new(ImmutableSortedDictionary.Create<string, AdapterFile>(StringComparer.Ordinal));

    private readonly ImmutableSortedDictionary<string, AdapterFile> _files;

    private Weights(ImmutableSortedDictionary<string, AdapterFile> files) => _files = files;

    public AdapterFile? Of(string agent) => _files.GetValueOrDefault(agent);

    public Weights With(AdapterFile file) => new(_files.SetItem(file.Name, file));

    public void Write(string path) => JsonFile.Write(path, _files.Values);

    /// <exception cref="Foundation.InputException">The file is missing or something else.</exception>
    public static Weights Read(string path) =>
        JsonFile.Read<AdapterFile[]>(path).Aggregate(OfBase, (weights, file) => weights.With(file));
}
