using MultiagentFT.Decoder.Ggml;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Tests.Conformance;
using MultiagentFT.Testing;
using static MultiagentFT.Native.Tests.Conformance.Decoding;

namespace MultiagentFT.Decoder.Tests.Ggml;

/// <summary>Adapters come, change and go while slots hold others.</summary>
public sealed class GgmlAdapterLifeTests : IDisposable
{
    private static readonly int[] Text = [3, 80, 81, 150, 9];
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public GgmlAdapterLifeTests() => _model = TinyModel.Write(_folder.File("model.gguf"));

    [Fact]
    public void ASlotKeepsItsAdapterWhileOthersComeAndGo()
    {
        using var runtime = TestDevice.Open(_model);
        using var kept = runtime.LoadAdapter(Write(1, rank: 4));
        var expected = runtime.LastLogits(Text, kept);
        using var context = runtime.CreateContext(SmallContext);
        context.SetAdapter(kept);
        context.Append(0, 0, Text[..2]);
        // More than fit at first, of larger rank, and on layers that no adapter had changed.
        var others = Enumerable.Range(2, 9).Select(seed => runtime.LoadAdapter(Write(seed, rank: 5 * seed))).ToList();
        context.Append(0, 2, Text[2]);
        others.ForEach(other => other.Dispose());
        using var late = runtime.LoadAdapter(Write(20, rank: 2, "ffn_gate"));
        var found = context.Append(0, 3, Text[3..])[^1];
        AssertClose(expected, found, 1e-4f);
    }

    [Fact]
    public void MoreAdaptersThanPlacesMakeRoom()
    {
        using var runtime = TestDevice.Open(_model);
        var adapters = new List<GgmlAdapter>();
        var alone = new List<float[]>();
        for (var seed = 1; seed <= 9; seed++)
        {
            adapters.Add(runtime.LoadAdapter(Write(seed, rank: seed)));
            alone.Add(runtime.LastLogits(Text, adapters[^1]));
        }
        Assert.Equal(Enumerable.Range(1, 9), adapters.Select(adapter => adapter.Index));
        for (var i = 0; i < adapters.Count; i++)
        {
            AssertClose(alone[i], runtime.LastLogits(Text, adapters[i]), 1e-5f);
            Assert.True(i == 0 || Distance(alone[i], alone[i - 1]) > 0.01f);
        }
        adapters.ForEach(adapter => adapter.Dispose());
    }

    [Fact]
    public void AFreedPlaceIsTakenByTheNextAndHoldsNothingOfTheLast()
    {
        using var runtime = TestDevice.Open(_model);
        using var kept = runtime.LoadAdapter(Write(1, rank: 4));
        var first = runtime.LoadAdapter(Write(2, rank: 4));
        var version = kept.Owner.Version;
        first.Dispose();
        using var next = runtime.LoadAdapter(Write(3, rank: 2, "attn_q"));
        Assert.Equal((first.Index, version), (next.Index, kept.Owner.Version));
        using var other = TestDevice.Open(_model);
        using var alone = other.LoadAdapter(next.Path);
        AssertClose(other.LastLogits(Text, alone), runtime.LastLogits(Text, next), 1e-5f);
    }

    [Fact]
    public void LayersThatNoAdapterChangesAreLeftOut()
    {
        using var runtime = TestDevice.Open(_model);
        using var small = runtime.LoadAdapter(Write(1, rank: 4, "attn_q"));
        var stacks = small.Owner;
        Assert.NotNull(stacks.Find("blk.1.attn_q.weight"));
        Assert.Null(stacks.Find("blk.1.ffn_up.weight"));
        var large = runtime.LoadAdapter(Write(2, rank: 4));
        Assert.NotNull(stacks.Find("blk.1.ffn_up.weight"));
        large.Dispose();
        Assert.Null(stacks.Find("blk.1.ffn_up.weight"));
        small.Dispose();
        Assert.Equal(0, stacks.Bytes);
    }

    [Fact]
    public void AnAdapterIsUpdatedInPlace()
    {
        using var runtime = TestDevice.Open(_model);
        using var adapter = runtime.LoadAdapter(Write(1, rank: 4, "attn_q"));
        using var context = runtime.CreateContext(SmallContext);
        context.SetAdapter(adapter);
        context.Append(0, 0, Text);
        var path = Write(2, rank: 30);
        adapter.Update(path);
        Assert.Equal(path, adapter.Path);
        using var other = TestDevice.Open(_model);
        using var expected = other.LoadAdapter(path);
        AssertClose(other.LastLogits(Text, expected), context.Append(1, 0, Text)[^1], 1e-5f);
        Assert.Equal(expected.Bytes, adapter.Bytes);
    }

    [Fact]
    public void AnUpdateThatIsRefusedChangesNothing()
    {
        using var runtime = TestDevice.Open(_model);
        using var adapter = runtime.LoadAdapter(Write(1, rank: 4));
        var expected = runtime.LastLogits(Text, adapter);
        Assert.Throws<InputException>(() => adapter.Update(_model));
        Assert.Equal(_folder.File("1.gguf"), adapter.Path);
        AssertClose(expected, runtime.LastLogits(Text, adapter), 1e-5f);
        adapter.Dispose();
        Assert.Throws<ObjectDisposedException>(() => adapter.Update(Write(2, rank: 4)));
    }

    [Fact]
    public void ContextsDecodeWhileAdaptersComeAndGo()
    {
        using var runtime = TestDevice.Open(_model);
        using var kept = runtime.LoadAdapter(Write(1, rank: 4));
        var expected = runtime.LastLogits(Text, kept);
        var paths = Enumerable.Range(2, 4).Select(seed => Write(seed, rank: 9 * seed)).ToArray();
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, worker =>
        {
            for (var i = 0; i < 25; i++)
            {
                if (worker < 2) AssertClose(expected, runtime.LastLogits(Text, kept), 1e-4f);
                else runtime.LoadAdapter(paths[(worker + i) % 4]).Dispose();
            }
        });
        AssertClose(expected, runtime.LastLogits(Text, kept), 1e-5f);
    }

    [Fact]
    public void AnAdapterMayOutliveItsRuntime()
    {
        var runtime = TestDevice.Open(_model);
        var adapter = runtime.LoadAdapter(Write(1, rank: 4));
        var context = runtime.CreateContext(SmallContext);
        context.SetAdapter(adapter);
        runtime.Dispose();
        Assert.Equal(TinyVocabulary.Size, context.Append(0, 0, Text)[^1].Length);
        Assert.Throws<ObjectDisposedException>(() => runtime.CreateContext(SmallContext));
        context.Dispose();
        adapter.Dispose();
        Assert.Throws<ObjectDisposedException>(() => context.Append(0, 0, Text));
    }

    public void Dispose() => _folder.Dispose();

    private string Write(int seed, int rank, params string[] targets) => TinyAdapter.Write(
        _folder.File($"{seed}.gguf"),
        _model,
        new TinyAdapterOptions
        {
            Seed = (ulong)seed,
            Rank = rank,
            Targets = targets.Length > 0 ? targets : new TinyAdapterOptions().Targets,
        });
}
