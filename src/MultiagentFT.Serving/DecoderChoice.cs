using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Decoder.Ggml;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Library;
using MultiagentFT.Runtimes;

namespace MultiagentFT.Serving;

/// <summary>Which decoder serves a model and its adapters: the one that was asked for, else the mixed-adapter decoder where it can.</summary>
internal static class DecoderChoice
{
    private static bool HasGpu => GgmlLibrary.Instance.HasGpu;

    /// <exception cref="InputException">The model cannot be served, or not as requested.</exception>
    public static IModelRuntime Open(EngineRequest request)
    {
        var options = request.Options;
        var runtime = Choose(request);
        if (options.AdapterType == default || runtime is CpuRuntime) return runtime;
        runtime.Dispose();
        throw new InputException("engine.adapterType", null, "no choice, as the decoder that serves this model has none", $"{options.AdapterType}");
    }

    private static IModelRuntime Choose(EngineRequest request)
    {
        var (model, engine) = (request.Model, request.Options);
        ProcessRuntime.Use(engine.Runtime);
        var options = new CpuRuntimeOptions { Deterministic = engine.Deterministic, AdapterType = engine.AdapterType, Adapters = request.Adapters.Files };
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
        request.Log?.Invoke($"decoder: llama.cpp's, one adapter at a time ({refusal!.Message})");
        return ModelRuntimes.Open(model);
    }
}
