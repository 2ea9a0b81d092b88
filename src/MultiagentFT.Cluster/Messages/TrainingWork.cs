using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Cluster.Messages;

/// <summary>An adapter to train.</summary>
/// <param name="Name">Of the adapter, which its file keeps.</param>
/// <param name="Options">How; the number of threads is part of it, as sums may depend on it.</param>
/// <param name="Seed">Of the training.</param>
/// <param name="Dataset">Chat JSONL.</param>
/// <param name="StartAdapter">A LoRA GGUF to start from; null starts at zero.</param>
internal sealed record TrainingWork(string Name, TrainingOptions Options, ulong Seed, StoredContent Dataset, StoredContent? StartAdapter)
{
    private const int LongestName = 128;

    public IEnumerable<string> Validate() => NameErrors().Concat(
        Options.Validate().Select(error => "training.options: " + error)
            .Concat(Dataset.Validate("training.dataset")).Concat(StartAdapter?.Validate("training.startAdapter") ?? []));

    /// <summary>It becomes the name of a file.</summary>
    private IEnumerable<string> NameErrors()
    {
        if (Name.Length is 0 or > LongestName || Name[0] == '.' || Name.Any(letter => !char.IsLetterOrDigit(letter) && letter is not ('-' or '_' or '.' or ' ')))
            yield return $"training.name: expected 1 to {LongestName} letters, digits, hyphens, underscores, points and blanks, found {Name}";
    }
}
