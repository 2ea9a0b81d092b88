using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Runtimes;

namespace MultiagentFT.Training.Tests.Model;

/// <summary>The oracle: llama.cpp's logits for every position of a sequence.</summary>
internal static class LlamaLogits
{
    public static float[][] Of(string model, int[] tokens, string? adapter = null)
    {
        using var runtime = ModelRuntimes.Open(model);
        return Of(runtime, tokens, adapter);
    }

    /// <summary>Those of any runtime.</summary>
    public static float[][] Of(IModelRuntime runtime, int[] tokens, string? adapter = null)
    {
        using var lora = adapter is null ? null : runtime.LoadAdapter(adapter);
        using var context = runtime.CreateContext(new ContextOptions { Slots = 1, SlotContext = 256, BatchTokens = 256, Threads = 1 });
        context.SetAdapter(lora);
        var batch = new DecodeBatch(256);
        for (var i = 0; i < tokens.Length; i++) batch.Add(tokens[i], i, 0, output: true);
        context.Decode(batch);
        return [.. Enumerable.Range(0, tokens.Length).Select(row => context.Logits(row).ToArray())];
    }
}
