using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Serving;

/// <summary>The engine of a configuration: its model on a decoder, in the memory that it may take.</summary>
internal static class EngineFactory
{
    /// <param name="config">What is asked for.</param>
    /// <param name="adapters">Files of all adapters that will be loaded; null for a run, which trains them.</param>
    /// <param name="messages">Told what was decided: a decoder other than the usual one, a plan of memory.</param>
    /// <exception cref="InputException">The model cannot be served, or not as the configuration asks.</exception>
    public static GenerationEngine Open(RunConfig config, IReadOnlyList<string>? adapters, TextWriter messages)
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
            var options = EngineFitting.Fit(
                config.Engine, runtime, () => adapters is null ? AdapterValues.OfRun(config) : AdapterFile.ValuesOf(adapters), out var plan);
            if (plan is not null) messages.WriteLine(plan);
            return new GenerationEngine(runtime, options);
        }
        catch
        {
            runtime.Dispose();
            throw;
        }
    }
}
