using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Decoder.Tests.Ggml;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Runtimes;
using MultiagentFT.Testing;

namespace MultiagentFT.Decoder.Tests;

public sealed class EightBitKeyValueTests : IDisposable
{
    private static readonly int[] Prompt = [.. Enumerable.Range(0, 140).Select(i => (i * 37) % 250)];
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Logits_are_as_near_to_float16_as_those_of_llama_cpp_in_8_bits()
    {
        var model = Model(128);
        using var ours = CpuRuntime.Open(model);
        using var theirs = ModelRuntimes.Open(model);
        var expected = Logits(theirs, KeyValueType.F16);
        var noise = Generation.RelativeDistance(expected, Logits(theirs, KeyValueType.Q8));
        var found = Generation.RelativeDistance(expected, Logits(ours, KeyValueType.Q8));
        Assert.InRange(noise, 1e-5f, 0.1f);
        Assert.InRange(found, 1e-5f, 2 * noise);
    }

    [Fact]
    public void A_device_has_them_where_it_attends_in_one_operation()
    {
        var model = Model(128);
        using var ours = TestDevice.Open(model);
        using var plain = TestDevice.Open(model, flashAttention: false);
        using var theirs = ModelRuntimes.Open(model);
        var expected = Logits(theirs, KeyValueType.F16);
        var noise = Generation.RelativeDistance(expected, Logits(theirs, KeyValueType.Q8));
        Assert.InRange(Generation.RelativeDistance(expected, Logits(ours, KeyValueType.Q8)), 1e-5f, 2 * noise);
        Assert.Equal(ours.Needs(Options(KeyValueType.F16)).Slot * 17 / 32, ours.Needs(Options(KeyValueType.Q8)).Slot);
        Assert.Contains("keyValueType", Assert.Throws<Foundation.InputException>(() => Logits(plain, KeyValueType.Q8)).Message, StringComparison.Ordinal);
        using var odd = TestDevice.Open(Model(64));
        Assert.Contains("heads of 16", Assert.Throws<Foundation.InputException>(() => Logits(odd, KeyValueType.Q8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Heads_that_are_no_whole_blocks_are_served_here_and_refused_by_llama_cpp()
    {
        var model = Model(64);
        using var ours = CpuRuntime.Open(model);
        using var theirs = ModelRuntimes.Open(model);
        Assert.InRange(Generation.RelativeDistance(Logits(theirs, KeyValueType.F16), Logits(ours, KeyValueType.Q8)), 0, 0.1f);
        Assert.Contains("keyValueType", Assert.Throws<Foundation.InputException>(() => Logits(theirs, KeyValueType.Q8)).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_copied_slot_goes_on_as_its_source_does(bool device)
    {
        using IModelRuntime runtime = device ? TestDevice.Open(Model(96)) : CpuRuntime.Open(Model(96));
        using var context = runtime.CreateContext(Options(KeyValueType.Q8) with { Slots = device ? 3 : 2, KeptSlots = device ? 0 : 1 });
        Fill(context, Prompt.Length - 1);
        context.Copy(0, 2);
        var batch = new DecodeBatch(256);
        batch.Add(Prompt[^1], Prompt.Length - 1, 0, output: true);
        batch.Add(Prompt[^1], Prompt.Length - 1, 2, output: true);
        context.Decode(batch);
        Assert.Equal(context.Logits(0).ToArray(), context.Logits(1).ToArray());
    }

    [Fact]
    public void A_slot_takes_little_more_than_half_the_memory()
    {
        using var runtime = CpuRuntime.Open(Model(128));
        var half = runtime.Needs(Options(KeyValueType.F16)).Slot;
        Assert.Equal(half * 17 / 32, runtime.Needs(Options(KeyValueType.Q8)).Slot);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Four heads.</summary>
    private string Model(int embedding) => TinyModel.Write(
        _folder.File($"{embedding}.gguf"), new TinyModelOptions { Architecture = "qwen3", EmbeddingLength = embedding, Heads = embedding == 96 ? 3 : 4, KeyValueHeads = 1 });

    private static ContextOptions Options(KeyValueType type) =>
        new() { Slots = 1, SlotContext = 160, BatchTokens = 256, Threads = 1, KeyValueType = type };

    private static float[] Logits(IModelRuntime runtime, KeyValueType type)
    {
        using var context = runtime.CreateContext(Options(type));
        Fill(context, Prompt.Length);
        return context.Logits(Prompt.Length - 1).ToArray();
    }

    private static void Fill(IModelContext context, int count)
    {
        var batch = new DecodeBatch(256);
        for (var i = 0; i < count; i++) batch.Add(Prompt[i], i, 0, output: i == count - 1);
        context.Decode(batch);
    }
}
