using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MultiagentFT.Inference.Scoring;

/// <summary>
/// Compares the distributions of the next token of several policies, place by place, in double precision and in a fixed order of additions. Takes the vocabulary in
/// blocks, so that of no row more than its logits is in memory. One thread at a time.
/// </summary>
/// <param name="policies">1 or more.</param>
/// <param name="vocabularySize">Logits of a row.</param>
internal sealed unsafe class PolicyComparison(int policies, int vocabularySize)
{
    /// <summary>Tokens that are taken together: few enough for the rows of some policies to stay in the first cache.</summary>
    private const int Block = 512;

    private static readonly int Width = Vector512<double>.Count;

    private readonly nint[] _logits = new nint[policies];
    private readonly double[] _normalizers = new double[policies];
    private readonly double[] _logProbabilities = new double[policies * Block];
    private readonly double[] _probabilities = new double[Block];
    private readonly double[] _divergences = new double[policies * policies];
    private int _places;

    /// <summary>Takes a policy's logits of the next place.</summary>
    /// <param name="policy">From 0.</param>
    /// <param name="logits">[vocabulary], in memory that does not move and stays as it is until <see cref="Compare"/> returns; minus infinity excludes a token.</param>
    /// <returns>False where they hold NaN or have no finite maximum.</returns>
    public bool TryTake(int policy, ReadOnlySpan<float> logits)
    {
        if (logits.Length != vocabularySize) throw new ArgumentException($"expected {vocabularySize} logits, found {logits.Length}", nameof(logits));
        double max = TensorPrimitives.Max(logits);
        if (!double.IsFinite(max)) return false;
        var sum = 0.0;
        for (var start = 0; start < logits.Length; start += Block)
        {
            var block = _probabilities.AsSpan(0, Math.Min(Block, logits.Length - start));
            Subtract(logits.Slice(start, block.Length), max, block);
            TensorPrimitives.Exp(block, block);
            sum += Sum(block);
        }
        _logits[policy] = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(logits));
        _normalizers[policy] = max + Math.Log(sum);
        return true;
    }

    /// <summary>The log-probability of a token at this place, in nats.</summary>
    public double LogProbability(int policy, int token) => Math.Min(0, Logits(policy)[token] - _normalizers[policy]);

    /// <summary>Adds the divergences at this place, for which all policies have given their logits.</summary>
    public void Compare()
    {
        _places++;
        if (policies == 1) return;
        for (var start = 0; start < vocabularySize; start += Block)
        {
            var length = Math.Min(Block, vocabularySize - start);
            for (var policy = 0; policy < policies; policy++) Subtract(Logits(policy).Slice(start, length), _normalizers[policy], Row(policy, length));
            for (var policy = 0; policy < policies; policy++)
            {
                var probabilities = _probabilities.AsSpan(0, length);
                TensorPrimitives.Exp(Row(policy, length), probabilities);
                for (var other = 0; other < policies; other++)
                {
                    if (other != policy) _divergences[(policy * policies) + other] += Divergence(probabilities, Row(policy, length), Row(other, length));
                }
            }
        }
    }

    /// <summary>[policies][policies]: mean over all places so far. Rounding may leave a divergence of nearly 0 below it, which is then 0.</summary>
    public double[][] Divergences() =>
        [.. Enumerable.Range(0, policies).Select(row =>
            (double[])[.. Enumerable.Range(0, policies).Select(column => Math.Max(0, _divergences[(row * policies) + column] / _places))])];

    private ReadOnlySpan<float> Logits(int policy) => new((void*)_logits[policy], vocabularySize);

    private Span<double> Row(int policy, int length) => _logProbabilities.AsSpan(policy * Block, length);

    private static void Subtract(ReadOnlySpan<float> logits, double subtrahend, Span<double> differences)
    {
        TensorPrimitives.ConvertTruncating(logits, differences);
        TensorPrimitives.Subtract(differences, subtrahend, differences);
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = Vector512<double>.Zero;
        var i = 0;
        for (; i <= values.Length - Width; i += Width) sum += Vector512.Create(values.Slice(i, Width));
        var all = Vector512.Sum(sum);
        for (; i < values.Length; i++) all += values[i];
        return all;
    }

    /// <summary>Sum of p (log p - log q). Tokens that p excludes add nothing, whatever q holds of them.</summary>
    private static double Divergence(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> logs, ReadOnlySpan<double> otherLogs)
    {
        var sum = Vector512<double>.Zero;
        var i = 0;
        for (; i <= probabilities.Length - Width; i += Width)
        {
            var p = Vector512.Create(probabilities.Slice(i, Width));
            var terms = p * (Vector512.Create(logs.Slice(i, Width)) - Vector512.Create(otherLogs.Slice(i, Width)));
            sum += Vector512.ConditionalSelect(Vector512.Equals(p, Vector512<double>.Zero), Vector512<double>.Zero, terms);
        }
        var all = Vector512.Sum(sum);
        for (; i < probabilities.Length; i++)
        {
            if (probabilities[i] != 0) all += probabilities[i] * (logs[i] - otherLogs[i]);
        }
        return all;
    }
}
