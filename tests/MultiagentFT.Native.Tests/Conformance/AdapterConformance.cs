using MultiagentFT.Foundation;
using MultiagentFT.Testing;
using static MultiagentFT.Native.Tests.Conformance.Decoding;

namespace MultiagentFT.Native.Tests.Conformance;

public abstract class AdapterConformance : RuntimeConformance
{
    private static readonly int[] Text = [3, 80, 81, 150, 9];

    /// <summary>How far logits with an adapter may be from those of the merged model: the rounding of its factors.</summary>
    protected virtual float FactorTolerance => 1e-3f;

    [Fact]
    public void AnAdapterEqualsTheMergedModel()
    {
        using var runtime = OpenTiny();
        var path = TinyAdapter.Write(File("a.gguf"), File("model.gguf"));
        using var adapter = runtime.LoadAdapter(path);
        using var merged = Open(MergedModel.Write(File("merged.gguf"), File("model.gguf"), path));
        Assert.True(Distance(runtime.LastLogits(Text), merged.LastLogits(Text)) > 0.1f);
        AssertClose(merged.LastLogits(Text), runtime.LastLogits(Text, adapter), FactorTolerance);
    }

    [Fact]
    public void AnAdapterOfZeroesEqualsTheBase()
    {
        using var runtime = OpenTiny();
        using var adapter = runtime.LoadAdapter(Write("zero.gguf", new TinyAdapterOptions { Reach = 0 }));
        AssertClose(runtime.LastLogits(Text), runtime.LastLogits(Text, adapter), 1e-5f);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(24)]
    public void AdaptersLoadedAfterAContextEqualThoseOfAFreshOne(int blocks)
    {
        using var runtime = OpenTiny(new TinyModelOptions { Blocks = blocks });
        using var context = runtime.CreateContext(SmallContext);
        var bare = context.Append(0, 0, Text)[^1];
        var adapters = Enumerable.Range(0, 8).Select(number => runtime.LoadAdapter(
            Write($"{number}.gguf", new TinyAdapterOptions { Seed = (ulong)number, Rank = 1 + (5 * number) }))).ToList();
        foreach (var adapter in adapters)
        {
            context.SetAdapter(adapter);
            context.Truncate(0, 0);
            var late = context.Append(0, 0, Text)[^1];
            AssertClose(runtime.LastLogits(Text, adapter), late, 1e-5f);
            Assert.True(Distance(bare, late) > 0.05f);
            context.SetAdapter(null);
            context.Truncate(0, 0);
            AssertClose(bare, context.Append(0, 0, Text)[^1], 1e-5f);
        }
        adapters.ForEach(adapter => adapter.Dispose());
    }

    [Fact]
    public void AContextSwitchesBetweenAdaptersAndKeepsItsSlots()
    {
        using var runtime = OpenTiny();
        using var first = runtime.LoadAdapter(Write("1.gguf", new TinyAdapterOptions { Seed = 1 }));
        using var second = runtime.LoadAdapter(Write("2.gguf", new TinyAdapterOptions { Seed = 2, Targets = ["attn_q", "ffn_down"] }));
        using var context = runtime.CreateContext(SmallContext);
        context.SetAdapter(first);
        context.Append(0, 0, Text[..3]);
        context.SetAdapter(second);
        AssertClose(runtime.LastLogits(Text, second), context.Append(1, 0, Text)[^1], 1e-5f);
        context.SetAdapter(first);
        AssertClose(runtime.LastLogits(Text, first), context.Append(0, 3, Text[3..])[^1], 1e-4f);
    }

    [Fact]
    public void AnAdapterInUseOutlivesItsOwner()
    {
        using var runtime = OpenTiny();
        var adapter = runtime.LoadAdapter(Write("1.gguf"));
        var expected = runtime.LastLogits(Text, adapter);
        using var context = runtime.CreateContext(SmallContext);
        context.SetAdapter(adapter);
        adapter.Dispose();
        AssertClose(expected, context.Append(0, 0, Text)[^1], 1e-5f);
        Assert.Throws<ObjectDisposedException>(() => runtime.LastLogits(Text, adapter));
    }

    [Fact]
    public void AnAdapterSaysWhereItIsAndHowLarge()
    {
        using var runtime = OpenTiny();
        using var adapter = runtime.LoadAdapter(Write("1.gguf", new TinyAdapterOptions { Rank = 2, Targets = ["attn_q"] }));
        Assert.Equal(File("1.gguf"), adapter.Path);
        // Two blocks; a runtime may keep factors in float16.
        Assert.InRange(adapter.Bytes, 2 * (2 * 64 + 64 * 2) * 2, 2 * (2 * 64 + 64 * 2) * sizeof(float));
    }

    [Fact]
    public void AnAdapterOfAnotherBaseIsRefused()
    {
        using var runtime = OpenTiny();
        var other = TinyModel.Write(File("other.gguf"), new TinyModelOptions { FeedForwardLength = 192 });
        var error = Assert.Throws<InputException>(() => runtime.LoadAdapter(TinyAdapter.Write(File("other-adapter.gguf"), other)));
        Assert.Contains("other-adapter.gguf", error.Message);
        var qwen = TinyModel.Write(File("qwen.gguf"), new TinyModelOptions { Architecture = "qwen2" });
        error = Assert.Throws<InputException>(() => runtime.LoadAdapter(TinyAdapter.Write(File("qwen-adapter.gguf"), qwen)));
        Assert.Contains("qwen2", error.Message);
    }

    [Fact]
    public void AdaptersAreLoadedAndFreedByManyThreadsAtOnce()
    {
        using var runtime = OpenTiny();
        var path = Write("1.gguf", new TinyAdapterOptions { Rank = 1, Targets = ["attn_q"] });
        using var kept = runtime.LoadAdapter(path);
        var expected = runtime.LastLogits(Text, kept);
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => runtime.LoadAdapter(path).Dispose());
        AssertClose(expected, runtime.LastLogits(Text, kept), 1e-5f);
        using var late = runtime.LoadAdapter(path);
        AssertClose(expected, runtime.LastLogits(Text, late), 1e-5f);
    }

    [Fact]
    public void AModelOrAMissingFileIsNoAdapter()
    {
        using var runtime = OpenTiny();
        Assert.Contains("model.gguf", Assert.Throws<InputException>(() => runtime.LoadAdapter(File("model.gguf"))).Message);
        Assert.Contains("none.gguf", Assert.Throws<InputException>(() => runtime.LoadAdapter(File("none.gguf"))).Message);
    }

    [Fact]
    public void AnAdapterOfAnotherRuntimeIsRefused()
    {
        using var runtime = OpenTiny();
        using var other = Open(File("model.gguf"));
        using var adapter = other.LoadAdapter(Write("1.gguf"));
        Assert.Throws<ArgumentException>(() => runtime.LastLogits(Text, adapter));
    }

    private string Write(string name, TinyAdapterOptions? options = null) => TinyAdapter.Write(File(name), File("model.gguf"), options);
}
