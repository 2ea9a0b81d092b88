using System.Runtime.InteropServices;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Testing;
using static MultiagentFT.Native.Tests.Conformance.Decoding;

namespace MultiagentFT.Native.Tests.Conformance;

public abstract class ContextConformance : RuntimeConformance
{
    private static readonly int[] First = [1, 20, 33, 47, 200, 5];
    private static readonly int[] Second = [90, 91, 92];
    private static readonly int[] Third = [7, 7, 7, 7, 60, 61, 62, 63, 64];

    [Theory]
    [InlineData("llama", TensorType.F32, 1e-4f)]
    [InlineData("llama", TensorType.Q8_0, 1e-4f)]
    [InlineData("llama", TensorType.Q4_0, 1e-4f)]
    [InlineData("qwen2", TensorType.F32, 1e-4f)]
    [InlineData("qwen3", TensorType.F32, 1e-4f)]
    public void SlotsDecodedTogetherEqualSlotsDecodedAlone(string architecture, TensorType type, float tolerance)
    {
        using var runtime = OpenTiny(new TinyModelOptions { Architecture = architecture, TensorType = type });
        using var context = runtime.CreateContext(SmallContext);
        int[][] texts = [First, Second, Third];
        var batch = new DecodeBatch(64);
        var last = new List<int>();
        for (var slot = 0; slot < texts.Length; slot++)
        {
            for (var i = 0; i < texts[slot].Length; i++) batch.Add(texts[slot][i], i, slot, output: i == texts[slot].Length - 1);
            last.Add(batch.Count - 1);
        }
        context.Decode(batch);
        for (var slot = 0; slot < texts.Length; slot++)
            AssertClose(runtime.LastLogits(texts[slot]), context.Logits(last[slot]).ToArray(), tolerance);
    }

    /// <summary>Rows are drawn from side by side, so looking at one must not disturb another.</summary>
    [Fact]
    public void LogitsOfAllRowsStayUntilTheNextStep()
    {
        using var runtime = OpenTiny();
        using var context = runtime.CreateContext(SmallContext);
        int[][] texts = [First, Second, Third];
        var batch = new DecodeBatch(64);
        for (var slot = 0; slot < texts.Length; slot++)
        {
            for (var i = 0; i < texts[slot].Length; i++) batch.Add(texts[slot][i], i, slot, output: i % 2 == 0 || i == texts[slot].Length - 1);
        }
        context.Decode(batch);
        int[] rows = [.. Enumerable.Range(0, batch.Count).Where(row => batch.Outputs[row])];
        var first = context.Logits(rows[0]);
        var last = context.Logits(rows[^1]);
        var (firstBefore, lastBefore) = (first.ToArray(), last.ToArray());
        foreach (var row in rows) Assert.Equal(context.Logits(row).ToArray(), context.Logits(row).ToArray());
        Assert.Equal(firstBefore, first.ToArray());
        Assert.Equal(lastBefore, last.ToArray());
        Assert.True(first == context.Logits(rows[0]) && last == context.Logits(rows[^1]), "logits have moved");
        Assert.True(Distance(firstBefore, lastBefore) > 0.01f);
    }

    /// <summary>The output matrix reads them, so that its rows give the logits.</summary>
    [Theory]
    [InlineData("llama", false)]
    [InlineData("llama", true)]
    [InlineData("qwen3", false)]
    [InlineData("phi3", false)]
    public void HiddenStatesAreWhatTheOutputMatrixReads(string architecture, bool tied)
    {
        using var runtime = OpenTiny(new TinyModelOptions { Architecture = architecture, TiedOutput = tied });
        using var context = runtime.CreateContext(SmallContext);
        using var file = GgufFile.Open(File("model.gguf"));
        var matrix = MemoryMarshal.Cast<byte, float>(file.Read(file.RequireTensor(tied ? "token_embd.weight" : "output.weight")).AsSpan()).ToArray();
        var batch = new DecodeBatch(64);
        foreach (var slot in (int[])[0, 2])
        {
            for (var i = 0; i < Third.Length; i++) batch.Add(Third[i] + slot, i, slot, output: i % 2 == 0);
        }
        context.Decode(batch);
        var plain = Enumerable.Range(0, batch.Count).Where(row => batch.Outputs[row]).ToDictionary(row => row, row => context.Logits(row).ToArray());
        Assert.Throws<InvalidOperationException>(() => context.Hidden(0).Length);
        context.Clear();
        context.GiveHidden(true);

        context.Decode(batch);

        foreach (var (row, logits) in plain)
        {
            var hidden = context.Hidden(row).ToArray();
            Assert.Equal(64, hidden.Length);
            Assert.Equal(logits, context.Logits(row).ToArray());
            AssertClose(logits, [.. Enumerable.Range(0, logits.Length).Select(token => (float)Enumerable.Range(0, 64).Sum(i => (double)hidden[i] * matrix[(token * 64) + i]))], 1e-3f);
        }
        Assert.Throws<ArgumentException>(() => context.Hidden(1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Hidden(batch.Count).Length);
        context.GiveHidden(false);
        context.Clear();
        context.Decode(batch);
        Assert.Throws<InvalidOperationException>(() => context.Hidden(0).Length);
        Assert.Equal(plain[0], context.Logits(0).ToArray());
    }

    [Fact]
    public void TokenByTokenEqualsAllAtOnce()
    {
        using var runtime = OpenTiny();
        using var context = runtime.CreateContext(SmallContext);
        var whole = context.Append(0, 0, Third);
        for (var i = 0; i < Third.Length; i++) AssertClose(whole[i], context.Append(1, i, Third[i])[0], 1e-4f);
    }

    [Fact]
    public void TheOrderOfEarlierTokensMatters()
    {
        using var runtime = OpenTiny();
        Assert.True(Distance(runtime.LastLogits([10, 20, 30]), runtime.LastLogits([20, 10, 30])) > 0.01f);
    }

    [Fact]
    public void ATruncatedSlotContinuesAsIfNew()
    {
        using var runtime = OpenTiny();
        using var context = runtime.CreateContext(SmallContext);
        context.Append(2, 0, [.. First[..3], 150, 151, 152]);
        Assert.True(context.Truncate(2, 3));
        AssertClose(runtime.LastLogits(First), context.Append(2, 3, First[3..])[^1], 1e-4f);
        Assert.True(context.Truncate(2, 0));
        AssertClose(runtime.LastLogits(Second), context.Append(2, 0, Second)[^1], 1e-4f);
    }

    [Fact]
    public void ACopyContinuesAsIfDecodedThere()
    {
        using var runtime = OpenTiny();
        using var context = runtime.CreateContext(SmallContext);
        context.Append(0, 0, First[..4]);
        context.Append(3, 0, Third);
        context.Copy(0, 3);
        context.Copy(3, 1);
        AssertClose(runtime.LastLogits(First), context.Append(1, 4, First[4..])[^1], 1e-4f);
        AssertClose(runtime.LastLogits(First), context.Append(3, 4, First[4..])[^1], 1e-4f);
        AssertClose(runtime.LastLogits(First), context.Append(0, 4, First[4..])[^1], 1e-4f);
    }

    [Fact]
    public void ACopyOutlivesItsSource()
    {
        using var runtime = OpenTiny();
        using var context = runtime.CreateContext(SmallContext);
        context.Append(0, 0, First[..4]);
        context.Copy(0, 1);
        context.Truncate(0, 0);
        context.Append(0, 0, Third);
        AssertClose(runtime.LastLogits(First), context.Append(1, 4, First[4..])[^1], 1e-4f);
    }

    [Fact]
    public void ACopyOfAnEmptySlotIsEmpty()
    {
        using var runtime = OpenTiny();
        using var context = runtime.CreateContext(SmallContext);
        context.Append(1, 0, Third);
        context.Copy(0, 1);
        AssertClose(runtime.LastLogits(First), context.Append(1, 0, First)[^1], 1e-4f);
    }

    [Fact]
    public void AClearedContextRepeatsBitForBit()
    {
        using var runtime = OpenTiny(new TinyModelOptions { TensorType = TensorType.Q4_0 });
        using var context = runtime.CreateContext(SmallContext);
        var first = context.Append(0, 0, First);
        context.Append(1, 0, Third);
        context.Copy(1, 2);
        context.Truncate(0, 2);
        context.Clear();
        Assert.Equal(first, context.Append(0, 0, First));
    }

    [Fact]
    public void ASlotHoldsAsMuchAsPromised()
    {
        using var runtime = OpenTiny();
        using var context = runtime.CreateContext(SmallContext);
        for (var slot = 0; slot < SmallContext.Slots; slot++) context.Append(slot, 0, [.. Enumerable.Range(0, SmallContext.SlotContext)]);
        Assert.Throws<ArgumentException>(() => context.Append(0, SmallContext.SlotContext, 1));
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(100_000, 0, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(1, -1, 0)]
    [InlineData(1, 0, 4)]
    [InlineData(1, 0, -1)]
    public void RowsOutOfRangeAreRefusedAndNothingIsLost(int token, int position, int slot)
    {
        using var runtime = OpenTiny();
        using var context = runtime.CreateContext(SmallContext);
        context.Append(1, 0, First[..2]);
        var batch = new DecodeBatch(2);
        batch.Add(token, position, slot, output: true);
        Assert.Throws<ArgumentException>(() => context.Decode(batch));
        AssertClose(runtime.LastLogits(First), context.Append(1, 2, First[2..])[^1], 1e-4f);
    }

    [Fact]
    public void BadOrdersAndSizesAreRefused()
    {
        using var runtime = OpenTiny();
        using var context = runtime.CreateContext(SmallContext);
        var batch = new DecodeBatch(100);
        Assert.Throws<ArgumentException>(() => context.Decode(batch));
        batch.Add(1, 0, 1, output: false);
        batch.Add(1, 0, 0, output: true);
        Assert.Throws<ArgumentException>(() => context.Decode(batch));
        batch.Clear();
        for (var i = 0; i < 65; i++) batch.Add(1, i % 32, i / 32, output: false);
        Assert.Throws<ArgumentException>(() => context.Decode(batch));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Truncate(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Truncate(4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Copy(0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Copy(-1, 0));
    }

    [Fact]
    public void LogitsExistOnlyWhereAskedFor()
    {
        using var runtime = OpenTiny();
        using var context = runtime.CreateContext(SmallContext);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Logits(0).Length);
        var batch = new DecodeBatch(2);
        batch.Add(1, 0, 0, output: false);
        batch.Add(2, 1, 0, output: true);
        context.Decode(batch);
        Assert.Equal(TinyVocabulary.Size, context.Logits(1).Length);
        Assert.Throws<ArgumentException>(() => context.Logits(0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Logits(2).Length);
    }
}
