using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Native.Tests.Conformance;

/// <summary>Short ways to decode in tests.</summary>
internal static class Decoding
{
    public static readonly ContextOptions SmallContext = new() { Slots = 4, SlotContext = 64, BatchTokens = 64, Threads = 1 };

    /// <summary>Appends tokens to a slot, all rows asking for output.</summary>
    /// <returns>Logits of every row.</returns>
    public static float[][] Append(this IModelContext context, int slot, int start, params ReadOnlySpan<int> tokens)
    {
        var batch = new DecodeBatch(tokens.Length);
        for (var i = 0; i < tokens.Length; i++) batch.Add(tokens[i], start + i, slot, output: true);
        context.Decode(batch);
        return [.. Enumerable.Range(0, batch.Count).Select(row => context.Logits(row).ToArray())];
    }

    /// <summary>Logits of the last token of a text decoded alone in a context of its own.</summary>
    public static float[] LastLogits(this IModelRuntime runtime, int[] tokens, IRuntimeAdapter? adapter = null)
    {
        using var context = runtime.CreateContext(SmallContext);
        context.SetAdapter(adapter);
        return context.Append(0, 0, tokens)[^1];
    }

    public static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var difference = Distance(expected, actual);
        Assert.True(difference <= tolerance, $"largest difference {difference}, allowed {tolerance}");
    }

    /// <summary>Largest difference of two vectors.</summary>
    public static float Distance(float[] left, float[] right) => left.Zip(right, (a, b) => MathF.Abs(a - b)).Max();
}
