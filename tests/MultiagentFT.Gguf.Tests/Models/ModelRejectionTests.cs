using MultiagentFT.Foundation;
using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Models;

public sealed class ModelRejectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, TinyModel> BadKeys => new()
    {
        { "general.type", "\"model\", or no such key, found \"adapter\"", Llama().With("general.type", "adapter") },
        { "split.no", "the first part of the model, 0, found no such key", Llama().With("split.count", (ushort)3) },
        { "general.architecture", "no such key", Llama().Without("general.architecture") },
        { "general.architecture", "expected str, found u32", Llama().With("general.architecture", 1u) },
        { "llama.block_count", "no such key", Llama().Without("llama.block_count") },
        { "llama.block_count", "from 1 to 512, found 513", Llama().With("llama.block_count", 513u) },
        { "llama.embedding_length", "found 0", Llama().With("llama.embedding_length", 0u) },
        { "llama.context_length", "no such key", Llama().Without("llama.context_length") },
        { "llama.context_length", "found 4294967295", Llama().With("llama.context_length", uint.MaxValue) },
        { "llama.attention.head_count", "no such key", Llama().Without("llama.attention.head_count") },
        { "llama.attention.head_count", "a divisor of the embedding length 32", Llama().With("llama.attention.head_count", 5u) },
        { "llama.attention.head_count", "each of the 2 blocks, found 3", Llama().With("llama.attention.head_count", new[] { 4, 4, 4 }) },
        { "llama.attention.head_count", "the same size in every block", Llama().With("llama.attention.head_count", new[] { 4, 2 }) },
        { "llama.attention.head_count[1]", "from 0 to", Llama().With("llama.attention.head_count", new[] { 4, -4 }) },
        { "llama.attention.head_count", "found str", Llama().With("llama.attention.head_count", "four") },
        { "llama.attention.head_count_kv", "from 1 to 4, found 8", Llama().With("llama.attention.head_count_kv", 8u) },
        { "llama.attention.head_count_kv", "a divisor of the 4 heads, found 3", Llama().With("llama.attention.head_count_kv", 3u) },
        { "llama.attention.value_length", "the head length 8, found 16", Llama().With("llama.attention.value_length", 16u) },
        { "llama.feed_forward_length", "no such key", Llama().Without("llama.feed_forward_length") },
        { "llama.attention.layer_norm_rms_epsilon", "no such key", Llama().Without("llama.attention.layer_norm_rms_epsilon") },
        { "llama.attention.layer_norm_rms_epsilon", "above 0, found NaN",
            Llama().With("llama.attention.layer_norm_rms_epsilon", float.NaN) },
        { "llama.rope.freq_base", "a finite number above 0, found -1", Llama().With("llama.rope.freq_base", -1f) },
        { "llama.rope.freq_base", "expected f32, found f64", Llama().With("llama.rope.freq_base", 1e4) },
        { "llama.rope.dimension_count", "the head length 8, found 4", Llama().With("llama.rope.dimension_count", 4u) },
        { "qwen2.rope.dimension_count", "the head length 8, found 4", new TinyModel("qwen2").With("qwen2.rope.dimension_count", 4u) },
        { "phi3.rope.dimension_count", "an even number from 2 to the head length 8, found 7",
            new TinyModel("phi3").With("phi3.rope.dimension_count", 7u) },
        { "llama.expert_count", "from 0 to 512", Llama().With("llama.expert_count", 1000u) },
        { "llama.expert_used_count", "from 1 to 4, found 5", Llama().With("llama.expert_count", 4u).With("llama.expert_used_count", 5u) },
        { "tokenizer.ggml.model", "no such key", Llama().Without("tokenizer.ggml.model") },
        { "tokenizer.ggml.tokens", "no such key", Llama().Without("tokenizer.ggml.tokens") },
        { "tokenizer.ggml.tokens", "at least one token", Llama().With("tokenizer.ggml.tokens", Array.Empty<string>()) },
        { "tokenizer.ggml.tokens[5]", "every token once, found '1' as at 3",
            Llama().With("tokenizer.ggml.tokens", new[] { "<unk>", "<s>", "</s>", "1", "+", "1" }) },
        { "tokenizer.ggml.scores", "each of the 6 tokens, found 5", Llama().With("tokenizer.ggml.scores", new float[5]) },
        { "tokenizer.ggml.token_type", "expected arr[i32], found arr[u32]", Llama().With("tokenizer.ggml.token_type", new uint[6]) },
        { "tokenizer.ggml.model", "gpt2 or llama, found none", Llama().With("tokenizer.ggml.model", "none") },
        { "tokenizer.ggml.model", "gpt2 or llama, found bert", Llama().With("tokenizer.ggml.model", "bert") },
        { "tokenizer.ggml.tokens", "a token for every byte, as tokenizer llama needs, found none for <0x00>", Llama().With("tokenizer.ggml.model", "llama") },
        { "tokenizer.ggml.tokens", "found none for <0xFF>", SentencePiece([.. Bytes[..255], "<0xff>"]) },
        { "tokenizer.ggml.tokens[5]", "a token without NUL", Llama().With("tokenizer.ggml.tokens", new[] { "<unk>", "<s>", "</s>", "1", "+", "1\0" }) },
        { "tokenizer.ggml.token_type[1]", "0 to 6, found 7", Llama().With("tokenizer.ggml.token_type", new[] { 1, 7, 1, 1, 1, 1 }) },
        { "tokenizer.ggml.token_type[2]", "none of tokenizer gpt2, found byte ('</s>')", Llama().With("tokenizer.ggml.token_type", new[] { 1, 1, 6, 1, 1, 1 }) },
        { "tokenizer.ggml.token_type[256]", "none of tokenizer llama, found byte ('x')",
            SentencePiece([.. Bytes, "x"]).With("tokenizer.ggml.token_type", Enumerable.Repeat(6, 257).ToArray()) },
        { "llama.rope.scaling.type", "none, linear, yarn, longrope, found dynamic", Llama().With("llama.rope.scaling.type", "dynamic") },
        { "llama.rope.scaling.factor", "0, or 1/1000000 to 1000000, found 1E-30", Llama().With("llama.rope.scaling.factor", 1e-30f) },
        { "llama.rope.scaling.factor", "0, or 1/1000000 to 1000000, found NaN", Llama().With("llama.rope.scaling.factor", float.NaN) },
        { "gemma.rope.scale_linear", "0, or 1/1000000 to 1000000, found -1", new TinyModel("gemma").With("gemma.rope.scale_linear", -1f) },
        { "llama.rope.scaling.attn_factor", "0, or 1/1000000 to 1000000, found 2000000", Llama().With("llama.rope.scaling.attn_factor", 2e6f) },
        { "gemma.rope.scaling.type", "none, linear, yarn, longrope, found dynamic", new TinyModel("gemma").With("gemma.rope.scaling.type", "dynamic") },
        { "llama.expert_used_count", "from 0 to 0, found 2", Llama().With("llama.expert_used_count", 2u) },
        { "llama.expert_group_count", "a divisor of the 4 experts, found 3",
            Llama().With("llama.expert_count", 4u).With("llama.expert_used_count", 2u).With("llama.expert_group_count", 3u) },
        { "llama.expert_group_used_count", "no such key",
            Llama().With("llama.expert_count", 4u).With("llama.expert_used_count", 2u).With("llama.expert_group_count", 2u) },
        { "llama.nextn_predict_layers", "from 0 to 1, found 2", Llama().With("llama.nextn_predict_layers", 2u) },
        { "general.alignment", "32 or more, found 8", Llama().With("general.alignment", 8u) },
        { "tokenizer.ggml.merges[1]", "a pair of tokens", Llama().With("tokenizer.ggml.merges", new[] { "a b", "" }) },
        { "tokenizer.ggml.eos_token_id", "from 0 to 4294967295, found 4294967296", Llama().With("tokenizer.ggml.eos_token_id", 4294967296UL) },
        { "tokenizer.chat_template", "expected str, found bool", Llama().With("tokenizer.chat_template", true) },
    };

    public static TheoryData<string, string, TinyModel> BadTensors => new()
    {
        { "token_embd.weight", "a tensor of this name", Llama().Without("token_embd.weight") },
        { "token_embd.weight", "expected [32, 6]", Llama().Set("token_embd.weight", TensorType.Q8_0, 64, 6) },
        { "token_embd.weight", "found [32, 7]", Llama().Set("token_embd.weight", TensorType.Q8_0, 32, 7) },
        { "token_embd.weight", "a type that holds weights, found i8", Llama().Set("token_embd.weight", TensorType.I8, 32, 6) },
        { "output_norm.weight", "a tensor of this name", Llama().Without("output_norm.weight") },
        { "output_norm.weight", "expected type f32, found f16", Llama().Set("output_norm.weight", TensorType.F16, 32) },
        { "output.weight", "expected [32, 6], found [32, 5]", Llama().Set("output.weight", TensorType.Q8_0, 32, 5) },
        { "rope_freqs.weight", "expected [4]", Llama().Set("rope_freqs.weight", TensorType.F32, 8) },
        { "blk.1.attn_norm.weight", "a tensor of this name", Llama().Without("blk.1.attn_norm.weight") },
        { "blk.0.attn_q.weight", "a tensor of this name", Llama().Without("blk.0.attn_q.weight") },
        { "blk.0.attn_k.weight", "expected [32, 16], found [32, 32]", Llama().Set("blk.0.attn_k.weight", TensorType.Q4_0, 32, 32) },
        { "blk.0.attn_v.weight", "a type that holds weights, found q8_1", Llama().Set("blk.0.attn_v.weight", TensorType.Q8_1, 32, 16) },
        { "blk.0.attn_output.weight", "expected [32, 32]", Llama().Set("blk.0.attn_output.weight", TensorType.Q4_0, 32, 16) },
        { "blk.0.ffn_gate.weight", "expected [32, 64]", Llama().Set("blk.0.ffn_gate.weight", TensorType.Q4_0, 64, 32) },
        { "blk.1.ffn_down.weight", "a tensor of this name", Llama().Without("blk.1.ffn_down.weight") },
        { "blk.0.attn_q.bias", "expected [32]", Llama().Set("blk.0.attn_q.bias", TensorType.F32, 16) },
        { "blk.0.ffn_gate_exps.weight", "llama.expert_count above 0",
            Llama().Set("blk.0.ffn_gate_exps.weight", TensorType.Q4_0, 32, 64, 4) },
        { "blk.1.attn_q_norm.weight", "a tensor of this name", new TinyModel("qwen3").Without("blk.1.attn_q_norm.weight") },
        { "blk.0.attn_qkv.weight", "expected [32, 64]", new TinyModel("phi3").Set("blk.0.attn_qkv.weight", TensorType.Q4_0, 32, 96) },
        { "blk.0.attn_q.weight", "a tensor of this name", new TinyModel("phi3").Without("blk.0.attn_qkv.weight") },
        { "blk.0.ffn_up.weight", "expected [32, 128]", new TinyModel("phi3").Set("blk.0.ffn_up.weight", TensorType.Q4_0, 32, 64) },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(BadKeys))]
    [MemberData(nameof(BadTensors))]
    public void UnservableModelsAreRejectedByName(string place, string message, TinyModel tiny)
    {
        var path = tiny.Write(_folder.File("model.gguf"));

        var error = Assert.Throws<InputException>(() => ModelFile.Open(path));

        Assert.Equal(path, error.InputSource);
        Assert.Equal(place, error.Place);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9_990, 0, "keys")]
    [InlineData(0, 30_000, "tensors")]
    public void MoreThanLlamaCppTakesInReasonableTimeIsRefusedAtOnce(int keys, int tensors, string place)
    {
        var tiny = Llama();
        for (var i = 0; i < keys; i++) tiny.With($"key.{i}", 1u);
        for (var i = 0; i < tensors; i++) tiny.Set($"tensor.{i}", TensorType.F32, 1);
        var path = tiny.Write(_folder.File("model.gguf"));

        var error = Assert.Throws<InputException>(() => ModelFile.Open(path));

        Assert.Equal((path, place), (error.InputSource, error.Place));
        using var file = GgufFile.Open(path);
    }

    [Fact]
    public void APipeIsNotWaitedFor()
    {
        if (!OperatingSystem.IsLinux()) return;
        foreach (var path in (string[])["/dev/null", "/dev/zero", _folder.File("empty")])
        {
            if (path.StartsWith(_folder.File(""), StringComparison.Ordinal)) File.WriteAllText(path, "");
            Assert.Contains("expected a GGUF file, found an empty file, or none with a length", Assert.Throws<InputException>(() => ModelFile.Open(path)).Message);
        }
    }

    private static string[] Bytes { get; } = [.. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>")];

    private static TinyModel SentencePiece(string[] tokens) => Llama()
        .With("tokenizer.ggml.model", "llama")
        .With("tokenizer.ggml.tokens", tokens)
        .With("tokenizer.ggml.scores", new float[tokens.Length])
        .With("tokenizer.ggml.token_type", new int[tokens.Length]);

    private static TinyModel Llama() => new();
}
