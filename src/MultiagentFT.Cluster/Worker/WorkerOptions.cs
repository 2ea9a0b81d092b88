using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cluster.Worker;

/// <summary>A machine that works for runs.</summary>
/// <param name="Name">Unique among the workers: letters, digits, hyphens and underscores.</param>
/// <param name="Models">Base models that it has.</param>
/// <param name="InstructionSet">What its processor computes with.</param>
/// <param name="OpenEngine">Opens an engine, which becomes the worker's.</param>
/// <param name="Trainer">Trains adapters here.</param>
/// <param name="Cache">Folder of adapters, and of trainings under way.</param>
public sealed record WorkerOptions(
    string Name,
    IReadOnlyList<BaseModel> Models,
    string InstructionSet,
    Func<EngineOrder, CancellationToken, Task<IGenerationEngine>> OpenEngine,
    ITrainer Trainer,
    string Cache)
{
    /// <summary>Bytes of adapters that are kept, at most, beside those in use. Default 4 GiB.</summary>
    public long CacheBytes { get; init; } = 4L << 30;

    /// <summary>What of an engine's options is this machine's own, such as threads. Default: nothing.</summary>
    public Func<EngineOptions, EngineOptions> Engine { get; init; } = options => options;

    /// <summary>Trainings side by side. Range [0, 256]; 0 takes none. Default 1.</summary>
    public int Trainers { get; init; } = 1;

    /// <summary>Whether it answers chunks of debates. Default true.</summary>
    public bool Debates { get; init; } = true;

    /// <summary>How long work may go on after the worker is asked to stop; then it is handed back. Default 30 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Told what people should know, in a line each. Default null: nobody.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Names folders of trainings under way; no two are equal. Default random ones.</summary>
    internal Func<Guid> NextId { get; init; } = Guid.NewGuid;

    /// <summary>How long it waits before it looks for work that it has not been told of. Default 1 s.</summary>
    internal TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between signs of life. Default 5 s.</summary>
    internal TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <exception cref="InputException">A value is out of range.</exception>
    public void Check()
    {
        if (Name.Length is 0 or > 64 || Name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')))
            throw new InputException("--name", null, "1 to 64 letters, digits, hyphens and underscores", Name);
        if (Models.Count == 0) throw new InputException("--models", null, "a folder with at least one GGUF model", "none");
        if (Trainers is < 0 or > 256) throw new InputException("--trainers", null, "0 to 256", $"{Trainers}");
        if (CacheBytes < 0) throw new InputException("--cache-size", null, "0 or more bytes", $"{CacheBytes}");
        if (Grace < TimeSpan.Zero || Grace > TimeSpan.FromDays(1)) throw new InputException("--grace", null, "0 to 86400 seconds", $"{Grace.TotalSeconds}");
        if (!Debates && Trainers == 0) throw new InputException("--trainers, --no-debates", null, "something to do", "neither debates nor trainings");
    }
}
