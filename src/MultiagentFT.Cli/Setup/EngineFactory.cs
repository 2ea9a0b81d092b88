using MultiagentFT.Foundation;
using MultiagentFT.Inference;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Library;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.SocietyDecoder;

namespace MultiagentFT.Cli.Setup;

/// <summary>The engine of a configuration: its model on a decoder, in the memory that it may take.</summary>
internal static class EngineFactory
{
    private const int MostKeptSlots = 256;

    /// <param name="config">What is asked for.</param>
    /// <param name="adapters">Files of all adapters that will be loaded; null for a run, which trains them.</param>
    /// <param name="messages">Told what was decided: a decoder other than the usual one, a plan of memory.</param>
    /// <exception cref="InputException">The model cannot be served, or not as the configuration asks.</exception>
    public static PooledEngine Open(RunConfig config, IReadOnlyList<string>? adapters, TextWriter messages)
    {
        var runtime = DecoderChoice.Open(config, messages);
        try
        {
            // Requests fail one by one; what would fail all of them is said here, before anything is written.
            _ = runtime.ChatTemplate.Render([ChatMessage.User("?")], addGenerationPrompt: true);
            if (config.Debate.Sampling.TopK > runtime.Model.VocabularySize)
            {
                throw new InputException(
                    "debate.sampling.topK",
                    null,
                    $"at most the {runtime.Model.VocabularySize} tokens of the vocabulary",
                    $"{config.Debate.Sampling.TopK}");
            }
            return new PooledEngine(runtime, Fitted(config, adapters, runtime, messages));
        }
        catch
        {
            runtime.Dispose();
            throw;
        }
    }

    /// <summary>The options with slots for ended sequences, and made to fit the memory where it is bounded.</summary>
    private static EngineOptions Fitted(RunConfig config, IReadOnlyList<string>? adapters, IModelRuntime runtime, TextWriter messages)
    {
        var options = config.Engine;
        var keepsSlots = runtime is SocietyRuntime;
        if (options.KeptSlots > 0 && !keepsSlots)
            throw new InputException("engine.keptSlots", null, "0, as the llama decoder serves this model", $"{options.KeptSlots}");
        if (options.Memory.Length == 0)
        {
            if (options.KeptSlots is not null || !keepsSlots) return options;
            var slot = runtime.Needs(options.ToContextOptions()).Slot * options.Lanes;
            return options with { KeptSlots = (int)Math.Min(MostKeptSlots, EngineOptions.KeptBytes / slot) };
        }
        if (GgmlLibrary.Instance.HasGpu)
            throw new InputException("engine.memory", null, "none where a GPU holds the weights", options.Memory);
        if (!ByteSize.TryParse(options.Memory, out var budget)) throw new InputException("engine.memory", null, ByteSize.Expected, options.Memory);
        var plan = MemoryPlanner.Plan(budget, options, adapters is null ? AdapterMemory.OfRun(config) : AdapterMemory.OfFiles(adapters), keepsSlots, runtime.Needs);
        messages.WriteLine(plan);
        return plan.Options;
    }
}
