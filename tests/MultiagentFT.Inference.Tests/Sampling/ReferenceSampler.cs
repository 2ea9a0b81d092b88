using MultiagentFT.Foundation;

namespace MultiagentFT.Inference.Tests.Sampling;

/// <summary>The sampler's meaning in plain steps: sort everything, then filter. Slow twin of the fast one.</summary>
internal static class ReferenceSampler
{
    /// <summary>The token, and how close the nearest decision (a cut, or the draw itself) was to going the other way.</summary>
    public static (int Token, double Margin) Sample(float[] logits, SamplingOptions options, SplitMix64 generator)
    {
        if (logits.Any(float.IsNaN) || !float.IsFinite(logits.Max())) return (-1, 1);
        var max = logits.Max();
        if (options.Temperature == 0) return (Array.IndexOf(logits, max), 1);
        var draw = generator.NextDouble();
        var margin = 1.0;

        // Most likely first, lower ids first among equals (the sort is stable).
        var kept = logits
            .Select((logit, token) => (Token: token, Weight: MathF.Exp((logit - max) / options.Temperature)))
            .OrderByDescending(item => item.Weight)
            .ToList();
        if (options.TopK > 0 && options.TopK < kept.Count)
        {
            var (inside, outside) = (kept[options.TopK - 1].Weight, kept[options.TopK].Weight);
            if (inside != outside) margin = Math.Min(margin, (inside - outside) / inside);
            kept.RemoveRange(options.TopK, kept.Count - options.TopK);
        }
        if (options.TopP < 1)
        {
            var target = options.TopP * kept.Sum(item => (double)item.Weight);
            var mass = 0.0;
            var count = 0;
            while (count < kept.Count && mass < target)
            {
                mass += kept[count++].Weight;
                margin = Math.Min(margin, Math.Abs(mass - target) / target);
            }
            kept.RemoveRange(count, kept.Count - count);
        }
        if (options.MinP > 0)
        {
            foreach (var item in kept) margin = Math.Min(margin, Math.Abs(item.Weight - options.MinP) / options.MinP);
            kept.RemoveAll(item => item.Weight < options.MinP);
        }
        kept.Sort((a, b) => a.Token.CompareTo(b.Token));
        var total = kept.Sum(item => (double)item.Weight);
        var passed = 0.0;
        foreach (var (token, weight) in kept)
        {
            passed += weight;
            margin = Math.Min(margin, Math.Abs(passed - (draw * total)) / total);
            if (passed > draw * total) return (token, margin);
        }
        return (kept[^1].Token, 0);
    }
}
