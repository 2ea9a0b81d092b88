using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Folder;

/// <summary>Written last: the run ended, and these are its files.</summary>
/// <param name="Format">Version of the folder, <see cref="FileFormat.Current"/>.</param>
/// <param name="Files">Paths relative to the folder, in ordinal order.</param>
public sealed record Manifest(int Format, IReadOnlyList<InputFile> Files)
{
    /// <summary>Lists and hashes every file of the folder but the lock, feedback and leftovers of interrupted writes.</summary>
    public static Manifest Of(RunLayout layout) => new(
        FileFormat.Current,
    [
        .. Directory.EnumerateFiles(layout.Root, "*", SearchOption.AllDirectories)
            .Where(path => path != layout.Lock && path != layout.Manifest && path != layout.Feedback && !AtomicFile.IsTemporary(path))
            .OrderBy(layout.Relative, StringComparer.Ordinal)
            .Select(path => InputFile.Measure(path) with { Path = layout.Relative(path) }),
    ]);

    /// <exception cref="InputException">There is none, or the file is something else.</exception>
    public static Manifest Read(RunLayout layout) => JsonFile.ReadVersioned<Manifest>(layout.Manifest);

    public void Write(RunLayout layout) => JsonFile.Write(layout.Manifest, this);

    /// <summary>Checks that files are still what the run wrote; files that were added since do not count.</summary>
    /// <param name="layout">The run's folder.</param>
    /// <param name="paths">Absolute paths of the files to check; null checks all.</param>
    /// <exception cref="InputException">Names every file that is missing or has other content.</exception>
    public void Check(RunLayout layout, IReadOnlyCollection<string>? paths = null)
    {
        var differences = Files
            .Select(file => file with { Path = layout.Absolute(file.Path) })
            .Where(file => paths is null || paths.Contains(file.Path))
            .Select(Difference).OfType<string>().ToList();
        if (differences.Count > 0)
            throw new InputException($"{layout.Root}: not as the run left it\n  {string.Join("\n  ", differences)}");
    }

    private static string? Difference(InputFile file)
    {
        if (!File.Exists(file.Path)) return $"{file.Path}: expected SHA-256 {file.Sha256}, found no such file";
        var now = InputFile.OfModel(file.Path).Sha256;
        return now == file.Sha256 ? null : $"{file.Path}: expected SHA-256 {file.Sha256}, found {now}";
    }
}
