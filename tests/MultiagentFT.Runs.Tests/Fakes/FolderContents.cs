namespace MultiagentFT.Runs.Tests.Fakes;

/// <summary>All files of a run's folder but its lock, by their paths in it.</summary>
internal static class FolderContents
{
    public static SortedDictionary<string, string> Of(string folder) => new(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != ".lock")
            .ToDictionary(path => Path.GetRelativePath(folder, path), File.ReadAllText),
        StringComparer.Ordinal);
}
