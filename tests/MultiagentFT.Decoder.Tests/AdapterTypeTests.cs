using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Tensors;
using MultiagentFT.Runtimes;
using MultiagentFT.Testing;

namespace MultiagentFT.Decoder.Tests;

/// <summary>Adapters on quantized weights: factors in 8 bits against float16, and both against libllama with float32.</summary>
public sealed class AdapterTypeTests : IDisposable
{
    private static readonly int[] Prompt = [3, 80, 81, 150, 9, 12, 44, 45, 46, 200, 201, 7, 7, 30, 31, 32, 33, 100];
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<TensorType, string, int> Adapted => new(
        from type in (TensorType[])[TensorType.Q4_0, TensorType.Q8_0, TensorType.Q4_K, TensorType.Q6_K, TensorType.Q5_0]
        from pair in ((string, int)[])[("llama", 8), ("phi3", 5), ("qwen3", 20)]
        select (type, pair.Item1, pair.Item2));

    /// <summary>
    /// The judge is the same model with its weights as float32, where no row is rounded to 8 bits: what float16 factors and
    /// libllama are off comes from rows in 8 bits, and 8-bit factors may add little to it.
    /// </summary>
    [Theory]
    [MemberData(nameof(Adapted))]
    public void LogitsOfAdaptersOnQuantizedWeightsEqualLibllamas(TensorType type, string architecture, int rank)
    {
        var model = Model(new TinyModelOptions { Architecture = architecture, TensorType = type, EmbeddingLength = 256, FeedForwardLength = 512, Heads = 4 });
        var path = TinyAdapter.Write(_folder.File("adapter.gguf"), model, new TinyAdapterOptions { Rank = rank, Reach = 0.05f });
        var expected = Logits(CpuRuntime.Open(Dequantized(model)), path);
        var llama = Logits(ModelRuntimes.Open(model), path);
        var halves = Logits(CpuRuntime.Open(model, new CpuRuntimeOptions { AdapterType = AdapterType.F16 }), path);
        var bytes = Logits(CpuRuntime.Open(model), path);
        var plain = Logits(CpuRuntime.Open(model), null);
        var error = Distance(expected, halves);
        Assert.InRange(Distance(expected, bytes), 0, 1.1 * error);
        Assert.InRange(Distance(expected, bytes), 0, 1.15 * Distance(expected, llama));
        // The adapter is no small matter, and its factors have 8 bits where this project's kernels multiply the weights.
        Assert.InRange(Distance(expected, plain), 4 * error, 1);
        if (PackedFormat.Of(type, 256) < 0) Assert.Equal(halves, bytes);
        else Assert.NotEqual(halves, bytes);
    }

    public static TheoryData<TensorType, string> Demanding => new(
        from type in (TensorType[])[TensorType.Q8_0, TensorType.Q4_0, TensorType.Q4_K]
        from kind in (string[])["strong", "outlier", "difference", "mild"]
        select (type, kind));

    /// <summary>
    /// Strong adapters, one input far above the rest, and factors that cancel each other lose more in 8 bits than the weights do:
    /// whatever the adapter, the default is as near to exact as float16.
    /// </summary>
    [Theory]
    [MemberData(nameof(Demanding))]
    public void EveryAdapterIsAsNearToExactAsInFloat16(TensorType type, string kind)
    {
        var model = Model(new TinyModelOptions { TensorType = type, EmbeddingLength = 256, FeedForwardLength = 512, Heads = 4 });
        var path = Demand(model, kind);
        var expected = Logits(CpuRuntime.Open(Dequantized(model)), path);
        var halves = Logits(CpuRuntime.Open(model, new CpuRuntimeOptions { AdapterType = AdapterType.F16 }), path);
        var found = Logits(CpuRuntime.Open(model), path);

        Assert.InRange(Distance(expected, found), 0, 1.1 * Distance(expected, halves));
        Assert.True(Distance(expected, Logits(CpuRuntime.Open(model), null)) > 2 * Distance(expected, halves), "the adapter changes too little to tell");
        // What 8 bits are enough for is kept in them.
        if (kind == "mild") Assert.NotEqual(halves, found);
    }

    private string Demand(string modelPath, string kind)
    {
        const int Rank = 8;
        using var model = ModelFile.Open(modelPath);
        var random = new SplitMix64(7);
        var pairs = model.File.Tensors
            .Where(tensor => tensor.Name.StartsWith("blk.", StringComparison.Ordinal) && tensor.Shape.Count == 2)
            .Select(tensor => Pair(tensor.Name, (int)tensor.Shape[0], (int)tensor.Shape[1])).ToList();
        AdapterWriter.Write(_folder.File("bound.gguf"), model, 2 * Rank, kind, pairs);
        return Unbound(_folder.File("bound.gguf"));

        AdapterPairData Pair(string name, int inputs, int outputs)
        {
            var (reachA, reachB) = kind switch
            {
                "strong" => (1 / MathF.Sqrt(inputs), 0.4f),
                "mild" => (1 / MathF.Sqrt(inputs), 0.03f),
                _ => (1 / MathF.Sqrt(inputs), 0.05f),
            };
            var a = Uniform(Rank * inputs, reachA);
            var b = Uniform(outputs * Rank, reachB);
            for (var r = 0; r < Rank; r++)
            {
                if (kind == "outlier") a[(r * inputs) + 5] *= 60;
                if (kind != "difference" || r % 2 == 0) continue;
                // Neighbouring ranks are nearly the same with opposite signs: their sum is a hundredth of each.
                for (var i = 0; i < inputs; i++) a[(r * inputs) + i] = 30 * a[((r - 1) * inputs) + i] * (1 + (0.02f * (float)random.NextDouble()));
                for (var i = 0; i < inputs; i++) a[((r - 1) * inputs) + i] *= 30;
                for (var o = 0; o < outputs; o++) b[(o * Rank) + r] = -b[(o * Rank) + r - 1];
            }
            return new AdapterPairData(name, Rank, a, b);
        }

        float[] Uniform(int count, float reach)
        {
            var values = new float[count];
            for (var i = 0; i < count; i++) values[i] = reach * ((2 * (float)random.NextDouble()) - 1);
            return values;
        }
    }

    /// <summary>The same adapter without the fingerprint of its base, so that the base in float32 takes it too.</summary>
    private string Unbound(string adapter)
    {
        using var file = GgufFile.Open(adapter);
        foreach (var key in file.Metadata.Keys.Where(key => key.StartsWith("multiagentft.base.", StringComparison.Ordinal)).ToList()) file.Metadata.Remove(key);
        GgufWriter.Write(_folder.File("adapter.gguf"), file.Metadata, [.. file.Tensors.Select(tensor => new TensorSource(tensor.Name, tensor.Type, tensor.Shape, () => file.Read(tensor)))]);
        return _folder.File("adapter.gguf");
    }

    /// <summary>Queries and keys in 4 bits beside values in float16: pairs of both kinds read the same rows.</summary>
    [Fact]
    public void PairsOfBothKindsInOneLayerEqualLibllamas()
    {
        var quantized = Model(new TinyModelOptions { TensorType = TensorType.Q4_0, EmbeddingLength = 256, FeedForwardLength = 512, Heads = 4 });
        var model = Retyped(quantized, "mixed.gguf", tensor => tensor.Name.Contains("attn_v.") || tensor.Name.Contains("ffn_gate.") ? TensorType.F16 : tensor.Type);
        var path = TinyAdapter.Write(_folder.File("adapter.gguf"), model, new TinyAdapterOptions { Rank = 11, Reach = 0.05f });
        var expected = Logits(CpuRuntime.Open(Dequantized(model)), path);
        var error = Distance(expected, Logits(ModelRuntimes.Open(model), path));
        var found = Logits(CpuRuntime.Open(model), path);
        Assert.InRange(Distance(expected, found), 0, 1.15 * error);
        Assert.InRange(Distance(expected, Logits(CpuRuntime.Open(model), null)), 4 * error, 1);
    }

    /// <summary>Root of the squared differences of all logits, relative to the logits.</summary>
    private static double Distance(float[][] expected, float[][] found) =>
        Math.Sqrt(expected.Zip(found, (a, b) => a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum()).Sum() / expected.Sum(a => a.Sum(x => (double)x * x)));

    /// <summary>Those after every token of some answer that is the same for all.</summary>
    private static float[][] Logits(IModelRuntime runtime, string? adapter)
    {
        using (runtime)
        {
            using var own = adapter is null ? null : runtime.LoadAdapter(adapter);
            return [.. runtime.Greedy(Prompt, 32, own, forced: [.. Enumerable.Range(0, 32).Select(i => (i * 29) % 250)]).Logits];
        }
    }

    private string Dequantized(string model) => Retyped(model, "floats.gguf", _ => TensorType.F32);

    private string Retyped(string model, string name, Func<TensorInfo, TensorType> type)
    {
        var changed = _folder.File(name);
        using var file = GgufFile.Open(model);
        GgufWriter.Write(changed, file.Metadata, [.. file.Tensors.Select(tensor =>
        {
            if (type(tensor) == tensor.Type) return new TensorSource(tensor.Name, tensor.Type, tensor.Shape, () => file.Read(tensor));
            var values = TensorCodec.Dequantize(tensor.Type, file.Read(tensor), tensor.Elements);
            return new TensorSource(tensor.Name, type(tensor), tensor.Shape, () => TensorCodec.Quantize(type(tensor), values, tensor.RowLength));
        })]);
        return changed;
    }

    [Fact]
    public void FactorsOnFloatWeightsStayFloat16()
    {
        var model = Model(new TinyModelOptions { TensorType = TensorType.F16 });
        var path = TinyAdapter.Write(_folder.File("adapter.gguf"), model, new TinyAdapterOptions { Rank = 8, Reach = 0.1f });
        using var bytes = CpuRuntime.Open(model);
        using var halves = CpuRuntime.Open(model, new CpuRuntimeOptions { AdapterType = AdapterType.F16 });
        using var own = bytes.LoadAdapter(path);
        using var same = halves.LoadAdapter(path);
        Assert.Equal(halves.Greedy(Prompt, 4, same).Logits, bytes.Greedy(Prompt, 4, own).Logits);
    }

    /// <summary>One value of a rank may be far larger than the others: what 8 bits lose is measured by the largest.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(13)]
    public unsafe void PackedFactorsAreTheGivenOnesToHalfAStep(int rank)
    {
        const int Inputs = 96;
        const int Outputs = 40;
        var random = new Random(rank);
        float[] a = [.. Enumerable.Range(0, rank * Inputs).Select(i => (i % 50 == 0 ? 7 : 1) * ((2 * (float)random.NextDouble()) - 1))];
        float[] b = [.. Enumerable.Range(0, rank * Outputs).Select(_ => 1e-3f * ((2 * (float)random.NextDouble()) - 1))];
        a.AsSpan(0, Inputs).Clear();
        var packedA = new byte[OctetFactors.InputBytes(Inputs)];
        var packedB = new byte[OctetFactors.OutputBytes(Outputs)];
        var (scalesA, scalesB) = (new float[8], new float[8]);
        for (var first = 0; first < rank; first += 8)
        {
            fixed (byte* bytes = packedA) OctetFactors.PackInputs(a, first, rank, Inputs, bytes, scalesA);
            fixed (byte* bytes = packedB) OctetFactors.PackOutputs(b, first, rank, Outputs, bytes, scalesB);
            for (var r = 0; r < 8; r++)
            {
                for (var i = 0; i < Inputs; i++)
                    Check(first + r < rank ? a[((first + r) * Inputs) + i] : 0, scalesA[r], packedA[(i / 8 * 64) + (r * 8) + (i % 8)]);
                for (var o = 0; o < Outputs; o++)
                    Check(first + r < rank ? b[((first + r) * Outputs) + o] : 0, scalesB[r], packedB[(o / 16 * 128) + (r / 4 * 64) + (o % 16 * 4) + (r % 4)]);
            }
        }

        static void Check(float expected, float scale, byte found) => Assert.InRange(MathF.Abs((scale * (found - 128)) - expected), 0, 0.5001f * scale);
    }

    public void Dispose() => _folder.Dispose();

    private string Model(TinyModelOptions options) => TinyModel.Write(_folder.File("model.gguf"), options);
}
