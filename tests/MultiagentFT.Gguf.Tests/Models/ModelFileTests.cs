using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Models;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("phi3")]
    public void AValidModelTellsItsSizes(string architecture)
    {
        using var model = Open(new TinyModel(architecture));

        Assert.Equal(architecture, model.Architecture);
        Assert.Equal("tiny", model.Name);
        Assert.Equal(2, model.Shape.Blocks);
        Assert.Equal(32, model.Shape.Embedding);
        Assert.Equal(4, model.Shape.Heads);
        Assert.Equal(2, model.Shape.KeyValueHeads);
        Assert.Equal(8, model.Shape.HeadLength);
        Assert.Equal(64, model.Shape.FeedForward);
        Assert.Equal(128, model.Shape.Context);
        Assert.Equal(6, model.Shape.Vocabulary);
        Assert.Equal(1e-5f, model.Shape.RmsEpsilon);
        Assert.Equal(50_000f, model.Shape.RopeBase);
        Assert.Equal(8, model.Shape.RopeDimensions);
        Assert.Equal("{{ messages[0].content }}", model.ChatTemplate);
        Assert.True(model.HasChatTemplate);
        Assert.Equal(model.File.Tensors.Sum(tensor => tensor.Bytes), model.WeightBytes);
    }

    [Fact]
    public void WeightsAreCounted()
    {
        using var model = Open(new TinyModel());

        // Embedding and output 2·32·6, output norm 32; a block: norms 2·32, attention 2·32·32 + 2·32·16, feed-forward 3·32·64.
        Assert.Equal(384 + 32 + (2 * (64 + 3072 + 6144)), model.Parameters);
    }

    [Fact]
    public void OptionalKeysHaveDefaults()
    {
        using var model = Open(new TinyModel()
            .Without("general.name")
            .Without("llama.attention.head_count_kv")
            .Without("llama.rope.freq_base")
            .Without("tokenizer.chat_template")
            .Without("output.weight")
            .Set("blk.0.attn_k.weight", TensorType.F16, 32, 32)
            .Set("blk.1.attn_k.weight", TensorType.F16, 32, 32)
            .Set("blk.0.attn_v.weight", TensorType.F16, 32, 32)
            .Set("blk.1.attn_v.weight", TensorType.F16, 32, 32));

        Assert.Equal("model", model.Name);
        Assert.Equal(4, model.Shape.KeyValueHeads);
        Assert.Equal(10_000f, model.Shape.RopeBase);
        Assert.False(model.HasChatTemplate);
        Assert.Null(model.ChatTemplate);
    }

    [Fact]
    public void SizesMayBeAnyIntegerTypeAndStatedForEachBlock()
    {
        using var model = Open(new TinyModel()
            .With("general.type", "model")
            .With("llama.context_length", 256L)
            .With("llama.attention.head_count", new[] { 4, 4 })
            .With("llama.attention.head_count_kv", new[] { 2u, 2u }));

        Assert.Equal(256, model.Shape.Context);
        Assert.Equal(4, model.Shape.Heads);
        Assert.Equal(2, model.Shape.KeyValueHeads);
    }

    [Fact]
    public void AHeadLengthOfItsOwnNeedNotDivideTheEmbedding()
    {
        var tiny = new TinyModel("qwen3").With("qwen3.attention.key_length", 16u).With("qwen3.attention.head_count", 6u);
        for (var i = 0; i < TinyModel.Blocks; i++)
        {
            tiny.Set($"blk.{i}.attn_q.weight", TensorType.Q4_0, 32, 96)
                .Set($"blk.{i}.attn_k.weight", TensorType.Q4_0, 32, 32)
                .Set($"blk.{i}.attn_v.weight", TensorType.Q4_0, 32, 32)
                .Set($"blk.{i}.attn_output.weight", TensorType.Q4_0, 96, 32)
                .Set($"blk.{i}.attn_q_norm.weight", TensorType.F32, 16)
                .Set($"blk.{i}.attn_k_norm.weight", TensorType.F32, 16);
        }

        using var model = Open(tiny);

        Assert.Equal(16, model.Shape.HeadLength);
        Assert.Equal(16, model.Shape.RopeDimensions);
    }

    [Fact]
    public void MixtureOfExpertsNeedsNoDenseFeedForward()
    {
        var tiny = new TinyModel().With("llama.expert_count", 4u).With("llama.expert_used_count", 2u);
        for (var i = 0; i < TinyModel.Blocks; i++)
        {
            tiny.Without($"blk.{i}.ffn_gate.weight")
                .Without($"blk.{i}.ffn_up.weight")
                .Without($"blk.{i}.ffn_down.weight")
                .Set($"blk.{i}.ffn_gate_exps.weight", TensorType.Q4_0, 32, 64, 4);
        }

        using var model = Open(tiny);

        Assert.Equal(2, model.Shape.Blocks);
    }

    [Fact]
    public void OtherArchitecturesAreOpenedByTheirSizes()
    {
        using var model = Open(new TinyModel("gpt-of-tomorrow")
            .Without("blk.0.attn_q.weight")
            .Without("gpt-of-tomorrow.feed_forward_length")
            .Without("gpt-of-tomorrow.attention.layer_norm_rms_epsilon")
            .With("gpt-of-tomorrow.attention.head_count", new[] { 0, 4 }));

        Assert.Equal(4, model.Shape.Heads);
        Assert.Equal(0, model.Shape.FeedForward);
        Assert.Equal(0, model.Shape.RmsEpsilon);
    }

    private ModelFile Open(TinyModel tiny) => ModelFile.Open(tiny.Write(_folder.File("model.gguf")));
}
