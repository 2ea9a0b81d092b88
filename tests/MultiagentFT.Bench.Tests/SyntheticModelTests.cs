using MultiagentFT.Bench.Models;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Runtimes;
using MultiagentFT.Testing;

namespace MultiagentFT.Bench.Tests;

public sealed class SyntheticModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Cases => new(
        from architecture in (string[])["llama", "qwen2", "qwen3"]
        from quantization in SyntheticModel.Quantizations
        select (architecture, quantization));

    [Theory]
    [MemberData(nameof(Cases))]
    public void BothDecodersServeEveryShapeAndType(string architecture, string quantization)
    {
        var path = Write(architecture, quantization);
        using var llama = ModelRuntimes.Open(path);
        using var mixed = CpuRuntime.Open(path);
        var (expected, found) = (Logits(llama), Logits(mixed));
        var largest = expected.Max(MathF.Abs);
        Assert.True(largest > 0);
        Assert.All(expected.Zip(found), pair => Assert.InRange(MathF.Abs(pair.First - pair.Second) / largest, 0, 0.03f));
    }

    [Fact]
    public void AnAdapterOfNoiseLoadsEverywhere()
    {
        var path = Write("llama", "q4_0");
        var adapter = _folder.File("adapter.gguf");
        SyntheticAdapter.Write(adapter, path, rank: 3, seed: 1);
        using var llama = ModelRuntimes.Open(path);
        using var mixed = CpuRuntime.Open(path);
        llama.LoadAdapter(adapter).Dispose();
        mixed.LoadAdapter(adapter).Dispose();
    }

    [Fact]
    public void UnknownShapesAndTypesAreRefused()
    {
        Assert.Contains("llama-0.4b", Assert.Throws<InputException>(() => BenchShape.Of("gpt-5")).Message);
        Assert.Contains("q4_0", Assert.Throws<InputException>(() => Write("llama", "q1_0")).Message);
        // Rows of 896 are no whole blocks of 256.
        Assert.Contains("qwen2.5-0.5b", Assert.Throws<InputException>(
            () => SyntheticModel.Write(_folder.File("x.gguf"), BenchShape.Of("qwen2.5-0.5b"), "q4_k")).Message);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string architecture, string quantization)
    {
        var path = _folder.File("model.gguf");
        SyntheticModel.Write(path, new BenchShape("tiny", architecture, 256, 8, 4, 2, 64, 512, 300, tiedOutput: architecture == "qwen2"), quantization);
        return path;
    }

    private static float[] Logits(IModelRuntime runtime)
    {
        using var context = runtime.CreateContext(new ContextOptions { Slots = 1, SlotContext = 64, BatchTokens = 16, Threads = 1 });
        var batch = new DecodeBatch(16);
        for (var i = 0; i < 7; i++) batch.Add(20 + (11 * i), i, 0, output: i == 6);
        context.Decode(batch);
        return context.Logits(6).ToArray();
    }
}
