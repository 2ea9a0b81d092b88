using System.Numerics;
using System.Runtime.InteropServices;

namespace MultiagentFT.Debate.Tasks.Similarity;

/// <summary>
/// The pairs of neighbouring tokens of a question, each as 64 bits that its numbers and operators went into, so that questions which differ in these have no
/// pair in common. Different pairs of tokens have equal bits about once in 10^19.
/// </summary>
internal static class ShingleSet
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Distinct and ascending; a question of one token has that alone, one without any has none.</summary>
    public static ulong[] Of(string question)
    {
        var (tokens, exact) = QuestionTokens.Of(question);
        var key = exact.Aggregate(Offset, Add);
        if (tokens.Count == 1) return [Mix(Add(key, tokens[0]))];
        var shingles = new ulong[Math.Max(0, tokens.Count - 1)];
        for (var at = 0; at < shingles.Length; at++) shingles[at] = Mix(Add(Add(key, tokens[at]), tokens[at + 1]));
        Array.Sort(shingles);
        return [.. shingles.Distinct()];
    }

    /// <summary>Jaccard's similarity of two ascending sets: what they have in common among what they have.</summary>
    public static double Similarity<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where T : IComparisonOperators<T, T, bool>
    {
        if (left.Length + right.Length == 0) return 0;
        var (i, j, common) = (0, 0, 0);
        while (i < left.Length && j < right.Length)
        {
            var (one, other) = (left[i], right[j]);
            if (one == other) common++;
            if (one <= other) i++;
            if (other <= one) j++;
        }
        return common / (double)(left.Length + right.Length - common);
    }

    /// <summary>FNV-1a over the token's UTF-16, and an end that no token has.</summary>
    private static ulong Add(ulong hash, string token)
    {
        foreach (var value in MemoryMarshal.AsBytes(token.AsSpan())) hash = (hash ^ value) * Prime;
        return (hash ^ 0xff) * Prime;
    }

    /// <summary>The finalizer of SplitMix64: all bits depend on all.</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
