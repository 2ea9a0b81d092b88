namespace MultiagentFT.Contracts.Generation;

/// <summary>What decodes for an engine, and its sizes.</summary>
public sealed record EngineOptions
{
    /// <summary>Bytes of keys and values retained for finished sequences, at most, when <see cref="KeptSlots"/> is not set.</summary>
    public const long KeptBytes = 256L << 20;

    /// <summary>Whose native libraries are used; one process has those of one runtime. Default <see cref="RuntimeKind.Auto"/>.</summary>
    public RuntimeKind Runtime { get; init; }

    /// <summary>What decodes. Default <see cref="DecoderKind.Auto"/>.</summary>
    public DecoderKind Decoder { get; init; }

    /// <summary>Sequences decoded side by side in each lane. Range [1, 256]. Default 32.</summary>
    public int Slots { get; init; } = 32;

    /// <summary>
    /// Ended sequences whose keys and values are kept for follow-ups, beside the slots; the mixed-adapter decoder alone can. Range
    /// [0, 4096]. Default: as many as fit <see cref="KeptBytes"/>, or the memory that was given.
    /// </summary>
    public int? KeptSlots { get; init; }

    /// <summary>Tokens of prompt and answer together. Range [32, 1 048 576]. Default 1024.</summary>
    public int SlotContext { get; init; } = 1024;

    /// <summary>Most rows in one decode call. Range [Slots, 65 536]. Default 512.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>Threads of the CPU backend in each lane; 0 shares all cores among the lanes. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Contexts that decode at the same time, each on its own thread. Range [1, 64]. Default 1.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>How keys and values are kept. Default f16.</summary>
    public KeyValueType KeyValueType { get; init; }

    /// <summary>How factors of adapters are kept by the mixed-adapter decoder on a CPU. Default q8.</summary>
    public AdapterType AdapterType { get; init; }

    /// <summary>Memory of the engine, such as <c>6GiB</c>; slots, kept slots and rows of a step are made to fit it. Default none: no bound.</summary>
    public string Memory { get; init; } = "";

    /// <summary>
    /// Whether an answer must not depend, bit for bit, on what else is decoded beside it. The runtime has to be opened that way;
    /// llama.cpp's decoder cannot promise it. Default false.
    /// </summary>
    public bool Deterministic { get; init; }

    /// <summary>All that is out of range, one sentence each; empty when the options are valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (!Enum.IsDefined(Runtime)) yield return $"runtime: expected auto, native or llamasharp, found {(int)Runtime}";
        if (!Enum.IsDefined(Decoder)) yield return $"decoder: expected auto, llama or mixed, found {(int)Decoder}";
        if (!Enum.IsDefined(AdapterType)) yield return $"adapterType: expected q8 or f16, found {(int)AdapterType}";
        if (Deterministic && Decoder == DecoderKind.Llama) yield return "deterministic: expected the mixed-adapter decoder, found llama";
        if (AdapterType != default && Decoder == DecoderKind.Llama) yield return "adapterType: expected the mixed-adapter decoder, found llama";
        if (KeptSlots > 0 && Decoder == DecoderKind.Llama) yield return $"keptSlots: expected 0 with the llama decoder, found {KeptSlots}";
        if (Memory.Length > 0 && !ByteSize.TryParse(Memory, out _)) yield return $"memory: expected {ByteSize.Expected}, found {Memory}";
        foreach (var problem in ToContextOptions().Validate()) yield return problem;
        if (Lanes is < 1 or > 64) yield return $"lanes: expected 1 to 64, found {Lanes}";
    }

    /// <summary>The sizes of one lane's context.</summary>
    public ContextOptions ToContextOptions() => new()
    {
        Slots = Slots,
        KeptSlots = KeptSlots.GetValueOrDefault(),
        KeyValueType = KeyValueType,
        SlotContext = SlotContext,
        BatchTokens = BatchTokens,
        Threads = Threads == 0 && Lanes > 1 ? Math.Max(1, Environment.ProcessorCount / Lanes) : Threads,
    };
}
