using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Decoder.Ggml;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Runtimes;
using MultiagentFT.Testing;

namespace MultiagentFT.Decoder.Tests.Ggml;

/// <summary>Rows of different agents in one step.</summary>
public sealed class GgmlMixtureTests : IDisposable
{
    private static readonly int[] Prompt = [3, 80, 81, 150, 9, 12, 44, 45, 46, 200, 201, 7, 7, 30, 31, 32, 33, 100];
    private static readonly string[] Everything = [.. new TinyAdapterOptions().Targets];
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen3")]
    [InlineData("phi3")]
    public void AgentsInOneStepAnswerAsEachDoesAlone(string architecture)
    {
        var model = Model(architecture);
        using var ours = TestDevice.Open(model);
        using var theirs = ModelRuntimes.Open(model, new LlamaRuntimeOptions { GpuLayers = 0 });
        List<IRuntimeAdapter?> adapters = [null, .. Paths(model).Select(ours.LoadAdapter), null];
        var prompts = adapters.Select((_, index) => Prompt.Skip(index).Append(60 + index).ToArray()).ToList();

        var together = ours.GreedyTogether(prompts, 48, adapters);

        for (var slot = 0; slot < adapters.Count; slot++)
        {
            using var adapter = adapters[slot] is { } own ? theirs.LoadAdapter(own.Path) : null;
            ours.AssertFollows(theirs, prompts[slot], 48, noise: 2e-3f, adapters[slot], adapter);
            Assert.Equal(ours.Greedy(prompts[slot], 48, adapters[slot]).Tokens, together[slot]);
        }
        adapters.ForEach(adapter => adapter?.Dispose());
    }

    /// <summary>The fused decoder computes the same steps, prompts and single rows mixed and some slots idle.</summary>
    [Theory]
    [InlineData("llama", false)]
    [InlineData("qwen2", true)]
    [InlineData("qwen3", false)]
    [InlineData("phi3", true)]
    public void MixedStepsEqualTheFusedDecoders(string architecture, bool flashAttention)
    {
        var model = Model(architecture);
        using var device = TestDevice.Open(model, flashAttention);
        using var fused = CpuRuntime.Open(model);
        var paths = Paths(model);
        List<IRuntimeAdapter?> own = [null, .. paths.Select(device.LoadAdapter), null];
        List<IRuntimeAdapter?> their = [null, .. paths.Select(fused.LoadAdapter), null];
        using var context = device.CreateContext(Generation.For(device));
        using var twin = fused.CreateContext(Generation.For(fused));
        for (var slot = 0; slot < own.Count; slot++)
        {
            context.SetAdapter(slot, own[slot]);
            twin.SetAdapter(slot, their[slot]);
        }
        var lengths = new int[own.Count];
        int[][] steps = [[4, 1, 0, 0, 3, 0], [1, 1, 5, 0, 1, 0], [1, 1, 1, 0, 0, 1], [0, 1, 0, 7, 1, 2], [1, 1, 1, 1, 1, 1], [0, 0, 1, 0, 0, 0]];
        foreach (var step in steps)
        {
            var batch = new DecodeBatch(Generation.Options.BatchTokens);
            for (var slot = 0; slot < step.Length; slot++)
            {
                for (var i = 0; i < step[slot]; i++, lengths[slot]++)
                    batch.Add(((slot * 41) + (lengths[slot] * 17)) % 250, lengths[slot], slot, output: i % 2 == 0);
            }
            context.Decode(batch);
            twin.Decode(batch);
            for (var row = 0; row < batch.Count; row++)
            {
                if (!batch.Outputs[row]) continue;
                var distance = Generation.RelativeDistance(twin.Logits(row).ToArray(), context.Logits(row).ToArray());
                Assert.InRange(distance, 0, 3e-3f);
            }
        }
        foreach (var adapter in own.Concat(their)) adapter?.Dispose();
    }

    [Fact]
    public void StepsWithoutOutputsFillTheSlots()
    {
        var model = Model("llama");
        using var runtime = TestDevice.Open(model);
        using var context = runtime.CreateContext(Generation.For(runtime));
        var batch = new DecodeBatch(Generation.Options.BatchTokens);
        for (var i = 0; i < Prompt.Length - 1; i++) batch.Add(Prompt[i], i, 2, output: false);
        context.Decode(batch);
        batch.Clear();
        batch.Add(Prompt[^1], Prompt.Length - 1, 2, output: true);
        context.Decode(batch);
        var expected = runtime.Greedy(Prompt, 1).Logits[0];
        Assert.InRange(Generation.RelativeDistance(expected, context.Logits(0).ToArray()), 0, 1e-4f);
    }

    [Fact]
    public void FactorsInFloat16AreClose()
    {
        var model = Model("llama");
        var path = Paths(model)[1];
        using var exact = TestDevice.Open(model, factorType: TensorType.F32);
        using var halved = TestDevice.Open(model, factorType: TensorType.F16);
        using var own = halved.LoadAdapter(path);
        using var their = exact.LoadAdapter(path);
        halved.AssertFollows(exact, Prompt, 32, noise: 4e-3f, own, their);
        Assert.Equal(their.Bytes, 2 * own.Bytes);
    }

    [Theory]
    [InlineData(1e-3f, 1e-4f)]
    [InlineData(1e6f, 1e-9f)]
    public void FactorsFarFromFloat16AreScaledIntoIt(float alpha, float reach)
    {
        var model = Model("llama");
        var path = TinyAdapter.Write(_folder.File("far.gguf"), model, new TinyAdapterOptions { Rank = 2, Alpha = alpha, Reach = reach });
        using var file = ModelFile.Open(model);
        var (plain, halved) = (AdapterFactors.Read(path, file, TensorType.F32), AdapterFactors.Read(path, file, TensorType.F16));
        foreach (var (name, pair) in plain.Pairs)
        {
            var expected = Product(pair, TensorType.F32);
            var found = Product(halved.Pairs[name], TensorType.F16);
            Assert.True(expected.Max(MathF.Abs) > 0);
            Assert.InRange(Generation.RelativeDistance(expected, found), 0, 4e-3f);
        }
    }

    public void Dispose() => _folder.Dispose();

    private string Model(string architecture) =>
        TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { Architecture = architecture });

    /// <summary>Four adapters of ranks 3, 6, 9 and 19; the third changes two layers of a block, the last one three.</summary>
    private List<string> Paths(string model)
    {
        (int Rank, string[] Targets)[] kinds =
            [(3, Everything), (6, Everything), (9, ["attn_k", "attn_qkv", "ffn_down"]), (19, ["attn_v", "attn_output", "ffn_up"])];
        return [.. kinds.Select((kind, index) => TinyAdapter.Write(
            _folder.File($"{index}.gguf"),
            model,
            new TinyAdapterOptions { Seed = (ulong)index + 1, Rank = kind.Rank, Reach = 0.1f, Alpha = 4 + index, Targets = kind.Targets }))];
    }

    /// <summary>B A, output by output.</summary>
    private static float[] Product(FactorPair pair, TensorType type)
    {
        var a = Native.Tensors.TensorCodec.Dequantize(type, pair.A, (long)pair.Rank * pair.Inputs);
        var b = Native.Tensors.TensorCodec.Dequantize(type, pair.B, (long)pair.Rank * pair.Outputs);
        var product = new float[pair.Outputs * pair.Inputs];
        for (var output = 0; output < pair.Outputs; output++)
            for (var input = 0; input < pair.Inputs; input++)
                for (var r = 0; r < pair.Rank; r++)
                    product[(output * pair.Inputs) + input] += b[(output * pair.Rank) + r] * a[(r * pair.Inputs) + input];
        return product;
    }
}
