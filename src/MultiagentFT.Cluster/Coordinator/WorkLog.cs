using System.Text.Json;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cluster.Coordinator;

/// <summary>Who did what: a line for each piece of work, in the order in which results came.</summary>
internal sealed class WorkLog
{
    private readonly Lock _gate = new();
    private readonly string? _path;
    private bool _isWhole;
    private readonly HashSet<string> _instructionSets = new(StringComparer.Ordinal);

    /// <summary>What was written before this process: a run that was killed before it kept a result finds the same one again.</summary>
    private readonly HashSet<(string Work, string Worker, double Seconds)> _before = [];

    /// <param name="path">Where the lines go; null: nowhere.</param>
    public WorkLog(string? path)
    {
        _path = path;
        _isWhole = path is null || !File.Exists(path) || EndsALine(path);
        foreach (var line in path is null ? [] : Read(path))
        {
            _instructionSets.Add(line.InstructionSet);
            _before.Add((line.Work, line.Worker, line.Seconds));
        }
    }

    /// <summary>All that have been used, by this process and those before it.</summary>
    public IReadOnlyCollection<string> InstructionSets
    {
        get
        {
            lock (_gate) return [.. _instructionSets.Order(StringComparer.Ordinal)];
        }
    }

    public void Add(WorkContent work, ResultMessage result)
    {
        lock (_gate)
        {
            _instructionSets.Add(result.Origin.InstructionSet);
            if (_path is null) return;
            var line = Line.Of(work, result);
            if (_before.Remove((line.Work, line.Worker, line.Seconds))) return;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
            using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            // A torn line of a killed run ends where the next one begins.
            if (file.Position > 0 && !_isWhole) file.WriteByte((byte)'\n');
            _isWhole = true;
            file.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, JsonFormats.Line), (byte)'\n']);
        }
    }

    private static bool EndsALine(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length == 0) return true;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    /// <summary>A torn last line, and what is none, are left out: the file explains results, and decides none.</summary>
    private static IEnumerable<Line> Read(string path)
    {
        if (!File.Exists(path)) yield break;
        foreach (var text in File.ReadLines(path))
        {
            if (Parse(text) is { } line) yield return line;
        }
    }

    private static Line? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(text, JsonFormats.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <param name="Work">Id.</param>
    /// <param name="Kind">Debate or training.</param>
    /// <param name="FirstProblem">Of a chunk.</param>
    /// <param name="LastProblem">Of a chunk.</param>
    /// <param name="Problems">Of a chunk.</param>
    /// <param name="Adapters">SHA-256 of those that answered, or of the one that came out.</param>
    /// <param name="Worker">Its name.</param>
    /// <param name="Version">Of its program.</param>
    /// <param name="Commit">Of its program.</param>
    /// <param name="InstructionSet">Of its processor.</param>
    /// <param name="Seconds">How long it took.</param>
    private sealed record Line(
        string Work, WorkKind Kind, string? FirstProblem, string? LastProblem, int Problems, IReadOnlyDictionary<string, string> Adapters,
        string Worker, string Version, string Commit, string InstructionSet, double Seconds)
    {
        public static Line Of(WorkContent work, ResultMessage result) => new(
            result.Work,
            work.Kind,
            work.Debate?.Problems[0].Id,
            work.Debate?.Problems[^1].Id,
            work.Debate?.Problems.Count ?? 0,
            (work.Debate?.Adapters ?? work.Scoring?.Adapters) is { } adapters
                ? adapters.ToDictionary(adapter => adapter.Version().ToString(), adapter => adapter.File.Sha256)
                : new Dictionary<string, string> { ["trained"] = result.Adapter!.File.Sha256 },
            result.Origin.Worker,
            result.Origin.Version,
            result.Origin.Commit,
            result.Origin.InstructionSet,
            Math.Round(result.Seconds, 3));
    }
}
