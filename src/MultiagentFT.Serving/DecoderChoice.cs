using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Decoder.Ggml;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Library;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runtimes;

namespace MultiagentFT.Serving;

/// <summary>Which decoder serves a model: the one that was asked for, else the mixed-adapter decoder where it can.</summary>
internal static class DecoderChoice
{
    private static bool HasGpu => GgmlLibrary.Instance.HasGpu;

    /// <exception cref="InputException">The model cannot be served, or not as the configuration asks.</exception>
    public static IModelRuntime Open(RunConfig config, TextWriter messages)
    {
        var runtime = Choose(config, messages);
        if (config.Engine.AdapterType == default || runtime is CpuRuntime) return runtime;
        runtime.Dispose();
        throw new InputException("engine.adapterType", null, "no choice, as the decoder that serves this model has none", $"{config.Engine.AdapterType}");
    }

    private static IModelRuntime Choose(RunConfig config, TextWriter messages)
    {
        var engine = config.Engine;
        ProcessRuntime.Use(engine.Runtime);
        var options = new CpuRuntimeOptions { Deterministic = engine.Deterministic, AdapterType = engine.AdapterType };
        switch (engine.Decoder)
        {
            case DecoderKind.Llama:
                return ModelRuntimes.Open(config.Model);
            case DecoderKind.Mixed when HasGpu && !engine.Deterministic:
                return GgmlRuntime.Open(config.Model);
            case DecoderKind.Mixed:
                return CpuRuntime.Open(config.Model, options);
        }
        // On a GPU llama.cpp's decoder is the tried one.
        if (HasGpu && !engine.Deterministic) return ModelRuntimes.Open(config.Model);
        if (CpuRuntime.TryOpen(config.Model, options, out var refusal) is { } mixed) return mixed;
        if (engine.Deterministic) throw refusal!;
        messages.WriteLine($"decoder: llama.cpp's, one adapter at a time ({refusal!.Message})");
        return ModelRuntimes.Open(config.Model);
    }
}
