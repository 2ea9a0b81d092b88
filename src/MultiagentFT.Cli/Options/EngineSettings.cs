using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Cli.Options;

/// <summary>The engine's decoder and sizes as options.</summary>
internal static class EngineSettings
{
    public static Settings<EngineOptions> Create() => new Settings<EngineOptions>(new EngineOptions())
        .Choice<RuntimeKind>("--runtime", "Whose libraries run models: ours over llama.cpp, or LLamaSharp's; auto: what MFT_RUNTIME names, else native",
            engine => engine.Runtime, (engine, value) => engine with { Runtime = value })
        .Choice<DecoderKind>("--decoder", "mixed: ours, with all agents in one step; llama: llama.cpp's; auto: mixed where it serves the model",
            engine => engine.Decoder, (engine, value) => engine with { Decoder = value })
        .Number("--slots", "Answers generated side by side", engine => engine.Slots, (engine, value) => engine with { Slots = value })
        .Number("--slot-context", "Tokens of prompt and answer together",
            engine => engine.SlotContext, (engine, value) => engine with { SlotContext = value })
        .Number("--kept-slots", "Ended answers kept for follow-ups, beside the slots [default: as many as fit 256 MiB]",
            engine => engine.KeptSlots ?? 0, (engine, value) => engine with { KeptSlots = value }, showsDefault: false)
        .Choice<KeyValueType>("--kv-type", "Keys and values in float16 or in 8 bits",
            engine => engine.KeyValueType, (engine, value) => engine with { KeyValueType = value })
        .Choice<AdapterType>("--adapter-type", "Factors of adapters in 8 bits where the base is quantized, or in float16 (mixed-adapter decoder on a CPU)",
            engine => engine.AdapterType, (engine, value) => engine with { AdapterType = value })
        .Text("--memory", "Memory of the engine, such as 6GiB: slots and rows of a step are made to fit", "size",
            engine => engine.Memory, (engine, value) => engine with { Memory = value })
        .Flag("--deterministic", "Answers do not depend, bit for bit, on what is decoded beside them",
            engine => engine with { Deterministic = true })
        .Number("--engine-batch-tokens", "Rows of one decode call, at most",
            engine => engine.BatchTokens, (engine, value) => engine with { BatchTokens = value })
        .Number("--threads", "CPU threads that generate; 0 takes every core",
            engine => engine.Threads, (engine, value) => engine with { Threads = value })
        .Number("--lanes", "Contexts that generate at the same time",
            engine => engine.Lanes, (engine, value) => engine with { Lanes = value });
}
