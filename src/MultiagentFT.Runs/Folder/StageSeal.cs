using System.Security.Cryptography;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Folder;

/// <summary>
/// What a stage has written so far, by hash, in a file of its own: a later attempt continues from nothing else. A file may be
/// deleted, which has it made again.
/// </summary>
internal sealed class StageSeal
{
    private readonly RunLayout _layout;
    private readonly string _path;
    private readonly Dictionary<string, InputFile> _files;
    private readonly Lock _gate = new();
    private GrowingFile? _growing;

    /// <summary>Reads the seal of an earlier attempt, if there was one, and checks the files.</summary>
    /// <param name="layout">The run's folder.</param>
    /// <param name="stage">The stage's name.</param>
    /// <exception cref="InputException">A file is not as the stage left it.</exception>
    public StageSeal(RunLayout layout, string stage)
    {
        (_layout, _path) = (layout, layout.Seal(stage));
        var content = Read(layout, stage);
        _files = content?.Files.Where(file => File.Exists(layout.Absolute(file.Path))).ToDictionary(file => file.Path, StringComparer.Ordinal) ?? [];
        HasEnded = content is { HasEnded: true } && _files.Count == content.Files.Count;
        foreach (var file in _files.Values) Check(layout, file);
    }

    /// <summary>Whether the stage's output was whole, and still is.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether an earlier attempt ended a stage, whatever has become of its files.</summary>
    public static bool EndedOnce(RunLayout layout, string stage) => Read(layout, stage) is { HasEnded: true };

    /// <summary>What a stage that ended has written, by paths in the folder, whatever has become of it; null for one that has not ended.</summary>
    /// <exception cref="InputException">The seal is something else.</exception>
    public static IReadOnlyList<InputFile>? Outputs(RunLayout layout, string stage) => Read(layout, stage) is { HasEnded: true } content ? content.Files : null;

    /// <summary>Whether a file is as the stage left it; false for one that it has not sealed.</summary>
    public bool Holds(string path)
    {
        lock (_gate) return _files.ContainsKey(_layout.Relative(path));
    }

    /// <summary>Seals whole files.</summary>
    /// <param name="hasEnded">Whether the stage's output is whole now.</param>
    /// <param name="paths">Absolute paths.</param>
    public void Add(bool hasEnded, params IEnumerable<string> paths)
    {
        lock (_gate)
        {
            foreach (var path in paths) Set(InputFile.Measure(path));
            HasEnded = hasEnded;
            Write();
        }
    }

    /// <summary>Seals a file that only ever grows, of which no more than the new end is read.</summary>
    public void AddGrown(bool hasEnded, string path)
    {
        lock (_gate)
        {
            _growing ??= new GrowingFile(path);
            Set(_growing.Measure());
            HasEnded = hasEnded;
            Write();
        }
    }

    private void Set(InputFile file) => _files[_layout.Relative(file.Path)] = file with { Path = _layout.Relative(file.Path) };

    private void Write() => JsonFile.Write(_path, new Content(FileFormat.Current, HasEnded, [.. _files.Values.OrderBy(file => file.Path, StringComparer.Ordinal)]));

    private static Content? Read(RunLayout layout, string stage)
    {
        var path = layout.Seal(stage);
        if (!File.Exists(path)) return null;
        var content = JsonFile.ReadVersioned<Content>(path);
        var twice = content.Files.GroupBy(file => file.Path, StringComparer.Ordinal).FirstOrDefault(files => files.Count() > 1);
        return twice is null ? content : throw new InputException(path, "files", "each file once", twice.Key);
    }

    /// <summary>What a killed attempt added to a file of lines is not sealed; every other file is whole or refused.</summary>
    private static void Check(RunLayout layout, InputFile sealedFile)
    {
        var path = layout.Absolute(sealedFile.Path);
        var isTranscript = path.EndsWith(".jsonl", StringComparison.Ordinal) && sealedFile.Path.StartsWith("transcripts/", StringComparison.Ordinal);
        var found = InputFile.Measure(path, isTranscript ? sealedFile.Bytes : long.MaxValue).Sha256;
        if (found != sealedFile.Sha256)
        {
            throw new InputException(
                $"{Printable.Line(path)}: expected SHA-256 {sealedFile.Sha256}, as the run left it, found {found}; restore the file, or delete it to have it made again");
        }
    }

    /// <param name="Format">Version of the folder, <see cref="FileFormat.Current"/>.</param>
    /// <param name="HasEnded">Whether the output is whole.</param>
    /// <param name="Files">Paths relative to the run folder, in ordinal order.</param>
    private sealed record Content(int Format, bool HasEnded, IReadOnlyList<InputFile> Files);

    private sealed class GrowingFile(string path)
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _length;

        public InputFile Measure()
        {
            using var stream = File.OpenRead(path);
            stream.Position = _length;
            var buffer = new byte[1 << 16];
            for (int count; (count = stream.Read(buffer)) > 0; _length += count) _hash.AppendData(buffer, 0, count);
            return new InputFile(path, _length, Convert.ToHexStringLower(_hash.GetCurrentHash()));
        }
    }
}
