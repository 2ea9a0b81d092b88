using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Decoder.Tests;

/// <summary>Greedy answers, row by row, for comparing one runtime with another.</summary>
internal static class Generation
{
    public static readonly ContextOptions Options = new() { Slots = 6, SlotContext = 160, BatchTokens = 128, Threads = 2 };

    /// <summary>
    /// Our own kernels are tested on two threads. ggml's own operations are not ours to test, and its threads wait for each
    /// other by spinning, which takes minutes where the machine is busy with something else.
    /// </summary>
    public static ContextOptions For(IModelRuntime runtime) => Options with { Threads = runtime is CpuRuntime ? 2 : 1 };

    /// <summary>The likeliest continuation of one prompt in a context of its own.</summary>
    /// <param name="runtime">What decodes.</param>
    /// <param name="prompt">Its tokens.</param>
    /// <param name="count">Tokens to continue with.</param>
    /// <param name="adapter">Or null.</param>
    /// <param name="forced">Tokens to follow instead of the likeliest ones.</param>
    /// <returns>The likeliest tokens, and the logits before each of them.</returns>
    public static (int[] Tokens, float[][] Logits) Greedy(
        this IModelRuntime runtime, int[] prompt, int count, IRuntimeAdapter? adapter = null, int[]? forced = null)
    {
        using var context = runtime.CreateContext(For(runtime));
        context.SetAdapter(adapter);
        var (tokens, logits) = (new List<int>(), new List<float[]>());
        var batch = new DecodeBatch(Options.BatchTokens);
        for (var i = 0; i < prompt.Length; i++) batch.Add(prompt[i], i, 0, output: i == prompt.Length - 1);
        while (true)
        {
            context.Decode(batch);
            logits.Add(context.Logits(batch.Count - 1).ToArray());
            tokens.Add(Best(logits[^1]));
            if (tokens.Count == count) return ([.. tokens], [.. logits]);
            batch.Clear();
            batch.Add((forced ?? [.. tokens])[tokens.Count - 1], prompt.Length + tokens.Count - 1, 0, output: true);
        }
    }

    /// <summary>The likeliest continuations of several prompts, all in the same steps, each with its own adapter.</summary>
    public static int[][] GreedyTogether(
        this IModelRuntime runtime, IReadOnlyList<int[]> prompts, int count, IReadOnlyList<IRuntimeAdapter?> adapters)
    {
        using var context = runtime.CreateContext(For(runtime));
        var answers = prompts.Select(_ => new List<int>()).ToArray();
        var batch = new DecodeBatch(Options.BatchTokens);
        var last = new int[prompts.Count];
        for (var slot = 0; slot < prompts.Count; slot++)
        {
            context.SetAdapter(slot, adapters[slot]);
            for (var i = 0; i < prompts[slot].Length; i++) last[slot] = batch.Add(prompts[slot][i], i, slot, output: i == prompts[slot].Length - 1);
        }
        while (true)
        {
            context.Decode(batch);
            for (var slot = 0; slot < prompts.Count; slot++) answers[slot].Add(Best(context.Logits(last[slot])));
            if (answers[0].Count == count) return [.. answers.Select(answer => answer.ToArray())];
            batch.Clear();
            for (var slot = 0; slot < prompts.Count; slot++)
                last[slot] = batch.Add(answers[slot][^1], prompts[slot].Length + answers[slot].Count - 1, slot, output: true);
        }
    }

    /// <summary>
    /// Asserts that a runtime gives an oracle's logits along the oracle's greedy answer, and its tokens wherever the best token
    /// is ahead of the second by more than the two runtimes' noise.
    /// </summary>
    public static void AssertFollows(
        this IModelRuntime runtime, IModelRuntime oracle, int[] prompt, int count, float noise, IRuntimeAdapter? own = null, IRuntimeAdapter? their = null)
    {
        var (expected, expectedLogits) = oracle.Greedy(prompt, count, their);
        var (found, logits) = runtime.Greedy(prompt, count, own, forced: expected);
        var clear = 0;
        for (var i = 0; i < count; i++)
        {
            Assert.InRange(RelativeDistance(expectedLogits[i], logits[i]), 0, noise);
            var best = expectedLogits[i].Order().TakeLast(2).ToArray();
            if (best[1] - best[0] <= 2 * noise * expectedLogits[i].Max(MathF.Abs)) continue;
            clear++;
            Assert.Equal(expected[i], found[i]);
        }
        Assert.InRange(clear, count * 3 / 4, count);
    }

    /// <summary>Largest difference of logits, relative to the largest logit.</summary>
    public static float RelativeDistance(float[] expected, float[] found)
    {
        Assert.All(found, logit => Assert.True(float.IsFinite(logit)));
        var largest = expected.Max(MathF.Abs);
        return expected.Zip(found, (a, b) => MathF.Abs(a - b)).Max() / largest;
    }

    private static int Best(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best]) best = i;
        }
        return best;
    }
}
