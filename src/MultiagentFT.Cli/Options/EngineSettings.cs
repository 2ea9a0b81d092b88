using MultiagentFT.Inference.Engines;

namespace MultiagentFT.Cli.Options;

/// <summary>The engine's decoder and sizes as options.</summary>
internal static class EngineSettings
{
    public static Settings<EngineOptions> Create() => new Settings<EngineOptions>(new EngineOptions())
        .Choice<DecoderKind>("--decoder", "llama: llama.cpp's; society: ours, with all agents in one step",
            engine => engine.Decoder, (engine, value) => engine with { Decoder = value })
        .Number("--slots", "Answers generated side by side", engine => engine.Slots, (engine, value) => engine with { Slots = value })
        .Number("--slot-context", "Tokens of prompt and answer together",
            engine => engine.SlotContext, (engine, value) => engine with { SlotContext = value })
        .Number("--engine-batch-tokens", "Rows of one decode call, at most",
            engine => engine.BatchTokens, (engine, value) => engine with { BatchTokens = value })
        .Number("--threads", "CPU threads that generate; 0 takes every core",
            engine => engine.Threads, (engine, value) => engine with { Threads = value })
        .Number("--lanes", "Contexts that generate at the same time",
            engine => engine.Lanes, (engine, value) => engine with { Lanes = value });
}
