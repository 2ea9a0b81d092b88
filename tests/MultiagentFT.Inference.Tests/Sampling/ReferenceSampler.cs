using MultiagentFT.Contracts.Generation;
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
            margin = Math.Min(margin, Gap(options.TopK));
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
            margin = Math.Min(margin, Gap(count));
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

        // Equal logits are equal to everybody; weights of different ones may be ordered by rounding alone.
        double Gap(int cut)
        {
            if (cut == kept.Count || logits[kept[cut - 1].Token] == logits[kept[cut].Token]) return 1;
            return (kept[cut - 1].Weight - kept[cut].Weight) / kept[cut - 1].Weight;
        }
    }
}
