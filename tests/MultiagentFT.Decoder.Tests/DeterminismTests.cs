using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Testing;

namespace MultiagentFT.Decoder.Tests;

/// <summary>What a row gives must not depend, bit for bit, on the rows beside it.</summary>
public sealed class DeterminismTests : IDisposable
{
    private static readonly int[] Prompt = [3, 80, 81, 150, 9, 12, 44, 45, 46, 200, 201, 7, 7, 30, 31, 32, 33, 100, 5, 6, 70];
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<TensorType> Types => [
        TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q4_0, TensorType.Q4_1, TensorType.Q5_0, TensorType.Q5_1, TensorType.Q8_0,
        TensorType.Q2_K, TensorType.Q3_K, TensorType.Q4_K, TensorType.Q5_K, TensorType.Q6_K];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_row_alone_gives_the_same_bits_as_in_company(TensorType type) => Compare(type, KeyValueType.F16, isDeterministic: true);

    [Theory]
    [InlineData(TensorType.IQ4_NL)]
    [InlineData(TensorType.IQ4_XS)]
    public void Types_that_ggml_multiplies_otherwise_in_company_are_refused(TensorType type)
    {
        var model = TinyModel.Write(
            _folder.File("model.gguf"), new TinyModelOptions { TensorType = type, EmbeddingLength = 256, FeedForwardLength = 512 });
        var error = Assert.Throws<Foundation.InputException>(() => CpuRuntime.Open(model, new CpuRuntimeOptions { Deterministic = true }));
        Assert.Contains($"found {TensorTypes.Name(type)}", error.Message);
        CpuRuntime.Open(model).Dispose();
    }

    [Fact]
    public void Products_of_our_own_need_no_option()
    {
        foreach (var type in (TensorType[])[TensorType.F32, TensorType.Q4_0, TensorType.Q8_0, TensorType.Q4_K, TensorType.Q6_K])
            Compare(type, KeyValueType.F16, isDeterministic: false);
    }

    [Fact]
    public void Keys_and_values_in_8_bits_change_nothing_about_that() => Compare(TensorType.Q8_0, KeyValueType.Q8, isDeterministic: false);

    public void Dispose() => _folder.Dispose();

    private void Compare(TensorType type, KeyValueType keyValues, bool isDeterministic)
    {
        var model = TinyModel.Write(
            _folder.File($"{type}.gguf"), new TinyModelOptions { TensorType = type, EmbeddingLength = 256, FeedForwardLength = 512 });
        var paths = Enumerable.Range(1, 2).Select(seed => TinyAdapter.Write(
            _folder.File($"{type}-{seed}.gguf"), model, new TinyAdapterOptions { Seed = (ulong)seed, Rank = 3 * seed, Reach = 0.1f })).ToList();
        using var runtime = CpuRuntime.Open(model, new CpuRuntimeOptions { Deterministic = isDeterministic });
        var adapters = paths.ConvertAll(path => runtime.LoadAdapter(path));
        var options = new ContextOptions { Slots = 9, SlotContext = 64, BatchTokens = 200, Threads = 2, KeyValueType = keyValues };

        using var alone = runtime.CreateContext(options with { Threads = 1 });
        alone.SetAdapter(0, adapters[0]);
        // Token by token, and all but the last at once beside prompts of other agents.
        for (var i = 0; i < Prompt.Length; i++) Decode(alone, [(0, i, 1)]);
        var expected = alone.Logits(0).ToArray();

        using var together = runtime.CreateContext(options);
        for (var slot = 0; slot < options.Slots; slot++) together.SetAdapter(slot, slot == 4 ? adapters[0] : slot % 3 == 0 ? null : adapters[slot % 2]);
        Decode(together, [.. Enumerable.Range(0, options.Slots).Select(slot => (slot, 0, Prompt.Length - 1))]);
        Decode(together, [.. Enumerable.Range(0, options.Slots).Select(slot => (slot, Prompt.Length - 1, 1))]);
        Assert.Equal(expected, together.Logits(4).ToArray());
        Assert.NotEqual(expected, together.Logits(3).ToArray());
        adapters.ForEach(adapter => adapter.Dispose());
    }

    /// <summary>Rows of the prompt for some slots; the last of each asks for logits.</summary>
    private static void Decode(IModelContext context, (int Slot, int Start, int Count)[] parts)
    {
        var batch = new DecodeBatch(context.Options.BatchTokens);
        foreach (var (slot, start, count) in parts)
        {
            for (var i = 0; i < count; i++) batch.Add(Prompt[start + i], start + i, slot, output: i == count - 1);
        }
        context.Decode(batch);
    }
}
