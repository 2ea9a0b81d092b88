using System.Globalization;

namespace MultiagentFT.Cluster.Connection;

/// <summary>The names of subjects, streams and buckets under one prefix.</summary>
/// <param name="prefix">Of all of them.</param>
internal sealed class ClusterNames(string prefix)
{
    /// <summary>Work to be done: a queue, from which what is done goes.</summary>
    public string WorkStream => $"{prefix}-work";

    /// <summary>What became of it: one result each, and the reasons of failed tries.</summary>
    public string ResultStream => $"{prefix}-results";

    public string RunBucket => $"{prefix}-runs";

    public string WorkerBucket => $"{prefix}-workers";

    public string ObjectBucket => $"{prefix}-objects";

    public string AllWork => $"{prefix}.work.>";

    public string AllResults => $"{prefix}.results.>";

    /// <summary>Says that there is new work.</summary>
    public string News => $"{prefix}.news";

    public string Work(string run, WorkKind kind, string id) => $"{prefix}.work.{run}.{Word(kind)}.{id}";

    public string WorkOf(string run, WorkKind kind) => $"{prefix}.work.{run}.{Word(kind)}.*";

    public string ResultsOf(string run) => $"{prefix}.results.{run}.>";

    public string Result(string run, string id) => $"{prefix}.results.{run}.{id}.done";

    /// <param name="sequence">Of the message that asked for the work: one that is sent again has tries of its own.</param>
    /// <param name="delivery">From 1.</param>
    public string Try(string run, string id, ulong sequence, int delivery) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}.results.{run}.{id}.try.{sequence}-{delivery}");

    /// <summary>Whether a subject is one of <see cref="WorkOf"/>.</summary>
    public bool IsWorkOf(string subject, string run, WorkKind kind) => subject.StartsWith($"{prefix}.work.{run}.{Word(kind)}.", StringComparison.Ordinal);

    /// <summary>The consumer by which workers take a run's work of a kind.</summary>
    public static string Consumer(string run, WorkKind kind) => $"{run}-{Word(kind)}";

    /// <summary>The parts of a subject of <see cref="ResultsOf"/>; null for one that is none.</summary>
    public (string Id, bool IsDone)? ReadResult(string subject)
    {
        var parts = subject.Split('.');
        if (parts.Length < 5 || parts[0] != prefix || parts[1] != "results") return null;
        return parts switch
        {
            [_, _, _, var id, "done"] => (id, true),
            [_, _, _, var id, "try", _] => (id, false),
            _ => null,
        };
    }

    /// <summary>The id in a subject of <see cref="Work"/>.</summary>
    public static string IdOf(string workSubject) => workSubject[(workSubject.LastIndexOf('.') + 1)..];

    private static string Word(WorkKind kind) => kind == WorkKind.Debate ? "debate" : "training";
}
