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
        for (var i = 0; i < values.Length; i++) values[i] = middle + (reach * ((2 * generator.NextSingle()) - 1));
        return values;
    }
}
