using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Testing;

namespace MultiagentFT.LLamaSharp.Tests;

public sealed class LLamaSharpRuntimeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheModelIsDescribed()
    {
        using var runtime = LLamaSharpRuntime.Open(Tiny());
        using var file = ModelFile.Open(_folder.File("model.gguf"));
        Assert.Equal(
            new ModelDescription(
                _folder.File("model.gguf"), "tiny llama", "llama", file.Parameters, file.WeightBytes, 512, TinyVocabulary.Size),
            runtime.Model);
    }

    [Fact]
    public void AVocabularyAloneTokenizesAndRenders()
    {
        using var whole = LLamaSharpRuntime.Open(Tiny());
        using var vocabulary = LLamaSharpRuntime.Open(Tiny(), new LlamaRuntimeOptions { VocabularyOnly = true });
        const string Text = "the 12 = <|im_end|> é";
        Assert.Equal(whole.Tokenizer.Tokenize(Text, true, true), vocabulary.Tokenizer.Tokenize(Text, true, true));
        Assert.Equal(whole.ChatTemplate.Render([new("user", "x")], true), vocabulary.ChatTemplate.Render([new("user", "x")], true));
        Assert.Throws<InvalidOperationException>(() => vocabulary.CreateContext(new ContextOptions()));
        Assert.Throws<InvalidOperationException>(() => vocabulary.LoadAdapter(_folder.File("model.gguf")));
    }

    [Fact]
    public void EveryTruncationOfAModelIsRefusedBeforeTheLibrarySeesIt()
    {
        var bytes = File.ReadAllBytes(Tiny());
        for (var length = 0; length < bytes.Length; length += 1 + (bytes.Length / 20))
        {
            var path = _folder.File("cut.gguf");
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Contains("cut.gguf", Assert.Throws<InputException>(() => LLamaSharpRuntime.Open(path)).Message);
        }
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        Assert.Throws<InputException>(() => LLamaSharpRuntime.Open(Tiny(), new LlamaRuntimeOptions { GpuLayers = -1 }));
        using var runtime = LLamaSharpRuntime.Open(Tiny(), new LlamaRuntimeOptions { GpuLayers = 0 });
        var error = Assert.Throws<InputException>(() => runtime.CreateContext(new ContextOptions { Slots = 0, Threads = -1 }));
        Assert.Contains("slots", error.Message);
        Assert.Contains("threads", error.Message);
    }

    [Fact]
    public void TheDefaultContextScoresEveryRow()
    {
        using var runtime = LLamaSharpRuntime.Open(Tiny());
        using var context = runtime.CreateContext(new ContextOptions());
        Assert.Equal(new ContextOptions { Threads = Environment.ProcessorCount }, context.Options);
        var batch = new DecodeBatch(512);
        for (var i = 0; i < 512; i++) batch.Add(i % 256, i, 31, output: true);
        context.Decode(batch);
        Assert.All(context.Logits(511).ToArray(), logit => Assert.True(float.IsFinite(logit)));
    }

    [Fact]
    public void AContextAndAnAdapterKeepTheirModelAlive()
    {
        var runtime = LLamaSharpRuntime.Open(Tiny());
        using var adapter = runtime.LoadAdapter(TinyAdapter.Write(_folder.File("a.gguf"), _folder.File("model.gguf")));
        using var context = runtime.CreateContext(new ContextOptions { Slots = 1 });
        runtime.Dispose();
        context.SetAdapter(adapter);
        var batch = new DecodeBatch(1);
        batch.Add(1, 0, 0, output: true);
        context.Decode(batch);
        Assert.Equal(TinyVocabulary.Size, context.Logits(0).Length);
        Assert.Throws<ObjectDisposedException>(() => runtime.CreateContext(new ContextOptions()));
    }

    [Fact]
    public void TheLibraryLogsToTheListenerWhileTheRuntimeIsOpen()
    {
        var lines = new List<string>();
        LLamaSharpRuntime.Open(Tiny(), new LlamaRuntimeOptions { Log = line => { lock (lines) lines.Add(line); } }).Dispose();
        lock (lines) Assert.Contains(lines, line => line.Contains("tiny llama"));
    }

    /// <summary>The engine knows nothing of LLamaSharp: agents with adapters of their own, in two contexts over the same weights.</summary>
    [Fact]
    public async Task TheEngineAnswersTogetherAsAlone()
    {
        using var runtime = LLamaSharpRuntime.Open(Tiny());
        var together = await AnswersAsync(runtime, slots: 4, lanes: 2);
        var alone = await AnswersAsync(runtime, slots: 1, lanes: 1);
        Assert.Equal(alone, together);
    }

    private async Task<string[]> AnswersAsync(IModelRuntime runtime, int slots, int lanes)
    {
        await using var engine = new GenerationEngine(
            runtime, new EngineOptions { Slots = slots, Lanes = lanes, SlotContext = 128, Threads = 1 }, leaveRuntimeOpen: true);
        var adapters = Enumerable.Range(1, 2).Select(number => new AdapterVersion($"agent-{number}", 1)).ToArray();
        for (var i = 0; i < adapters.Length; i++)
        {
            var path = TinyAdapter.Write(_folder.File($"{i}.gguf"), runtime.Model.Path, new TinyAdapterOptions { Seed = (ulong)i + 1 });
            await engine.LoadAdapterAsync(adapters[i], path, CancellationToken.None);
        }
        var requests = Enumerable.Range(0, 9).Select(index => new GenerationRequest
        {
            Messages = [ChatMessage.User($"{index} + {index} =")],
            MaxNewTokens = 12,
            Sampling = SamplingOptions.Greedy,
            Adapter = index % 3 == 0 ? null : adapters[index % 3 - 1],
        });
        var results = await engine.GenerateBatchAsync([.. requests]);
        return [.. results.Select(result => string.Join(' ', result.Tokens))];
    }

    private string Tiny() => TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { TensorType = TensorType.F32 });
}
