namespace MultiagentFT.Debate.Tests.Fakes;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multiagentft-");

    public string File(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, params string[] lines)
    {
        System.IO.File.WriteAllText(File(name), string.Join('\n', lines) + "\n");
        return File(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
