using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>A part of a file, for messages.</summary>
internal readonly record struct FilePart(string Path, string Name)
{
    public InputException Wrong(string? field, string expected, string found) => new(Path, field is null ? Name : $"{Name}: {field}", expected, found);
}
