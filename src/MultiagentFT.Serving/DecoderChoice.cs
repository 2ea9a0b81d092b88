using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Decoder.Ggml;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Library;
using MultiagentFT.Runtimes;

namespace MultiagentFT.Serving;

/// <summary>Which decoder serves a model: the one that was asked for, else the mixed-adapter decoder where it can.</summary>
internal static class DecoderChoice
{
    private static bool HasGpu => GgmlLibrary.Instance.HasGpu;

    /// <exception cref="InputException">The model cannot be served, or not as requested.</exception>
    public static IModelRuntime Open(string model, EngineOptions options, Action<string>? log)
    {
        var runtime = Choose(model, options, log);
        if (options.AdapterType == default || runtime is CpuRuntime) return runtime;
        runtime.Dispose();
        throw new InputException("engine.adapterType", null, "no choice, as the decoder that serves this model has none", $"{options.AdapterType}");
    }

    private static IModelRuntime Choose(string model, EngineOptions engine, Action<string>? log)
    {
        ProcessRuntime.Use(engine.Runtime);
        var options = new CpuRuntimeOptions { Deterministic = engine.Deterministic, AdapterType = engine.AdapterType };
        switch (engine.Decoder)
        {
            case DecoderKind.Llama:
                return ModelRuntimes.Open(model);
            case DecoderKind.Mixed when HasGpu && !engine.Deterministic:
                return GgmlRuntime.Open(model);
            case DecoderKind.Mixed:
                return CpuRuntime.Open(model, options);
        }
        // On a GPU llama.cpp's decoder is the tried one.
        if (HasGpu && !engine.Deterministic) return ModelRuntimes.Open(model);
        if (CpuRuntime.TryOpen(model, options, out var refusal) is { } mixed) return mixed;
        if (engine.Deterministic) throw refusal!;
        log?.Invoke($"decoder: llama.cpp's, one adapter at a time ({refusal!.Message})");
        return ModelRuntimes.Open(model);
    }
}
