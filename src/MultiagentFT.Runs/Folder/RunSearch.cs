namespace MultiagentFT.Runs.Folder;

/// <summary>Looks for runs that ended.</summary>
internal static class RunSearch
{
    /// <summary>Folders below the given one in which they are looked for: experiment, model, task, seed.</summary>
    private const int Deepest = 4;

    /// <summary>Their folders, in and below the given one, in ordinal order; none where it does not exist.</summary>
    public static IEnumerable<string> Below(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, RunLayout.ManifestName, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = Deepest, IgnoreInaccessible = true })
            .Order(StringComparer.Ordinal).Select(manifest => Path.GetDirectoryName(manifest)!)
        : [];
}
