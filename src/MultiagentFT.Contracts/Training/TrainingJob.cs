using MultiagentFT.Foundation;

namespace MultiagentFT.Contracts.Training;

/// <summary>One adapter to train.</summary>
public sealed record TrainingJob
{
    /// <summary>The GGUF file that is served, or the name of a remote model (<see cref="Generation.RemoteModel"/>).</summary>
    public required string Model { get; init; }

    /// <summary>Chat JSONL.</summary>
    public required string Dataset { get; init; }

    /// <summary>Preferences (pairs, or labelled completions) that are learned beside the conversations of <see cref="Dataset"/>. Default null: none.</summary>
    public string? Preferences { get; init; }

    /// <summary>Adapter, or reference to a remote model, to start from; null starts at the base.</summary>
    public string? StartAdapter { get; init; }

    /// <summary>Where the adapter (a llama.cpp LoRA GGUF, or a reference to a remote model) is written; its report goes beside it as <c>.json</c>.</summary>
    public required string Output { get; init; }

    public ulong Seed { get; init; }

    public TrainingOptions Options { get; init; } = new();

    /// <summary>Checks that neither the adapter nor its report would be written over what the job reads, or over each other.</summary>
    /// <exception cref="InputException">One would; the message names both.</exception>
    public void RequireOwnOutput()
    {
        foreach (var (key, path) in ((string, string?)[])[("model", Model), ("dataset", Dataset), ("preferences", Preferences), ("startAdapter", StartAdapter), ("output", Output)])
            if (path is not null) _ = FilePath.Full(path, key);
        var comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        var report = TrainingReports.PathFor(Output);
        if (IsSame(Output, report)) throw new InputException(Output, null, "an adapter's path, such as one that ends in .gguf", "the path of its report");
        (string Name, string? Path)[] inputs = [("the model", Model), ("the dataset", Dataset), ("the preferences", Preferences), ("the adapter to start from", StartAdapter)];
        foreach (var (name, path) in inputs)
        {
            if (path is null) continue;
            if (IsSame(Output, path)) throw new InputException(Output, null, "a path of its own for the trained adapter", name);
            if (IsSame(report, path)) throw new InputException(report, null, $"a path of its own for the report of {Output}", name);
        }

        bool IsSame(string left, string right) => string.Equals(Path.GetFullPath(left), Path.GetFullPath(right), comparison);
    }
}
