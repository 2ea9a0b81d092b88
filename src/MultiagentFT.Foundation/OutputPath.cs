namespace MultiagentFT.Foundation;

/// <summary>Finds out before any work whether its result could be written.</summary>
public static class OutputPath
{
    /// <param name="path">A file to be written; its folders may be missing.</param>
    /// <param name="source">The option or key that it comes from.</param>
    /// <returns>The absolute path.</returns>
    /// <exception cref="InputException">It is a folder, or cannot be written. Nothing is left behind.</exception>
    public static string RequireFile(string path, string source)
    {
        path = FilePath.Full(path, source);
        if (Directory.Exists(path)) throw new InputException(path, null, "a file to write", "a folder");
        if (Path.EndsInDirectorySeparator(path)) throw new InputException(path, null, "a file to write", "the name of a folder");
        RequireFolder(Path.GetDirectoryName(path)!, source);
        return path;
    }

    /// <param name="path">A folder to write into; it may be missing.</param>
    /// <param name="source">The option or key that it comes from.</param>
    /// <returns>The absolute path.</returns>
    /// <exception cref="InputException">It is a file, or cannot be written. Nothing is left behind.</exception>
    public static string RequireFolder(string path, string source)
    {
        path = FilePath.Full(path, source);
        // The nearest folder that is there: it decides whether those below can be made.
        var folder = path;
        while (!Directory.Exists(folder))
        {
            if (File.Exists(folder)) throw new InputException(folder, null, "a folder", "a file");
            folder = Path.GetDirectoryName(folder) ?? throw new InputException(path, null, "a folder that can be made", "no such root");
        }
        try
        {
            AtomicFile.Try(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, "a place that can be written", error.Message, error);
        }
        return path;
    }
}
