namespace MultiagentFT.Foundation;

/// <summary>Paths in files, so that they mean the same where file and target have moved together.</summary>
public static class RelativePath
{
    /// <summary>The path from a folder on, with forward slashes; the path as it is where both have nothing but the root in common.</summary>
    /// <param name="path">Absolute, or empty.</param>
    /// <param name="folder">Absolute.</param>
    public static string Of(string path, string folder)
    {
        if (path.Length == 0 || !Path.IsPathFullyQualified(path)) return path;
        var relative = Path.GetRelativePath(folder, path).Replace('\\', '/');
        var climbs = relative.Split('/').TakeWhile(part => part == "..").Count();
        return climbs > 0 && climbs >= DepthOf(folder) ? path : relative;
    }

    private static int DepthOf(string folder) =>
        folder[Path.GetPathRoot(folder)!.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Length;
}
