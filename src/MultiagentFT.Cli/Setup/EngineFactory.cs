using MultiagentFT.Foundation;
using MultiagentFT.Inference;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.SocietyDecoder;

namespace MultiagentFT.Cli.Setup;

/// <summary>The engine of a configuration: its model on the decoder that it asks for.</summary>
internal static class EngineFactory
{
    /// <exception cref="InputException">The model cannot be served, or not as the configuration asks.</exception>
    public static PooledEngine Open(RunConfig config)
    {
        IModelRuntime runtime = config.Engine.Decoder == DecoderKind.Society
            ? SocietyRuntime.Open(config.Model)
            : ServingRuntime.Open(config.Model);
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
            return new PooledEngine(runtime, config.Engine);
        }
        catch
        {
            runtime.Dispose();
            throw;
        }
    }
}
