using System.Security.Cryptography;
using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Server;

/// <summary>Limits and guards of the API.</summary>
public sealed record ServerOptions
{
    /// <summary>Answers that run or wait at a time; requests beyond are told to come again. Range [1, 1 048 576]. Default 256.</summary>
    public int MaxRequests { get; init; } = 256;

    /// <summary>Answers of one request (<c>n</c>), at most. Range [1, <see cref="MaxRequests"/>]. Default 16.</summary>
    public int MaxChoices { get; init; } = 16;

    /// <summary>Bytes of the body of a request, files apart. Range [1024, 1 GiB]. Default 1 MiB.</summary>
    public long MaxBodyBytes { get; init; } = 1 << 20;

    /// <summary>Bytes of an uploaded file. Range [1024, 1 TiB]. Default 512 MiB.</summary>
    public long MaxFileBytes { get; init; } = 512L << 20;

    /// <summary>
    /// Pieces of a streamed answer that come within this time go out together; the first one and the end wait for nothing. Range 0 to 1 s. Default 20 ms.
    /// </summary>
    public TimeSpan StreamInterval { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>What every request but for <c>/health</c> has to carry as <c>Authorization: Bearer KEY</c>. Default null: nothing.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// Names by which the server may be addressed, without port; an address given as numbers passes too, as no name server can point
    /// it elsewhere. Default <c>localhost</c>.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = ["localhost"];

    /// <summary>Folder whose adapters may be loaded while the server runs, by <c>POST /v1/adapters</c>. Default null: none.</summary>
    public string? AdapterFolder { get; init; }

    /// <summary>Bytes that adapters may take that are loaded or trained while the server runs; more are refused. 0 or more. Default null: no bound.</summary>
    public long? AdapterBytes { get; init; }

    /// <summary>Where uploaded files, finetuning jobs and what they trained are kept. Default null: there are none.</summary>
    public string? StateFolder { get; init; }

    /// <summary>The run whose debates and curves the page shows, and where it keeps what people think of answers. Default null: none.</summary>
    public string? RunFolder { get; init; }

    /// <summary>Trains for finetuning jobs. Default null: there are none.</summary>
    public ITrainer? Trainer { get; init; }

    /// <summary>How finetuning jobs train where they do not say otherwise.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Called with an adapter's file before it is loaded; throws what is wrong with it. Default null: the engine's own check.</summary>
    public Func<string, CancellationToken, Task>? CheckAdapter { get; init; }

    /// <summary>Seeds of requests that have none. Default: of the system's generator.</summary>
    public Func<ulong> NextSeed { get; init; } = static () => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>What ids of files, jobs, events and completions are made of; no two may be equal. Default random ones.</summary>
    public Func<Guid> NextId { get; init; } = Guid.NewGuid;

    /// <summary>All that is out of range, one sentence each; empty when the options are valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (MaxRequests is < 1 or > 1 << 20) yield return $"maxRequests: expected 1 to 1048576, found {MaxRequests}";
        if (MaxChoices < 1 || MaxChoices > MaxRequests) yield return $"maxChoices: expected 1 to maxRequests ({MaxRequests}), found {MaxChoices}";
        if (MaxBodyBytes is < 1024 or > 1L << 30) yield return $"maxBodyBytes: expected 1024 to {1L << 30}, found {MaxBodyBytes}";
        if (MaxFileBytes is < 1024 or > 1L << 40) yield return $"maxFileBytes: expected 1024 to {1L << 40}, found {MaxFileBytes}";
        if (StreamInterval < TimeSpan.Zero || StreamInterval > TimeSpan.FromSeconds(1)) yield return $"streamInterval: expected 0 to 1 s, found {StreamInterval.TotalSeconds} s";
        if (AdapterBytes < 0) yield return $"adapterBytes: expected 0 or more, found {AdapterBytes}";
        if (ApiKey is { Length: < 8 }) yield return $"apiKey: expected 8 characters or more, found {ApiKey.Length}";
        if (Trainer is not null && StateFolder is null) yield return "stateFolder: expected a folder beside a trainer, found none";
        foreach (var error in Training.Validate()) yield return "training." + error;
    }
}
