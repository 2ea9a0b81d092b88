using MultiagentFT.Gguf;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Serving;

/// <summary>How many values the factors of adapters have.</summary>
internal static class AdapterValues
{
    /// <summary>Those of two societies, as the next one is loaded before the last is freed: rank factors on all linear layers.</summary>
    /// <exception cref="MultiagentFT.Foundation.InputException">The model cannot be read.</exception>
    public static long OfRun(RunConfig config)
    {
        using var model = ModelFile.Open(config.Model);
        long embedding = model.Shape.Embedding, feedForward = model.Shape.FeedForward;
        var queries = (long)model.Shape.Heads * model.Shape.HeadLength;
        var keys = (long)model.Shape.KeyValueHeads * model.Shape.HeadLength;
        var widths = (2 * (embedding + queries)) + (2 * (embedding + keys)) + (3 * (embedding + feedForward));
        return 2L * 2 * config.Debate.Agents * ((config.Training.Rank + 7L) / 8 * 8) * model.Shape.Blocks * widths;
    }
}
