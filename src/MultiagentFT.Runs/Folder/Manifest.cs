namespace MultiagentFT.Runs.Folder;

/// <summary>Written last: the run ended, and these are its files.</summary>
/// <param name="Files">Paths relative to the folder, in ordinal order.</param>
public sealed record Manifest(IReadOnlyList<InputFile> Files)
{
    /// <summary>Lists and hashes every file of the folder but the lock and leftovers of interrupted writes.</summary>
    public static Manifest Of(RunLayout layout) => new(
    [
        .. Directory.EnumerateFiles(layout.Root, "*", SearchOption.AllDirectories)
            .Where(path => path != layout.Lock && path != layout.Manifest && !path.EndsWith(".tmp", StringComparison.Ordinal))
            .OrderBy(layout.Relative, StringComparer.Ordinal)
            .Select(path => InputFile.Measure(path) with { Path = layout.Relative(path) }),
    ]);

    public void Write(RunLayout layout) => JsonFile.Write(layout.Manifest, this);
}
