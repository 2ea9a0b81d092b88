using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Native.Tensors;
using MultiagentFT.Runtimes;
using MultiagentFT.Testing;

namespace MultiagentFT.Decoder.Tests.Ggml;

/// <summary>The oracle is libllama on the same file.</summary>
public sealed class GgmlLogitsTests : IDisposable
{
    private static readonly int[] Prompt = [3, 80, 81, 150, 9, 12, 44, 45, 46, 200, 201, 7, 7, 30, 31, 32, 33, 100];
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, TensorType, bool> Floats => new(
        from architecture in (string[])["llama", "qwen2", "qwen3", "phi3"]
        from type in (TensorType[])[TensorType.F32, TensorType.F16]
        from tied in (bool[])[false, true]
        select (architecture, type, tied));

    public static TheoryData<TensorType> Quantized => [
        TensorType.Q4_0, TensorType.Q5_1, TensorType.Q8_0, TensorType.Q3_K, TensorType.Q4_K, TensorType.Q6_K, TensorType.IQ4_NL,
        TensorType.BF16];

    [Theory]
    [MemberData(nameof(Floats))]
    public void SixtyFourGreedyTokensEqualLibllamas(string architecture, TensorType type, bool tied)
    {
        var model = Model(new TinyModelOptions { Architecture = architecture, TensorType = type, TiedOutput = tied });
        using var ours = TestDevice.Open(model);
        using var theirs = ModelRuntimes.Open(model, Cpu);
        ours.AssertFollows(theirs, Prompt, 64, noise: 2e-3f);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("phi3")]
    public void SixtyFourGreedyTokensOfAnAdapterEqualLibllamas(string architecture)
    {
        var model = Model(new TinyModelOptions { Architecture = architecture });
        var path = TinyAdapter.Write(_folder.File("adapter.gguf"), model, new TinyAdapterOptions { Rank = 5, Reach = 0.1f });
        using var ours = TestDevice.Open(model);
        using var theirs = ModelRuntimes.Open(model, Cpu);
        using var own = ours.LoadAdapter(path);
        using var their = theirs.LoadAdapter(path);
        ours.AssertFollows(theirs, Prompt, 64, noise: 2e-3f, own, their);
        Assert.NotEqual(ours.Greedy(Prompt, 64).Tokens, ours.Greedy(Prompt, 64, own).Tokens);
    }

    [Theory]
    [MemberData(nameof(Quantized))]
    public void LogitsOfQuantizedWeightsEqualLibllamas(TensorType type)
    {
        var model = Model(new TinyModelOptions { TensorType = type, EmbeddingLength = 256, FeedForwardLength = 512, Heads = 4 });
        using var ours = TestDevice.Open(model);
        using var theirs = ModelRuntimes.Open(model, Cpu);
        var (_, found) = ours.Greedy(Prompt, 1);
        var (_, expected) = theirs.Greedy(Prompt, 1);
        Assert.InRange(Generation.RelativeDistance(expected[0], found[0]), 0, 0.02f);
    }

    [Theory]
    [InlineData("llama", 100, 0)]
    [InlineData("qwen2", 120, 0)]
    [InlineData("phi3", 104, 8)]
    public void OddWidthsAndPartialRotationEqualLibllamas(string architecture, int feedForward, int rotated)
    {
        var model = Model(new TinyModelOptions { Architecture = architecture, FeedForwardLength = feedForward });
        var changed = _folder.File("changed.gguf");
        using (var file = GgufFile.Open(model))
        {
            if (rotated > 0) file.Metadata.Set($"{architecture}.rope.dimension_count", (uint)rotated);
            List<TensorSource> tensors = [.. file.Tensors.Select(tensor => new TensorSource(tensor.Name, tensor.Type, tensor.Shape, () => file.Read(tensor)))];
            if (architecture == "llama")
            {
                float[] factors = [.. Enumerable.Range(0, 8).Select(i => 1 + (0.5f * i))];
                tensors.Add(new TensorSource("rope_freqs.weight", TensorType.F32, [8], () => TensorCodec.Quantize(TensorType.F32, factors, 8)));
            }
            GgufWriter.Write(changed, file.Metadata, tensors);
        }
        using var ours = TestDevice.Open(changed);
        using var theirs = ModelRuntimes.Open(changed, Cpu);
        ours.AssertFollows(theirs, Prompt, 48, noise: 2e-3f);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen3")]
    public void AttentionAsOneOperationEqualsThePlainForm(string architecture)
    {
        var model = Model(new TinyModelOptions { Architecture = architecture });
        using var fused = TestDevice.Open(model, flashAttention: true);
        using var plain = TestDevice.Open(model, flashAttention: false);
        fused.AssertFollows(plain, Prompt, 64, noise: 2e-3f);
    }

    [Fact]
    public void PromptsBeyondAGroupOfPositionsEqualLibllamas()
    {
        // The slot grows from one group of 256 positions into a second one, and the graph with it.
        var model = Model(new TinyModelOptions { Architecture = "qwen3" });
        using var ours = TestDevice.Open(model);
        using var theirs = ModelRuntimes.Open(model, Cpu);
        var options = Generation.For(ours) with { SlotContext = 300, Slots = 2 };
        using var own = ours.CreateContext(options);
        using var their = theirs.CreateContext(options);
        var batch = new DecodeBatch(options.BatchTokens);
        for (var position = 0; position < 290; position += batch.Count)
        {
            batch.Clear();
            var rows = position < 250 ? 125 : 1;
            for (var i = 0; i < rows; i++) batch.Add((position + i) * 37 % 250, position + i, 1, output: i == rows - 1);
            own.Decode(batch);
            their.Decode(batch);
            var distance = Generation.RelativeDistance(their.Logits(rows - 1).ToArray(), own.Logits(rows - 1).ToArray());
            Assert.InRange(distance, 0, 2e-3f);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static LlamaRuntimeOptions Cpu => new() { GpuLayers = 0 };

    private string Model(TinyModelOptions options) => TinyModel.Write(_folder.File("model.gguf"), options);
}
