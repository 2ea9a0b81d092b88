namespace MultiagentFT.Foundation;

/// <summary>Paths from options and files, which may be anything.</summary>
public static class FilePath
{
    /// <summary>The absolute path.</summary>
    /// <param name="path">Relative to <paramref name="folder"/>, or absolute.</param>
    /// <param name="source">The option or key that it comes from.</param>
    /// <param name="folder">Null: the current one.</param>
    /// <exception cref="InputException">It is empty or holds a NUL.</exception>
    public static string Full(string path, string source, string? folder = null)
    {
        if (path.Length == 0) throw new InputException(source, null, "a path", "nothing");
        if (path.Contains('\0')) throw new InputException(source, null, "a path without NUL", path);
        return folder is null ? Path.GetFullPath(path) : Path.GetFullPath(path, folder);
    }
}
