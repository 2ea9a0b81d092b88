using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Native.Tests.Conformance;

/// <summary>The slow twin of scoring: plain loops over the logits of every place, one policy after the other, one token a step.</summary>
/// <param name="LogProbabilities">[policies][tokens].</param>
/// <param name="Divergences">[policies][policies].</param>
internal sealed record ReferenceScores(double[][] LogProbabilities, double[][] Divergences)
{
    /// <summary>[answer][vocabulary]: logits of each place of an answer, in an empty context with its adapter chosen.</summary>
    public static float[][] Logits(IModelContext context, int[] prompt, int[] answer)
    {
        var logits = new List<float[]>();
        var batch = new DecodeBatch(1);
        int[] text = [.. prompt, .. answer];
        for (var position = 0; position < text.Length - 1; position++)
        {
            batch.Clear();
            batch.Add(text[position], position, 0, output: true);
            context.Decode(batch);
            if (position >= prompt.Length - 1) logits.Add(context.Logits(0).ToArray());
        }
        return [.. logits];
    }

    /// <param name="logits">[policies][answer][vocabulary].</param>
    /// <param name="answer">Tokens.</param>
    public static ReferenceScores Of(float[][][] logits, int[] answer)
    {
        var logs = logits.Select(policy => policy.Select(LogSoftmax).ToArray()).ToArray();
        return new ReferenceScores(
            [.. logs.Select(policy => policy.Select((row, place) => row[answer[place]]).ToArray())],
            [.. logs.Select(policy => logs.Select(other => policy.Zip(other, Divergence).Average()).ToArray())]);
    }

    public static void AssertEqual(ReferenceScores expected, AnswerScore found, double tolerance)
    {
        AssertEqual(expected.LogProbabilities, found.LogProbabilities, tolerance);
        AssertEqual(expected.Divergences, found.Divergences, tolerance);
        for (var policy = 0; policy < found.Divergences.Count; policy++)
        {
            Assert.Equal(0, found.Divergences[policy][policy]);
            Assert.All(found.Divergences[policy], divergence => Assert.InRange(divergence, 0, double.MaxValue));
            Assert.All(found.LogProbabilities[policy], log => Assert.InRange(log, double.MinValue, 0));
        }
    }

    private static void AssertEqual(double[][] expected, IReadOnlyList<IReadOnlyList<double>> found, double tolerance)
    {
        Assert.Equal(expected.Select(row => row.Length), found.Select(row => row.Count));
        for (var row = 0; row < expected.Length; row++)
            for (var column = 0; column < expected[row].Length; column++)
                Assert.True(Math.Abs(expected[row][column] - found[row][column]) <= tolerance, $"[{row}][{column}]: expected {expected[row][column]}, found {found[row][column]}");
    }

    private static double[] LogSoftmax(float[] logits)
    {
        double max = logits.Max();
        var sum = 0.0;
        foreach (var logit in logits) sum += Math.Exp(logit - max);
        return [.. logits.Select(logit => logit - max - Math.Log(sum))];
    }

    private static double Divergence(double[] logs, double[] others)
    {
        var sum = 0.0;
        for (var token = 0; token < logs.Length; token++)
        {
            if (Math.Exp(logs[token]) is > 0 and var probability) sum += probability * (logs[token] - others[token]);
        }
        return sum;
    }
}
