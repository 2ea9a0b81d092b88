using MultiagentFT.Foundation;

namespace MultiagentFT.Testing;

/// <summary>Numbers that depend on a seed and a tensor's name alone.</summary>
public static class RandomWeights
{
    /// <summary>Uniform in <paramref name="middle"/> ± <paramref name="reach"/>.</summary>
    public static float[] Uniform(ulong seed, string name, long count, float middle, float reach)
    {
        var generator = new Seed(seed).Of(name).Generator();
        var values = new float[count];
        for (var i = 0; i < values.Length; i++) values[i] = middle + (reach * ((2 * Fraction(generator)) - 1));
        return values;
    }

    /// <summary>Uniform in [0, 1), 24 bits.</summary>
    private static float Fraction(SplitMix64 generator) => (generator.NextUInt64() >> 40) * (1.0f / (1U << 24));
}
