using MultiagentFT.Foundation;

namespace MultiagentFT.Cli;

/// <summary>All of a stream in a temporary file, which is deleted when this is disposed.</summary>
internal sealed class SpooledInput : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mft-");

    /// <exception cref="InputException">There is no space for it.</exception>
    public SpooledInput(Stream input)
    {
        Path = System.IO.Path.Combine(_folder.FullName, "standard-input.jsonl");
        try
        {
            using var file = File.Create(Path);
            input.CopyTo(file);
        }
        catch (IOException error)
        {
            Dispose();
            throw new InputException(StandardStream.Input, null, $"space for it in {_folder.Parent}", error.Message, error);
        }
    }

    /// <summary>Named as JSON Lines, whatever it holds.</summary>
    public string Path { get; }

    public void Dispose() => _folder.Delete(recursive: true);
}
