using MultiagentFT.Gguf;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Cli.Setup;

/// <summary>Memory for the adapters of a run.</summary>
internal static class AdapterMemory
{
    private const int FloatBytes = 4;

    /// <summary>Bytes of adapters in files, each once, as floats.</summary>
    /// <exception cref="MultiagentFT.Foundation.InputException">One cannot be read.</exception>
    public static long OfFiles(IEnumerable<string> paths)
    {
        long bytes = 0;
        foreach (var path in paths.Distinct())
        {
            using var file = AdapterFile.Open(path);
            bytes += file.Pairs.Sum(pair => (long)pair.Rank * (pair.InputLength + pair.OutputLength) * FloatBytes);
        }
        return bytes;
    }

    /// <summary>Bytes of two societies, as the next one is loaded before the last is freed: rank factors on all linear layers.</summary>
    /// <exception cref="MultiagentFT.Foundation.InputException">The model cannot be read.</exception>
    public static long OfRun(RunConfig config)
    {
        using var model = ModelFile.Open(config.Model);
        long embedding = model.EmbeddingLength, feedForward = model.FeedForwardLength;
        var queries = (long)model.HeadCount * model.HeadLength;
        var keys = (long)model.KeyValueHeadCount * model.HeadLength;
        var widths = (2 * (embedding + queries)) + (2 * (embedding + keys)) + (3 * (embedding + feedForward));
        return 2L * 2 * config.Debate.Agents * config.Training.Rank * model.BlockCount * widths * FloatBytes;
    }
}
