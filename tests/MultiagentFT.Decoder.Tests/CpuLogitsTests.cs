using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Runtimes;
using MultiagentFT.Testing;

namespace MultiagentFT.Decoder.Tests;

/// <summary>The oracle is libllama on the same file.</summary>
public sealed class CpuLogitsTests : IDisposable
{
    private static readonly int[] Prompt = [3, 80, 81, 150, 9, 12, 44, 45, 46, 200, 201, 7, 7, 30, 31, 32, 33, 100];
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, TensorType, bool> Floats => new(
        from architecture in (string[])["llama", "qwen2", "qwen3", "phi3"]
        from type in (TensorType[])[TensorType.F32, TensorType.F16]
        from tied in (bool[])[false, true]
        select (architecture, type, tied));

    public static TheoryData<TensorType> Quantized => [
        TensorType.Q4_0, TensorType.Q4_1, TensorType.Q5_0, TensorType.Q5_1, TensorType.Q8_0, TensorType.Q2_K, TensorType.Q3_K,
        TensorType.Q4_K, TensorType.Q5_K, TensorType.Q6_K, TensorType.IQ4_NL, TensorType.IQ4_XS, TensorType.BF16, TensorType.NVFP4, TensorType.Q1_0, TensorType.Q2_0];

    [Theory]
    [MemberData(nameof(Floats))]
    public void SixtyFourGreedyTokensEqualLibllamas(string architecture, TensorType type, bool tied)
    {
        var model = Model(new TinyModelOptions { Architecture = architecture, TensorType = type, TiedOutput = tied });
        using var ours = CpuRuntime.Open(model);
        using var theirs = ModelRuntimes.Open(model);
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
        using var ours = CpuRuntime.Open(model);
        using var theirs = ModelRuntimes.Open(model);
        using var own = ours.LoadAdapter(path);
        using var their = theirs.LoadAdapter(path);
        ours.AssertFollows(theirs, Prompt, 64, noise: 2e-3f, own, their);
        Assert.NotEqual(ours.Greedy(Prompt, 64).Tokens, ours.Greedy(Prompt, 64, own).Tokens);
    }

    /// <summary>llama.cpp's own CPU builds differ by about this much: each rounds activations to 8 bits in its own way.</summary>
    [Theory]
    [MemberData(nameof(Quantized))]
    public void LogitsOfQuantizedWeightsEqualLibllamas(TensorType type)
    {
        var model = Model(new TinyModelOptions { TensorType = type, EmbeddingLength = 256, FeedForwardLength = 512, Heads = 4 });
        using var ours = CpuRuntime.Open(model);
        using var theirs = ModelRuntimes.Open(model);
        var (_, found) = ours.Greedy(Prompt, 1);
        var (_, expected) = theirs.Greedy(Prompt, 1);
        Assert.InRange(Generation.RelativeDistance(expected[0], found[0]), 0, 0.02f);
    }

    [Fact]
    public void AMixtureOfTypesIsMultipliedPartByPart()
    {
        // Queries, keys and values of different types cannot be one matrix.
        var model = Model(new TinyModelOptions { EmbeddingLength = 256, FeedForwardLength = 512 });
        var mixed = _folder.File("mixed.gguf");
        using (var file = GgufFile.Open(model))
        {
            GgufWriter.Write(mixed, file.Metadata, [.. file.Tensors.Select(tensor => Retyped(file, tensor))]);
        }
        using var ours = CpuRuntime.Open(mixed);
        using var theirs = ModelRuntimes.Open(mixed);
        ours.AssertFollows(theirs, Prompt, 64, noise: 2e-3f);

        static TensorSource Retyped(GgufFile file, TensorInfo tensor)
        {
            var data = file.Read(tensor);
            if (!tensor.Name.Contains("attn_v.") && !tensor.Name.Contains("ffn_up."))
                return new TensorSource(tensor.Name, tensor.Type, tensor.Shape, () => data);
            var values = Native.Tensors.TensorCodec.Dequantize(tensor.Type, data, tensor.Elements);
            return new TensorSource(
                tensor.Name, TensorType.F16, tensor.Shape, () => Native.Tensors.TensorCodec.Quantize(TensorType.F16, values, tensor.RowLength));
        }
    }

    [Fact]
    public void LongPromptsEqualLibllamas()
    {
        // Beyond one span of the attention kernel, prompt and answer.
        var model = Model(new TinyModelOptions { Architecture = "qwen3" });
        var path = TinyAdapter.Write(_folder.File("adapter.gguf"), model, new TinyAdapterOptions { Rank = 64, Reach = 0.02f });
        using var ours = CpuRuntime.Open(model);
        using var theirs = ModelRuntimes.Open(model);
        using var own = ours.LoadAdapter(path);
        using var their = theirs.LoadAdapter(path);
        int[] prompt = [.. Enumerable.Range(0, 125).Select(i => (i * 37) % 250)];
        ours.AssertFollows(theirs, prompt, 32, noise: 2e-3f, own, their);
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
                var half = (rotated > 0 ? rotated : 16) / 2;
                float[] factors = [.. Enumerable.Range(0, half).Select(i => 1 + (0.5f * i))];
                tensors.Add(new TensorSource("rope_freqs.weight", TensorType.F32, [half], () => Native.Tensors.TensorCodec.Quantize(TensorType.F32, factors, half)));
            }
            GgufWriter.Write(changed, file.Metadata, tensors);
        }
        using var ours = CpuRuntime.Open(changed);
        using var theirs = ModelRuntimes.Open(changed);
        ours.AssertFollows(theirs, Prompt, 48, noise: 2e-3f);
    }

    [Fact]
    public void AgentsInOneStepAnswerAsEachDoesAlone()
    {
        var model = Model(new TinyModelOptions { Architecture = "qwen3" });
        using var ours = CpuRuntime.Open(model);
        using var theirs = ModelRuntimes.Open(model);
        var paths = Enumerable.Range(1, 4).Select(number => TinyAdapter.Write(
            _folder.File($"{number}.gguf"),
            model,
            new TinyAdapterOptions { Seed = (ulong)number, Rank = 3 * number, Reach = 0.1f, Targets = Targets(number) })).ToList();
        List<IRuntimeAdapter?> adapters = [null, .. paths.Select(ours.LoadAdapter), null];
        var prompts = adapters.Select((_, index) => Prompt.Skip(index).Append(60 + index).ToArray()).ToList();

        var together = ours.GreedyTogether(prompts, 48, adapters);

        for (var slot = 0; slot < adapters.Count; slot++)
        {
            using var adapter = adapters[slot] is { } own ? theirs.LoadAdapter(own.Path) : null;
            ours.AssertFollows(theirs, prompts[slot], 48, noise: 2e-3f, adapters[slot], adapter);
            Assert.Equal(ours.Greedy(prompts[slot], 48, adapters[slot]).Tokens, together[slot]);
        }
        adapters.ForEach(adapter => adapter?.Dispose());

        static string[] Targets(int number) => number == 3 ? ["attn_k", "ffn_down"] : [.. new TinyAdapterOptions().Targets];
    }

    public void Dispose() => _folder.Dispose();

    private string Model(TinyModelOptions options) => TinyModel.Write(_folder.File("model.gguf"), options);
}
