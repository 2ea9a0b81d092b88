using System.Security.Cryptography;
using System.Text;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Folder;

/// <summary>A file that a run reads but does not own. Its hash tells a resumed run that it is still the same.</summary>
/// <param name="Path">Absolute path; of a remote model its name.</param>
/// <param name="Bytes">Length; of a remote model 0.</param>
/// <param name="Sha256">Hash of the content, lower-case hexadecimal; of a remote model that of its name.</param>
public sealed record InputFile(string Path, long Bytes, string Sha256)
{
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static InputFile Measure(string path) => Measure(path, long.MaxValue);

    /// <summary>A GGUF file, or the first of several, whose bytes count as those of one; or a remote model, of which no more than the name is known.</summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static InputFile OfModel(string model) => RemoteModel.IsRemote(model)
        ? new InputFile(model, 0, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(model))))
        : Measure(PartFiles.Of(model), long.MaxValue);

    /// <summary>The beginning of a file, or all of it where it is shorter.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    internal static InputFile Measure(string path, long most) => Measure([path], most);

    private static InputFile Measure(IReadOnlyList<string> paths, long most)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        var length = 0L;
        foreach (var path in paths)
        {
            try
            {
                using var stream = File.OpenRead(path);
                for (int count; length < most && (count = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, most - length))) > 0; length += count)
                    hash.AppendData(buffer, 0, count);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new InputException(path, null, "a readable file", error.Message, error);
            }
        }
        return new InputFile(System.IO.Path.GetFullPath(paths[0]), length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
