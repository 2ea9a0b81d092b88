using System.Text.RegularExpressions;

namespace MultiagentFT.Foundation;

/// <summary>Writes whole files so that a reader sees the old content or the new one, never a part.</summary>
public static partial class AtomicFile
{
    private const string TemporaryEnd = ".tmp";

    private static long _written;

    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary file beside <paramref name="path"/>, flushes it to disk and renames it.
    /// The temporary file is created, never opened: a link that somebody put there leads nowhere. Of two writers at a time each
    /// succeeds, and the last one's content stays. What killed writers of the same file left behind is deleted.
    /// </summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="write">Writes the whole content.</param>
    /// <exception cref="IOException">The disk is full or the folder is not writable; the old file is untouched.</exception>
    public static void Write(string path, Action<Stream> write) => WriteAsync(path, stream =>
    {
        write(stream);
        return Task.CompletedTask;
    }).GetAwaiter().GetResult();

    /// <inheritdoc cref="Write"/>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        DeleteLeftovers(path);
        using var file = Create(path);
        try
        {
            await write(file).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
            // Renamed while it is open: no other writer takes it for a leftover.
            File.Move(file.Name, path, overwrite: true);
        }
        catch
        {
            File.Delete(file.Name);
            throw;
        }
    }

    /// <summary>Writes UTF-8 text without a byte-order mark.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether a file is one that <see cref="Write"/> has not finished, or never will.</summary>
    public static bool IsTemporary(string path) => path.EndsWith(TemporaryEnd, StringComparison.Ordinal);

    /// <summary>Creates a file in a folder and deletes it again.</summary>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing may be written there.</exception>
    public static void Try(string folder)
    {
        using var file = Create(Path.Combine(folder, ".mft"));
        File.Delete(file.Name);
    }

    private static FileStream Create(string path)
    {
        var temporary = $"{path}.{Environment.ProcessId}-{Interlocked.Increment(ref _written)}{TemporaryEnd}";
        try
        {
            return Open(temporary);
        }
        catch (IOException) when (new FileInfo(temporary) is { } found && (found.Exists || found.LinkTarget is not null))
        {
            // Another process had this number, or somebody guessed it. Of a link the link itself goes, not what it leads to.
            File.Delete(temporary);
            return Open(temporary);
        }
    }

    private static FileStream Open(string temporary) =>
        new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 1 << 16);

    private static void DeleteLeftovers(string path)
    {
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*" + TemporaryEnd))
        {
            if (file.StartsWith(path, StringComparison.Ordinal) && OwnEnd().IsMatch(file.AsSpan(path.Length)) && !IsHeld(file)) File.Delete(file);
        }
    }

    /// <summary>Whether somebody writes a file, or it is a link, which no writer makes.</summary>
    private static bool IsHeld(string file)
    {
        try
        {
            if (new FileInfo(file).LinkTarget is not null) return true;
            using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>What <see cref="Create"/> adds to a name: files of others that end alike are left alone.</summary>
    [GeneratedRegex("^\\.[0-9]+-[0-9]+\\.tmp$")]
    private static partial Regex OwnEnd();
}
