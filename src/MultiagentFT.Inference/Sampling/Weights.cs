using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace MultiagentFT.Inference.Sampling;

/// <summary>Vectorized passes over the unnormalized probabilities of a vocabulary.</summary>
internal static class Weights
{
    /// <summary>Weights that are filled together: few enough to stay in the first cache between passes.</summary>
    private const int FillBlock = 2048;

    private static readonly int Width = Vector512<float>.Count;

    /// <summary>exp((logit - max) / temperature) of every logit: the most likely token weighs 1.</summary>
    public static void Fill(ReadOnlySpan<float> logits, float max, float temperature, Span<float> weights)
    {
        for (var start = 0; start < logits.Length; start += FillBlock)
        {
            var length = Math.Min(FillBlock, logits.Length - start);
            var block = weights.Slice(start, length);
            TensorPrimitives.Subtract(logits.Slice(start, length), max, block);
            if (temperature != 1) TensorPrimitives.Divide(block, temperature, block);
            TensorPrimitives.Exp(block, block);
        }
    }

    /// <summary>The first place of a value that is there.</summary>
    public static int IndexOf(ReadOnlySpan<float> values, float value)
    {
        var wanted = Vector512.Create(value);
        var i = 0;
        for (; i <= values.Length - Width; i += Width)
        {
            var mask = Vector512.Equals(Vector512.Create(values.Slice(i, Width)), wanted).ExtractMostSignificantBits();
            if (mask != 0) return i + (int)ulong.TrailingZeroCount(mask);
        }
        while (values[i] != value) i++;
        return i;
    }

    /// <summary>
    /// Sum in a fixed order of additions. TensorPrimitives.Sum starts at an aligned address, so that its rounding, and
    /// rarely a drawn token, would depend on where the garbage collector has put the array.
    /// </summary>
    public static double Sum(ReadOnlySpan<float> weights)
    {
        var low = Vector512<double>.Zero;
        var high = Vector512<double>.Zero;
        var i = 0;
        for (; i <= weights.Length - Width; i += Width)
        {
            var (lower, upper) = Vector512.Widen(Vector512.Create(weights.Slice(i, Width)));
            low += lower;
            high += upper;
        }
        var sum = Vector512.Sum(low + high);
        for (; i < weights.Length; i++) sum += weights[i];
        return sum;
    }

    /// <summary>Keys of all tokens that weigh at least <paramref name="floor"/>, in order of id.</summary>
    /// <param name="weights">One a token.</param>
    /// <param name="floor">Smallest weight kept.</param>
    /// <param name="keys">Room for every token.</param>
    /// <returns>How many there are.</returns>
    public static int AtLeast(ReadOnlySpan<float> weights, float floor, Span<ulong> keys)
    {
        var count = 0;
        var bound = Vector512.Create(floor);
        var i = 0;
        for (; i <= weights.Length - Width; i += Width)
        {
            var mask = Vector512.GreaterThanOrEqual(Vector512.Create(weights.Slice(i, Width)), bound).ExtractMostSignificantBits();
            for (; mask != 0; mask &= mask - 1)
            {
                var token = i + (int)ulong.TrailingZeroCount(mask);
                keys[count++] = TokenKey.Of(token, weights[token]);
            }
        }
        for (; i < weights.Length; i++)
        {
            if (weights[i] >= floor) keys[count++] = TokenKey.Of(i, weights[i]);
        }
        return count;
    }

    /// <summary>Keys of the <paramref name="wanted"/> most likely tokens, in order of id.</summary>
    /// <param name="weights">One a token.</param>
    /// <param name="wanted">1 to the number of tokens.</param>
    /// <param name="keys">Room for every token.</param>
    /// <param name="scratch">As long as <paramref name="keys"/>.</param>
    public static int Top(ReadOnlySpan<float> weights, int wanted, Span<ulong> keys, Span<ulong> scratch)
    {
        // The buffer is cut back to the wanted count whenever it is full; from then on only heavier tokens enter, since
        // a later token of equal weight has a higher id and loses.
        var limit = Math.Min(keys.Length, Math.Max(2 * wanted, wanted + 256));
        var entry = 0u;
        var count = 0;
        for (var start = 0; start < weights.Length; start += Width)
        {
            var block = weights.Slice(start, Math.Min(Width, weights.Length - start));
            if (block.Length == Width
                && !Vector512.GreaterThanOrEqualAny(Vector512.Create(block), Vector512.Create(BitConverter.UInt32BitsToSingle(entry))))
            {
                continue;
            }
            if (count + block.Length > limit && limit < keys.Length)
            {
                count = Keep(keys[..count], wanted, scratch);
                entry = BitConverter.SingleToUInt32Bits(Lightest(keys[..count])) + 1;
            }
            for (var i = 0; i < block.Length; i++)
            {
                if (BitConverter.SingleToUInt32Bits(block[i]) >= entry) keys[count++] = TokenKey.Of(start + i, block[i]);
            }
        }
        return Keep(keys[..count], wanted, scratch);
    }

    private static int Keep(Span<ulong> keys, int wanted, Span<ulong> scratch)
    {
        if (keys.Length <= wanted) return keys.Length;
        keys.CopyTo(scratch);
        var cutoff = CutoffSearch.ByCount(scratch[..keys.Length], wanted);
        var kept = 0;
        foreach (var key in keys)
        {
            if (key >= cutoff) keys[kept++] = key;
        }
        return kept;
    }

    private static float Lightest(ReadOnlySpan<ulong> keys)
    {
        var lightest = ulong.MaxValue;
        foreach (var key in keys) lightest = Math.Min(lightest, key);
        return TokenKey.Weight(lightest);
    }
}
