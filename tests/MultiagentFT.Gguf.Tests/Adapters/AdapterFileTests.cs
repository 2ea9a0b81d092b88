using MultiagentFT.Foundation;
using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Adapters;

public sealed class AdapterFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModelFile _model;

    public AdapterFileTests() => _model = ModelFile.Open(new TinyModel().Write(_folder.File("base.gguf")));

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void AWrittenAdapterComesBack()
    {
        var query = new AdapterPairData("blk.0.attn_q.weight", 2, Numbers(2 * 32, 0.5f), Numbers(32 * 2, -1));
        var down = new AdapterPairData("blk.1.ffn_down.weight", 3, Numbers(3 * 64, 0.25f), Numbers(32 * 3, 2));

        using var adapter = Write(query, down);
        adapter.RequireBase(_model);

        Assert.Equal("agent-1", adapter.Name);
        Assert.Equal("llama", adapter.Architecture);
        Assert.Equal(16, adapter.Alpha);
        Assert.Equal(_model.Fingerprint, adapter.BaseFingerprint);
        Assert.Equal("tiny", adapter.BaseName);
        Assert.Equal(["blk.0.attn_q.weight", "blk.1.ffn_down.weight"], adapter.Pairs.Select(pair => pair.BaseTensor));
        Assert.Equal([2, 3], adapter.Pairs.Select(pair => pair.Rank));
        Assert.Equal([64, 3], adapter.Pairs[1].A.Shape);
        Assert.Equal([3, 32], adapter.Pairs[1].B.Shape);
        Assert.Equal(down.A, FloatTensors.Read(adapter.File, adapter.Pairs[1].A));
        Assert.Equal(down.B, FloatTensors.Read(adapter.File, adapter.Pairs[1].B));
    }

    [Fact]
    public void AnotherBaseIsNamed()
    {
        using var adapter = Write(Query());
        using var other = ModelFile.Open(new TinyModel(seed: 2).With("general.name", "other").Write(_folder.File("other.gguf")));

        var error = Assert.Throws<InputException>(() => adapter.RequireBase(other));

        Assert.Equal("multiagentft.base.fingerprint", error.Place);
        Assert.Contains($"an adapter trained on other ({other.Fingerprint[..12]}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"found one trained on tiny ({_model.Fingerprint[..12]})", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherArchitectureIsNamed()
    {
        using var adapter = Write(Query());
        using var other = ModelFile.Open(new TinyModel("qwen3").Write(_folder.File("other.gguf")));

        var error = Assert.Throws<InputException>(() => adapter.RequireBase(other));

        Assert.Equal("general.architecture", error.Place);
        Assert.Contains("qwen3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AdaptersOfOtherProgramsAreCheckedByShape()
    {
        using var foreign = AdapterFile.Open(new TinyAdapter().Write(_folder.File("foreign.gguf")));
        using var wide = AdapterFile.Open(new TinyAdapter(inputs: 64).Write(_folder.File("wide.gguf")));
        using var unknown = AdapterFile.Open(new TinyAdapter("blk.9.attn_q.weight").Write(_folder.File("unknown.gguf")));

        foreign.RequireBase(_model);
        var shape = Assert.Throws<InputException>(() => wide.RequireBase(_model));
        var name = Assert.Throws<InputException>(() => unknown.RequireBase(_model));

        Assert.Null(foreign.BaseFingerprint);
        Assert.Contains("factors of [32, 32]", shape.Message, StringComparison.Ordinal);
        Assert.Contains("found [64, 32]", shape.Message, StringComparison.Ordinal);
        Assert.Equal("blk.9.attn_q.weight", name.Place);
    }

    [Fact]
    public void TheWriterRefusesWhatDoesNotFit()
    {
        Assert.Throws<ArgumentException>(() => Write());
        Assert.Throws<ArgumentException>(() => Write(Query() with { BaseTensor = "blk.7.attn_q.weight" }));
        Assert.Throws<ArgumentException>(() => Write(Query() with { BaseTensor = "output_norm.weight" }));
        Assert.Throws<ArgumentException>(() => Write(new AdapterPairData("token_embd.weight", 1, new float[32], new float[6])));
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(Query() with { Rank = 0 }));
        Assert.Throws<ArgumentException>(() => Write(Query() with { A = new float[63] }));
        Assert.Throws<ArgumentException>(() => Write(Query() with { B = [.. new float[63], float.NaN] }));
        Assert.Throws<ArgumentException>(() => Write(Query(), Query()));
        Assert.Throws<ArgumentOutOfRangeException>(() => AdapterWriter.Write(_folder.File("x"), _model, 0, "a", [Query()]));
        Assert.Equal(["base.gguf"], _folder.Files);
    }

    private static AdapterPairData Query() => new("blk.0.attn_q.weight", 2, new float[64], new float[64]);

    private static float[] Numbers(int count, float scale) => [.. Enumerable.Range(0, count).Select(i => i * scale)];

    private AdapterFile Write(params AdapterPairData[] pairs)
    {
        var path = _folder.File("adapter.gguf");
        AdapterWriter.Write(path, _model, 16, "agent-1", pairs);
        return AdapterFile.Open(path);
    }
}
