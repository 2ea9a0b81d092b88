using MultiagentFT.Foundation;

namespace MultiagentFT.Cluster.Coordinator;

/// <summary>A run whose work is spread.</summary>
/// <param name="Key">What makes it the same run when it is started again, such as its folder.</param>
/// <param name="Title">For people.</param>
/// <param name="Model">Its base model.</param>
public sealed record ClusterRunOptions(string Key, string Title, BaseModel Model)
{
    /// <summary>Work of higher ones is taken first; those of equal ones share the workers. Range [-1000, 1000]. Default 0.</summary>
    public int Priority { get; init; }

    /// <summary>Whether all of its work is done with one instruction set: the one of its earlier work, or else of the first worker that is there. Default false.</summary>
    public bool SameInstructionSet { get; init; }

    /// <summary>After which a silent worker's work is given to another. Range [0.1 s, 1 day]. Default 30 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tries after which work is set aside. Range [1, 100]. Default 3.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>A file that keeps who did what, in a line each. Default null: none.</summary>
    public string? WorkLog { get; init; }

    /// <summary>Told what people should know, in a line each. Default null: nobody.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>How often it looks for results that it has not been told of. Default 20 s.</summary>
    internal TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often it looks at its workers. Default 5 s.</summary>
    internal TimeSpan Look { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long it tries to remove itself from servers that do not answer, once it has ended. Default two minutes.</summary>
    internal TimeSpan Farewell { get; init; } = TimeSpan.FromMinutes(2);

    /// <exception cref="InputException">A value is out of range.</exception>
    public void Check()
    {
        if (Priority is < -1000 or > 1000) throw new InputException("--priority", null, "-1000 to 1000", $"{Priority}");
        if (Lease < TimeSpan.FromSeconds(0.1) || Lease > TimeSpan.FromDays(1)) throw new InputException("--lease", null, "0.1 to 86400 seconds", $"{Lease.TotalSeconds}");
        if (Tries is < 1 or > 100) throw new InputException("--tries", null, "1 to 100", $"{Tries}");
    }
}
