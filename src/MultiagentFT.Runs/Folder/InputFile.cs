using System.Security.Cryptography;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Folder;

/// <summary>A file that a run reads but does not own. Its hash tells a resumed run that it is still the same.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">Hash of the content, lower-case hexadecimal.</param>
public sealed record InputFile(string Path, long Bytes, string Sha256)
{
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static InputFile Measure(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return new InputFile(System.IO.Path.GetFullPath(path), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, "a readable file", error.Message, error);
        }
    }
}
