namespace MultiagentFT.Cluster.Messages;

/// <summary>A run that has, or may have, work: an entry of the bucket of runs.</summary>
/// <param name="Format">Version, <see cref="Connection.ClusterConnection.Format"/>.</param>
/// <param name="Id">Begins the subjects of its work.</param>
/// <param name="Title">For people.</param>
/// <param name="Model">SHA-256 of its base model.</param>
/// <param name="ModelName">For people.</param>
/// <param name="Priority">Work of higher ones is taken first; those of equal ones share the workers.</param>
/// <param name="Version">Of its program: others do not take its work.</param>
/// <param name="Commit">The revision that this was built from.</param>
/// <param name="InstructionSet">The only one that may take its work; null: all.</param>
/// <param name="LeaseSeconds">After which a silent worker's work is given to another.</param>
internal sealed record RunEntry(
    int Format, string Id, string Title, string Model, string ModelName, int Priority, string Version, string Commit, string? InstructionSet, double LeaseSeconds)
    : IClusterMessage
{
    public IEnumerable<string> Validate()
    {
        if (Id.Length is 0 or > 64 || !Id.All(char.IsAsciiLetterOrDigit)) yield return $"id: expected 1 to 64 letters and digits, found {Id}";
        if (!StoredContent.IsHash(Model)) yield return $"model: expected 64 hexadecimal digits, found {Model}";
        if (!(LeaseSeconds is >= 0.1 and <= 86400)) yield return $"leaseSeconds: expected 0.1 to 86400, found {LeaseSeconds}";
    }

    /// <summary>Why a worker does not take this run's work; null where it does.</summary>
    public string? Refusal(IReadOnlyDictionary<string, string> models, Origin origin)
    {
        if (!models.ContainsKey(Model)) return $"expected the model {ModelName} (SHA-256 {Model}), which is not here";
        if (Version != origin.Version || Commit != origin.Commit) return $"expected mft {Version} (commit {Commit}), found {origin.Version} (commit {origin.Commit})";
        return InstructionSet is not null && InstructionSet != origin.InstructionSet ? $"expected the instruction set '{InstructionSet}', found '{origin.InstructionSet}'" : null;
    }
}
