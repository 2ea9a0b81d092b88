using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Torch;

/// <summary>Puts the bytes of a library into a file, since the system's loader takes no other form.</summary>
public static class LibraryCopy
{
    /// <summary>
    /// Calls <paramref name="load"/> with a file of exactly these bytes: the one at <paramref name="path"/>, written anew
    /// unless it is that already, or, where it cannot be written, one in a temporary folder that only this user can enter and
    /// that is removed after the call. Any number of processes may do this at once.
    /// </summary>
    /// <exception cref="InputException">Neither file can be written.</exception>
    public static T Use<T>(byte[] image, string path, Func<string, T> load)
    {
        if (TryStore(image, path)) return load(path);
        string folder;
        string copy;
        try
        {
            // A new folder with a random name and mode 0700: nobody else can have put a library there.
            folder = Directory.CreateTempSubdirectory("multiagentft-").FullName;
            copy = Path.Combine(folder, Path.GetFileName(path));
            File.WriteAllBytes(copy, image);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, $"this file or one in {Path.GetTempPath()} to be writable", error.Message, error);
        }
        try
        {
            return load(copy);
        }
        finally
        {
            // A loaded library stays mapped without its file.
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool TryStore(byte[] image, string path)
    {
        try
        {
            if (Holds(path, image)) return true;
            AtomicFile.Write(path, stream => stream.Write(image));
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Perhaps another process has just written it.
            return Holds(path, image);
        }
    }

    private static bool Holds(string path, byte[] image)
    {
        try
        {
            return File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(image);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
