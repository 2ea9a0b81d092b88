using MultiagentFT.Contracts.Generation;
using MultiagentFT.Gguf;
using MultiagentFT.Gguf.Tests.Samples;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Testing;
using TemporaryFolder = MultiagentFT.Testing.TemporaryFolder;
using TinyModel = MultiagentFT.Testing.TinyModel;

namespace MultiagentFT.Native.Tests.Peft;

/// <summary>An adapter in Hugging Face's layout, computed in that layout by plain loops, against libllama with the imported file.</summary>
public sealed class PeftLogitsTests
{
    private static readonly int[] Tokens = [3, 80, 81, 150, 9, 12, 44, 45, 46, 200, 7, 7, 30, 31];

    [Theory]
    [InlineData("llama", false)]
    [InlineData("llama", true)]
    [InlineData("qwen2", false)]
    [InlineData("qwen3", true)]
    [InlineData("phi3", false)]
    public void LibllamasLogitsAreThoseOfHuggingFacesLayout(string architecture, bool isRankStabilized)
    {
        using var folder = new TemporaryFolder();
        var path = TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { Architecture = architecture });
        using var model = ModelFile.Open(path);
        var plain = new HuggingFaceForward(model);
        AssertClose(plain.Logits(Tokens), Llama(path, null), 2e-3);

        const int Rank = 4, Wide = 6;
        var peft = new RawPeft().With("r", Rank).With("lora_alpha", 8).With("use_rslora", isRankStabilized).With("rank_pattern", new Dictionary<string, int> { ["down_proj"] = Wide });
        var adapted = new HuggingFaceForward(model);
        foreach (var (module, layer) in Modules(architecture))
        {
            for (var block = 0; block < model.Shape.Blocks; block++)
            {
                var tensor = model.File.RequireTensor($"blk.{block}.{layer}.weight");
                var rank = module == "mlp.down_proj" ? Wide : Rank;
                var a = RandomWeights.Uniform(5, $"{block}{module}A", tensor.Shape[0] * rank, 0, 0.15f);
                var b = RandomWeights.Uniform(5, $"{block}{module}B", tensor.Shape[1] * rank, 0, 0.3f);
                peft.Pair(block, module, rank, a, b);
                adapted.Add(tensor.Name, a, b, rank, 8 / (isRankStabilized ? Math.Sqrt(rank) : rank));
            }
        }
        PeftImport.Run(peft.Write(folder.File("peft")), model, folder.File("adapter.gguf"), "imported");
        var expected = adapted.Logits(Tokens);
        AssertClose(expected, Llama(path, folder.File("adapter.gguf")), 4e-3);
        Assert.True(Distance(expected, plain.Logits(Tokens)) > 0.1, "the adapter changes too little to tell");
    }

    private static IEnumerable<(string Module, string Layer)> Modules(string architecture) => architecture == "phi3"
        ? [("self_attn.qkv_proj", "attn_qkv"), ("self_attn.o_proj", "attn_output"), ("mlp.gate_up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down")]
        : [
            ("self_attn.q_proj", "attn_q"), ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"), ("self_attn.o_proj", "attn_output"),
            ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down"),
        ];

    private static double[] Llama(string model, string? adapter)
    {
        using var runtime = LlamaRuntime.Open(model);
        using var lora = adapter is null ? null : runtime.LoadAdapter(adapter);
        using var context = runtime.CreateContext(new ContextOptions { Slots = 1, SlotContext = 64, BatchTokens = 64, Threads = 1 });
        context.SetAdapter(lora);
        var batch = new DecodeBatch(64);
        for (var i = 0; i < Tokens.Length; i++) batch.Add(Tokens[i], i, 0, output: i == Tokens.Length - 1);
        context.Decode(batch);
        return [.. context.Logits(Tokens.Length - 1).ToArray().Select(value => (double)value)];
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(Distance(expected, actual) <= tolerance, $"relative distance {Distance(expected, actual)}, allowed {tolerance}");
    }

    private static double Distance(double[] expected, double[] actual) =>
        Math.Sqrt(expected.Zip(actual).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / expected.Sum(value => value * value));
}
