using System.Numerics.Tensors;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Sampling;

/// <summary>Log-probabilities of single tokens: the logit less the logarithm of the sum of all exponentials. One thread at a time.</summary>
/// <param name="tokenizer">Of the model.</param>
/// <param name="vocabularySize">Number of logits of every call, 1 or more.</param>
internal sealed class LogProbabilities(ITokenizer tokenizer, int vocabularySize)
{
    private readonly float[] _weights = new float[vocabularySize];

    /// <summary>A drawn token and the most likely ones.</summary>
    /// <param name="logits">[vocabulary], with a finite maximum; minus infinity excludes a token.</param>
    /// <param name="token">One that is not excluded.</param>
    /// <param name="top">At most <see cref="LogProbabilityOptions.MostTop"/>.</param>
    public DrawnToken Of(ReadOnlySpan<float> logits, int token, int top)
    {
        var max = TensorPrimitives.Max(logits);
        Weights.Fill(logits, max, 1, _weights);
        var normalizer = max + Math.Log(Weights.Sum(_weights));
        Span<int> best = stackalloc int[LogProbabilityOptions.MostTop];
        best = best[..MostLikely(logits, best[..top])];
        var alternatives = new TokenProbability[best.Length];
        for (var i = 0; i < best.Length; i++) alternatives[i] = Read(logits, best[i], normalizer);
        return new DrawnToken(Read(logits, token, normalizer), alternatives);
    }

    private TokenProbability Read(ReadOnlySpan<float> logits, int token, double normalizer) =>
        new(token, Math.Min(0, logits[token] - normalizer), tokenizer.Piece(token));

    /// <summary>Fills <paramref name="best"/> in falling order, as far as there are tokens that are not excluded.</summary>
    private static int MostLikely(ReadOnlySpan<float> logits, Span<int> best)
    {
        var count = 0;
        var floor = float.NegativeInfinity;
        if (best.Length == 0) return 0;
        for (var token = 0; token < logits.Length; token++)
        {
            var logit = logits[token];
            if (!(logit > floor)) continue;
            if (count < best.Length) count++;
            var place = count - 1;
            for (; place > 0 && logits[best[place - 1]] < logit; place--) best[place] = best[place - 1];
            best[place] = token;
            if (count == best.Length) floor = logits[best[count - 1]];
        }
        return count;
    }
}
