using System.Numerics.Tensors;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Inference.Sampling;

/// <summary>
/// Draws next tokens. The token depends on the logits, the options and the generator's state alone. Owns its scratch
/// memory and allocates nothing while drawing; one thread at a time.
/// </summary>
/// <param name="vocabularySize">Number of logits of every call, 1 or more.</param>
public sealed class Sampler(int vocabularySize)
{
    /// <summary>Returned when the logits hold NaN or have no finite maximum.</summary>
    public const int Failed = -1;

    /// <summary>Tokens whose weights are summed together when the whole vocabulary is drawn from.</summary>
    private const int Block = 1024;

    private readonly float[] _weights = new float[vocabularySize];
    private readonly ulong[] _candidates = new ulong[vocabularySize];
    private readonly ulong[] _scratch = new ulong[vocabularySize];

    /// <summary>One token, or <see cref="Failed"/>. Takes one number from the generator unless the temperature is 0.</summary>
    /// <param name="logits">[vocabulary]; minus infinity excludes a token.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="generator">The request's own.</param>
    /// <exception cref="ArgumentException">The logits are not as many as the vocabulary.</exception>
    public int Sample(ReadOnlySpan<float> logits, SamplingOptions options, SplitMix64 generator)
    {
        if (logits.Length != _weights.Length)
        {
            throw new ArgumentException($"expected {_weights.Length} logits, found {logits.Length}", nameof(logits));
        }
        if (options.Temperature == 0) return MostLikely(logits);
        var draw = generator.NextDouble();
        var max = TensorPrimitives.Max(logits);
        if (!float.IsFinite(max)) return Failed;
        Weights.Fill(logits, max, options.Temperature, _weights);
        var narrow = options.TopK > 0 && options.TopK < logits.Length;
        return narrow || options.TopP < 1 || options.MinP > 0
            ? DrawFiltered(options, narrow, draw)
            : DrawAll(draw);
    }

    private static int MostLikely(ReadOnlySpan<float> logits)
    {
        var max = TensorPrimitives.Max(logits);
        return float.IsFinite(max) ? Weights.IndexOf(logits, max) : Failed;
    }

    private int DrawFiltered(SamplingOptions options, bool narrow, double draw)
    {
        int count;
        double mass;
        if (narrow)
        {
            count = Weights.Top(_weights, options.TopK, _candidates, _scratch);
            mass = 0;
            foreach (var key in _candidates.AsSpan(0, count)) mass += TokenKey.Weight(key);
        }
        else
        {
            mass = Weights.Sum(_weights);
            // All tokens below (1 - p) / V of the mass hold less than 1 - p of it together: the top-p set is above them.
            // The factor leaves room for rounding.
            var floor = options.TopP < 1
                ? (float)((1 - options.TopP) * mass / _weights.Length * 0.999)
                : options.MinP;
            count = Weights.AtLeast(_weights, floor, _candidates);
        }
        var candidates = _candidates.AsSpan(0, count);
        var cutoff = options.TopP < 1 ? TopPCutoff(candidates, options.TopP * mass) : 0;
        return Draw(candidates, cutoff, options.MinP, draw);
    }

    private ulong TopPCutoff(ReadOnlySpan<ulong> candidates, double mass)
    {
        candidates.CopyTo(_scratch);
        return CutoffSearch.ByMass(_scratch.AsSpan(0, candidates.Length), mass);
    }

    /// <summary>Draws among the keys from <paramref name="cutoff"/> up that weigh <paramref name="minP"/> or more, by id.</summary>
    private static int Draw(Span<ulong> candidates, ulong cutoff, float minP, double draw)
    {
        var kept = 0;
        var mass = 0.0;
        foreach (var key in candidates)
        {
            // Written either way, as no branch predictor can tell what is kept. Nothing is added for what is not.
            var keeps = key >= cutoff & TokenKey.Weight(key) >= minP;
            candidates[kept] = key;
            kept += keeps ? 1 : 0;
            mass += keeps ? TokenKey.Weight(key) : 0;
        }
        var target = draw * mass;
        var passed = 0.0;
        var last = 0ul;
        foreach (var key in candidates[..kept])
        {
            if (TokenKey.Weight(key) == 0) continue;
            last = key;
            passed += TokenKey.Weight(key);
            if (passed > target) break;
        }
        return TokenKey.Token(last);
    }

    private int DrawAll(double draw)
    {
        var weights = _weights.AsSpan();
        var mass = 0.0;
        for (var start = 0; start < weights.Length; start += Block) mass += Weights.Sum(BlockAt(start));
        var target = draw * mass;
        var passed = 0.0;
        var last = 0;
        for (var start = 0; start < weights.Length; start += Block)
        {
            var block = BlockAt(start);
            var sum = Weights.Sum(block);
            // Within the block additions round in another order: where no token passes the target, its last one is meant.
            if (passed + sum <= target)
            {
                passed += sum;
                continue;
            }
            for (var i = 0; i < block.Length; i++)
            {
                if (block[i] == 0) continue;
                last = start + i;
                passed += block[i];
                if (passed > target) return last;
            }
            return last;
        }
        return LastPositive();
    }

    private ReadOnlySpan<float> BlockAt(int start) => _weights.AsSpan(start, Math.Min(Block, _weights.Length - start));

    private int LastPositive()
    {
        var token = _weights.Length - 1;
        while (_weights[token] == 0) token--;
        return token;
    }
}
