namespace MultiagentFT.Foundation;

/// <summary>Writes whole files so that a reader sees the old content or the new one, never a part.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary file beside <paramref name="path"/>, flushes it to disk and renames it.
    /// </summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="write">Writes the whole content.</param>
    /// <param name="temporaryEnd">
    /// What the temporary file's name adds. Writers that share one exclude each other: the second fails; writers with their
    /// own each succeed, and the last one's content stays.
    /// </param>
    /// <exception cref="IOException">The disk is full or the folder is not writable; the old file is untouched.</exception>
    public static void Write(string path, Action<Stream> write, string temporaryEnd = ".tmp")
    {
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + temporaryEnd;
        // Opened before the try: when another writer has the temporary file open, this one fails and must not delete it.
        var stream = new FileStream(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes UTF-8 text without a byte-order mark.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
