using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Gguf;
using MultiagentFT.Runtimes;
using MultiagentFT.Testing;

namespace MultiagentFT.Decoder.Tests;

/// <summary>Files that libllama serves though few programs write them.</summary>
public sealed class UnusualFilesTests : IDisposable
{
    private static readonly int[] Prompt = [3, 80, 81, 150, 9, 12, 44, 45, 46, 200];
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, object> Specials => new(
        from key in (string[])["bos", "eos", "eot"]
        from id in (uint[])[uint.MaxValue, uint.MaxValue - 1, (uint)TinyVocabulary.Size]
        select ($"tokenizer.ggml.{key}_token_id", (object)id));

    [Theory]
    [MemberData(nameof(Specials))]
    public void SpecialTokensThatAreNoneAreLeftAtTheirDefault(string key, object id)
    {
        var model = Rewrite(new TinyModelOptions(), metadata => metadata.Set(key, (uint)id));
        AssertFollows(model);
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe })]
    [InlineData(new byte[] { 0x61, 0xc3, 0x28 })]
    public void ATokenNeedNotBeText(byte[] bytes)
    {
        const int Token = 200;
        var spelling = EscapedUtf8.Decode(bytes);
        var model = Rewrite(new TinyModelOptions(), metadata =>
            metadata.Set("tokenizer.ggml.tokens", TinyVocabulary.Tokens.Select((token, id) => id == Token ? spelling : token).ToArray()));
        using var ours = CpuRuntime.Open(model);
        using var theirs = ModelRuntimes.Open(model);
        Assert.Equal(theirs.Tokenizer.Piece(Token).ToArray(), ours.Tokenizer.Piece(Token).ToArray());
        Assert.Equal(theirs.Tokenizer.Tokenize("the ring", false, true), ours.Tokenizer.Tokenize("the ring", false, true));
        ours.AssertFollows(theirs, Prompt, 24, noise: 2e-3f);
    }

    [Theory]
    [InlineData(".bias")]
    [InlineData("attn_k.bias")]
    public void Qwen2NeedsNoBiases(string missing)
    {
        var model = Rewrite(new TinyModelOptions { Architecture = "qwen2" }, _ => { }, missing);
        AssertFollows(model);
        using var whole = CpuRuntime.Open(_folder.File("plain.gguf"));
        using var without = CpuRuntime.Open(model);
        Assert.NotEqual(whole.Greedy(Prompt, 24).Tokens, without.Greedy(Prompt, 24).Tokens);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(32)]
    public void FactorsMayBeScaledBytes(int rank)
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var path = TinyAdapter.Write(_folder.File("adapter.gguf"), model, new TinyAdapterOptions { Rank = rank, Type = TensorType.Q8_0, Reach = 0.1f });
        using var ours = CpuRuntime.Open(model);
        using var theirs = ModelRuntimes.Open(model);
        using var own = ours.LoadAdapter(path);
        using var their = theirs.LoadAdapter(path);
        var expected = theirs.Greedy(Prompt, 1, their).Logits[0];
        // libllama rounds what it multiplies by such factors to 8 bits.
        Assert.InRange(Generation.RelativeDistance(expected, ours.Greedy(Prompt, 1, own).Logits[0]), 0, 0.02f);
        Assert.True(Generation.RelativeDistance(expected, ours.Greedy(Prompt, 1).Logits[0]) > 0.05f);
    }

    [Fact]
    public void NormsBesidePairsChangeNothing()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var plain = TinyAdapter.Write(_folder.File("plain-adapter.gguf"), model, new TinyAdapterOptions { Reach = 0.1f });
        var adapter = _folder.File("adapter.gguf");
        using (var file = GgufFile.Open(plain))
        {
            GgufWriter.Write(adapter, file.Metadata,
            [
                .. file.Tensors.Select(tensor => Copy(file, tensor)),
                new TensorSource("blk.0.attn_norm.weight", TensorType.F32, [64], () => new byte[64 * sizeof(float)]),
                new TensorSource("output_norm.weight", TensorType.F32, [64], () => new byte[64 * sizeof(float)]),
            ]);
        }
        AssertFollows(model, adapter);
        using var ours = CpuRuntime.Open(model);
        using var with = ours.LoadAdapter(adapter);
        using var without = ours.LoadAdapter(plain);
        Assert.Equal(ours.Greedy(Prompt, 24, without).Tokens, ours.Greedy(Prompt, 24, with).Tokens);
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertFollows(string model, string? adapter = null)
    {
        using var ours = CpuRuntime.Open(model);
        using var theirs = ModelRuntimes.Open(model);
        using var own = adapter is null ? null : ours.LoadAdapter(adapter);
        using var their = adapter is null ? null : theirs.LoadAdapter(adapter);
        ours.AssertFollows(theirs, Prompt, 24, noise: 2e-3f, own, their);
    }

    /// <summary>A model with other metadata and without some tensors.</summary>
    private string Rewrite(TinyModelOptions options, Action<GgufMetadata> change, string missing = "no tensor")
    {
        using var file = GgufFile.Open(TinyModel.Write(_folder.File("plain.gguf"), options));
        change(file.Metadata);
        GgufWriter.Write(_folder.File("model.gguf"), file.Metadata,
            [.. file.Tensors.Where(tensor => !tensor.Name.EndsWith(missing, StringComparison.Ordinal)).Select(tensor => Copy(file, tensor))]);
        return _folder.File("model.gguf");
    }

    private static TensorSource Copy(GgufFile file, TensorInfo tensor)
    {
        var data = file.Read(tensor);
        return new TensorSource(tensor.Name, tensor.Type, tensor.Shape, () => data);
    }
}
