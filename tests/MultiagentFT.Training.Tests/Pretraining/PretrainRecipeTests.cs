using System.Runtime.InteropServices;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Runtimes;
using MultiagentFT.Testing;
using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Training.Tests.Pretraining;

public sealed class PretrainRecipeTests
{
    private static PretrainOptions Tiny => new()
    {
        Embedding = 64,
        Blocks = 1,
        Heads = 4,
        KeyValueHeads = 2,
        FeedForward = 128,
        MillionTokens = 0.12,
        BatchTokens = 1024,
        LearningRate = 1e-2,
        Threads = 1,
    };

    [Fact]
    public void ATinyRecipeLearnsRepeatsAndServes()
    {
        using var folder = new TemporaryFolder();
        var options = Tiny;
        var reports = new List<PretrainProgress>();
        PretrainRecipe.Run(options, folder.File("a.gguf"), "tiny", new Recorder(reports), default);
        PretrainRecipe.Run(options, folder.File("b.gguf"), "tiny", null, default);

        Assert.Equal(File.ReadAllBytes(folder.File("a.gguf")), File.ReadAllBytes(folder.File("b.gguf")));
        Assert.True(reports[^1].Loss < 0.8 * reports[0].Loss, $"loss from {reports[0].Loss} to {reports[^1].Loss}");
        using var runtime = ModelRuntimes.Open(folder.File("a.gguf"));
        Assert.Equal("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n", runtime.ChatTemplate.Render([ChatMessage.User("hi")], true));
        // One token for each digit, none for two.
        Assert.Equal(7, runtime.Tokenizer.Tokenize("4+23*61", addSpecial: false, parseSpecial: false).Length);
        using var model = ModelFile.Open(folder.File("a.gguf"));
        Assert.Equal(TensorType.Q8_0, model.File.RequireTensor("blk.0.attn_q.weight").Type);
    }

    /// <summary>A step that moves nothing shows where a pretraining starts.</summary>
    [Fact]
    public void APretrainingGoesOnFromTheWeightsShapeAndVocabularyOfAModel()
    {
        using var folder = new TemporaryFolder();
        PretrainRecipe.Run(Tiny with { MillionTokens = 0.01, Quantization = "f32", Context = 512 }, folder.File("start.gguf"), "tiny", null, default);

        var still = Tiny with { StartModel = folder.File("start.gguf"), MillionTokens = 0.001, LearningRate = 1e-12, Embedding = 128, Quantization = "f32", Seed = 2 };
        PretrainRecipe.Run(still, folder.File("next.gguf"), "tiny", null, default);

        using var start = GgufFile.Open(folder.File("start.gguf"));
        using var next = GgufFile.Open(folder.File("next.gguf"));
        Assert.Equal(start.Tensors.Select(tensor => (tensor.Name, tensor.ShapeText)), next.Tensors.Select(tensor => (tensor.Name, tensor.ShapeText)));
        Assert.Equal(start.Metadata.RequireStringArray("tokenizer.ggml.tokens"), next.Metadata.RequireStringArray("tokenizer.ggml.tokens"));
        Assert.Equal(start.Metadata.Require<uint>("llama.context_length"), next.Metadata.Require<uint>("llama.context_length"));
        foreach (var (before, after) in start.Tensors.Zip(next.Tensors))
        {
            var expected = MemoryMarshal.Cast<byte, float>(start.Read(before)).ToArray();
            var found = MemoryMarshal.Cast<byte, float>(next.Read(after)).ToArray();
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        }
    }

    /// <summary>Every token keeps its embedding; that of a new one is the mean of those that spelled it.</summary>
    [Fact]
    public void AVocabularyGrowsByTheWordsOfAnotherCorpus()
    {
        using var folder = new TemporaryFolder();
        PretrainRecipe.Run(Tiny with { MillionTokens = 0.001, Quantization = "f32", Merges = 60 }, folder.File("start.gguf"), "tiny", null, default);
        var still = Tiny with
        {
            StartModel = folder.File("start.gguf"),
            Corpus = "families",
            AddedMerges = 40,
            MillionTokens = 0.001,
            LearningRate = 1e-12,
            Quantization = "f32",
        };
        PretrainRecipe.Run(still, folder.File("next.gguf"), "tiny", null, default);

        using var start = ModelRuntimes.Open(folder.File("start.gguf"));
        using var next = ModelRuntimes.Open(folder.File("next.gguf"));
        var (before, after) = (Embeddings("start.gguf"), Embeddings("next.gguf"));
        Assert.Equal(256 + 60 + 3, before.Count);
        Assert.Equal(256 + 60 + 40 + 3, after.Count);
        var (shared, spelled) = (0, 0);
        foreach (var (token, embedding) in after)
        {
            if (before.TryGetValue(token, out var old))
            {
                shared++;
                Assert.All(old.Zip(embedding), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
                continue;
            }
            // What an older tokenizer makes of the word, as nothing but merges of its own stands between its pieces and the new token.
            var parts = start.Tokenizer.Tokenize(token.Replace('Ġ', ' '), addSpecial: false, parseSpecial: false);
            if (parts.Length != 2) continue;
            spelled++;
            var (left, right) = (before.Values.ElementAt(parts[0]), before.Values.ElementAt(parts[1]));
            for (var i = 0; i < embedding.Length; i++) Assert.Equal((left[i] + right[i]) / 2, embedding[i], 1e-6f);
        }
        Assert.Equal(before.Count, shared);
        Assert.InRange(spelled, 5, 40);
        const string Word = " has";
        Assert.True(
            next.Tokenizer.Tokenize(Word, addSpecial: false, parseSpecial: false).Length < start.Tokenizer.Tokenize(Word, addSpecial: false, parseSpecial: false).Length);

        OrderedDictionary<string, float[]> Embeddings(string name)
        {
            using var file = GgufFile.Open(folder.File(name));
            var rows = MemoryMarshal.Cast<byte, float>(file.Read(file.RequireTensor("token_embd.weight"))).ToArray().Chunk(64);
            return new(file.Metadata.RequireStringArray("tokenizer.ggml.tokens").Zip(rows, KeyValuePair.Create));
        }
    }

    [Fact]
    public void MergesAreAddedToAModelOnly()
    {
        var error = Assert.Throws<InputException>(() => PretrainRecipe.Run(Tiny with { AddedMerges = 5 }, "x.gguf", "x", null, default));
        Assert.Contains("addedMerges: expected 0 without a model to start from", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AModelOfAnotherRecipeIsNoStart()
    {
        using var folder = new TemporaryFolder();
        TinyModel.Write(folder.File("pieces.gguf"), new TinyModelOptions { SentencePiece = true });
        TinyModel.Write(folder.File("short.gguf"), new TinyModelOptions { ContextLength = 128 });
        using (var other = GgufFile.Open(folder.File("short.gguf")))
        {
            var tokens = other.Metadata.RequireStringArray("tokenizer.ggml.tokens");
            tokens[100] = "other";
            other.Metadata.Set("tokenizer.ggml.tokens", tokens);
            GgufWriter.Write(
                folder.File("tokens.gguf"), other.Metadata,
                [.. other.Tensors.Select(tensor => new TensorSource(tensor.Name, tensor.Type, tensor.Shape, () => other.Read(tensor)))]);
        }

        Assert.Contains("tokenizer.ggml.merges", Refusal("pieces.gguf"), StringComparison.Ordinal);
        Assert.Contains("short.gguf: expected a context of at least 256 tokens, found 128", Refusal("short.gguf"), StringComparison.Ordinal);
        Assert.Contains("tokens.gguf: tokenizer.ggml.tokens: expected the tokens of a model that mft pretrain wrote", Refusal("tokens.gguf"), StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("x.gguf.draft")));

        string Refusal(string start) => Assert.Throws<InputException>(
            () => PretrainRecipe.Run(Tiny with { StartModel = folder.File(start) }, folder.File("x.gguf"), "x", null, default)).Message;
    }

    [Fact]
    public void OptionsOutOfRangeAreAllNamed()
    {
        var error = Assert.Throws<InputException>(() => PretrainRecipe.Run(
            new PretrainOptions { Embedding = 33, MillionTokens = 0 }, "x.gguf", "x", null, default));
        Assert.Contains("embedding", error.Message, StringComparison.Ordinal);
        Assert.Contains("millionTokens", error.Message, StringComparison.Ordinal);
    }

    private sealed class Recorder(List<PretrainProgress> reports) : IProgress<PretrainProgress>
    {
        public void Report(PretrainProgress value) => reports.Add(value);
    }
}
