using MultiagentFT.Foundation;
using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Adapters;

public sealed class AdapterRejectionTests : IDisposable
{
    private const string A = "blk.0.attn_q.weight.lora_a";
    private const string B = "blk.0.attn_q.weight.lora_b";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string?, string, TinyAdapter> Bad => new()
    {
        { "general.type", "no such key", new TinyAdapter().Without("general.type") },
        { "general.type", "\"adapter\", found \"model\"", new TinyAdapter().With("general.type", "model") },
        { "general.type", "expected str, found u32", new TinyAdapter().With("general.type", 1u) },
        { "adapter.type", "\"lora\", found \"control_vector\"", new TinyAdapter().With("adapter.type", "control_vector") },
        { "adapter.alora.invocation_tokens", "an activated LoRA",
            new TinyAdapter().With("adapter.alora.invocation_tokens", new uint[] { 1 }) },
        { "general.architecture", "no such key", new TinyAdapter().Without("general.architecture") },
        { "adapter.lora.alpha", "no such key", new TinyAdapter().Without("adapter.lora.alpha") },
        { "adapter.lora.alpha", "expected f32, found u32", new TinyAdapter().With("adapter.lora.alpha", 16u) },
        { "adapter.lora.alpha", "a finite number other than 0, found NaN", new TinyAdapter().With("adapter.lora.alpha", float.NaN) },
        { "adapter.lora.alpha", "found 0", new TinyAdapter().With("adapter.lora.alpha", 0f) },
        {
            A, "at most 1000000000 in norm",
            new TinyAdapter().With("adapter.lora.alpha", 1e30f).With(0, TinyAdapter.Filled(A, 0.1f, 32, 2)).With(1, TinyAdapter.Filled("blk.0.attn_q.weight.lora_b", 0.1f, 2, 32))
        },
        { null, "at least one pair", new TinyAdapter().Only() },
        { A, $"{B} beside it, found none", new TinyAdapter().Only(TinyAdapter.Zeros(A, TensorType.F32, 32, 2)) },
        { B, $"{A} beside it, found none", new TinyAdapter().Only(TinyAdapter.Zeros(B, TensorType.F32, 2, 32)) },
        { "extra", "only tensors named <base tensor>.lora_a and .lora_b, and norms", new TinyAdapter().With(2, TinyAdapter.Zeros("extra", TensorType.F32, 1)) },
        { A, "two dimensions, found [32]", new TinyAdapter().With(0, TinyAdapter.Zeros(A, TensorType.F32, 32)) },
        { A, "type f32, f16, bf16 or q8_0, found q4_0", new TinyAdapter().With(0, TinyAdapter.Zeros(A, TensorType.Q4_0, 32, 2)) },
        { null, "found norms only", new TinyAdapter().Only(TinyAdapter.Zeros("blk.0.attn_norm.weight", TensorType.F32, 32)) },
        { B, $"row length 2, the rank of {A}, found [3, 32]", new TinyAdapter().With(1, TinyAdapter.Zeros(B, TensorType.F32, 3, 32)) },
        { ".lora_a", "the factors of a tensor, found no name", new TinyAdapter("") },
        { "token_embd.weight.lora_b", "row length 32, the rank of token_embd.weight.lora_a, found [2, 32]", new TinyAdapter("token_embd.weight") },
        { A + "[63]", "a finite number, found NaN", new TinyAdapter().With(0, Ending(A, TensorType.F32, [32, 2], [0, 0, 0xc0, 0x7f])) },
        { B + "[63]", "a finite number, found", new TinyAdapter().With(1, Ending(B, TensorType.F16, [2, 32], [0, 0x7c])) },
        { B + "[63]", "a finite number, found", new TinyAdapter().With(1, Ending(B, TensorType.BF16, [2, 32], [0x80, 0xff])) },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Bad))]
    public void BadAdaptersAreRejectedByName(string? place, string message, TinyAdapter adapter)
    {
        var path = adapter.Write(_folder.File("adapter.gguf"));

        var error = Assert.Throws<InputException>(() => AdapterFile.Open(path));

        Assert.Equal(path, error.InputSource);
        Assert.Equal(place, error.Place);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TensorType.F32)]
    [InlineData(TensorType.F16)]
    [InlineData(TensorType.BF16)]
    public void FloatFactorsAreAccepted(TensorType type)
    {
        var path = new TinyAdapter()
            .With(0, TinyAdapter.Zeros(A, type, 32, 2))
            .With(1, TinyAdapter.Zeros(B, type, 2, 32))
            .Write(_folder.File("adapter.gguf"));

        using var adapter = AdapterFile.Open(path);

        Assert.Equal(2, Assert.Single(adapter.Pairs).Rank);
    }

    [Fact]
    public void BytesWithScalesAreAcceptedAndANormBesideThemIsNamed()
    {
        var path = new TinyAdapter()
            .With(0, TinyAdapter.Zeros(A, TensorType.Q8_0, 32, 2))
            .With(2, TinyAdapter.Zeros("blk.0.attn_norm.weight", TensorType.F32, 32))
            .Write(_folder.File("adapter.gguf"));

        using var adapter = AdapterFile.Open(path);

        Assert.Equal("blk.0.attn_q.weight", Assert.Single(adapter.Pairs).BaseTensor);
        Assert.Equal("blk.0.attn_norm.weight", Assert.Single(adapter.UnusedNorms));
    }

    private static TensorSource Ending(string name, TensorType type, long[] shape, byte[] end)
    {
        var zeros = TinyAdapter.Zeros(name, type, shape);
        return zeros with { Data = () => (byte[])[.. zeros.Data().Span[..^end.Length], .. end] };
    }
}
