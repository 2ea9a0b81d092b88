using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>Reads sizes that a file states either once or as an array with one entry for each block.</summary>
/// <param name="metadata">Where the keys are.</param>
/// <param name="blocks">Number of blocks.</param>
/// <param name="isUniform">Whether all blocks have to have the same size, of at least 1.</param>
internal sealed class PerBlockReader(GgufMetadata metadata, int blocks, bool isUniform)
{
    /// <summary>The size, for arrays the largest one.</summary>
    /// <param name="key">The key to read.</param>
    /// <param name="maximum">Largest value accepted.</param>
    /// <param name="fallback">The result without the key; null when it has to be there.</param>
    /// <exception cref="InputException">The key is missing or its value is not as described.</exception>
    public int Read(string key, int maximum, int? fallback)
    {
        if (!metadata.TryGetValue(key, out var value))
            return fallback ?? throw new InputException(metadata.Source, key, $"an integer from 1 to {maximum}", "no such key");
        if (value is not Array array) return (int)metadata.RequireInteger(key, isUniform ? 1 : 0, maximum) is var single && single > 0
            ? single
            : fallback ?? throw new InputException(metadata.Source, key, $"an integer from 1 to {maximum}", "0");
        return Largest(key, array, maximum);
    }

    private int Largest(string key, Array array, int maximum)
    {
        if (array.Length != blocks)
            throw new InputException(metadata.Source, key, $"one entry for each of the {blocks} blocks", $"{array.Length} entries");
        var values = new int[blocks];
        for (var i = 0; i < blocks; i++)
        {
            if (GgufMetadata.ToInteger(array.GetValue(i)) is not { } number || number < 0 || number > maximum)
                throw new InputException(metadata.Source, $"{key}[{i}]", $"an integer from 0 to {maximum}", $"{array.GetValue(i)}");
            values[i] = (int)number;
        }
        if (isUniform && values.Distinct().Count() > 1)
            throw new InputException(metadata.Source, key, "the same size in every block", string.Join(", ", values));
        return values.Max() is var largest && largest > 0
            ? largest
            : throw new InputException(metadata.Source, key, "a block with at least 1", "only 0");
    }
}
