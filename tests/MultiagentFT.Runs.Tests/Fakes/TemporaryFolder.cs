namespace MultiagentFT.Runs.Tests.Fakes;

/// <summary>
/// A folder of the test's own, gone when it ends. In memory where the system has such a place: hundreds of runs flush
/// thousands of files.
/// </summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    public string Root { get; } = Create();

    public string At(string name) => Path.Combine(Root, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    private static string Create()
    {
        var disk = Directory.CreateTempSubdirectory("mft-runs-").FullName;
        if (!Directory.Exists(Memory)) return disk;
        var memory = Path.Combine(Memory, Path.GetFileName(disk));
        Directory.Delete(disk);
        return Directory.CreateDirectory(memory).FullName;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
