using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Testing;

namespace MultiagentFT.Native.Tests;

public sealed class LlamaRuntimeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheModelIsDescribed()
    {
        using var runtime = LlamaRuntime.Open(Tiny());
        var model = runtime.Model;
        Assert.Equal(_folder.File("model.gguf"), model.Path);
        Assert.Equal("tiny llama", model.Name);
        Assert.Equal("llama", model.Architecture);
        Assert.Equal(512, model.ContextLength);
        Assert.Equal(TinyVocabulary.Size, model.VocabularySize);
        const int Block = (64 * 64 * 2) + (64 * 32 * 2) + (64 * 128 * 3) + (2 * 64);
        Assert.Equal((2 * Block) + (2 * 64 * TinyVocabulary.Size) + 64, model.Parameters);
        Assert.Equal(4 * model.Parameters, model.WeightBytes);
    }

    [Fact]
    public void AVocabularyAloneTokenizesAndRenders()
    {
        using var whole = LlamaRuntime.Open(Tiny());
        using var vocabulary = LlamaRuntime.Open(Tiny(), new LlamaRuntimeOptions { VocabularyOnly = true });
        const string Text = "the 12 = <|im_end|> é";
        Assert.Equal(whole.Tokenizer.Tokenize(Text, true, true), vocabulary.Tokenizer.Tokenize(Text, true, true));
        Assert.Equal(whole.ChatTemplate.Render([new("user", "x")], true), vocabulary.ChatTemplate.Render([new("user", "x")], true));
        Assert.Equal(whole.Model, vocabulary.Model);
        Assert.Throws<InvalidOperationException>(() => vocabulary.CreateContext(new ContextOptions()));
        Assert.Throws<InvalidOperationException>(() => vocabulary.LoadAdapter(_folder.File("model.gguf")));
    }

    [Fact]
    public void EveryTruncationOfAModelIsRefusedBeforeTheLibrarySeesIt()
    {
        var bytes = File.ReadAllBytes(Tiny());
        for (var length = 0; length < bytes.Length; length += 1 + (bytes.Length / 50))
        {
            var path = _folder.File("cut.gguf");
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Contains("cut.gguf", Assert.Throws<InputException>(() => LlamaRuntime.Open(path)).Message);
        }
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        Assert.Throws<InputException>(() => LlamaRuntime.Open(Tiny(), new LlamaRuntimeOptions { GpuLayers = -1 }));
        using var runtime = LlamaRuntime.Open(Tiny());
        var error = Assert.Throws<InputException>(() => runtime.CreateContext(new ContextOptions { Slots = 0, Threads = -1 }));
        Assert.Contains("slots", error.Message);
        Assert.Contains("threads", error.Message);
    }

    [Fact]
    public void TheDefaultContextScoresEveryRowAndResolvesItsThreads()
    {
        using var runtime = LlamaRuntime.Open(Tiny());
        using var context = runtime.CreateContext(new ContextOptions());
        Assert.Equal(new ContextOptions { Threads = Environment.ProcessorCount }, context.Options);
        var batch = new DecodeBatch(512);
        for (var i = 0; i < 512; i++) batch.Add(i % 256, i, 31, output: true);
        context.Decode(batch);
        Assert.All(context.Logits(511).ToArray(), logit => Assert.True(float.IsFinite(logit)));
    }

    [Fact]
    public void AContextKeepsItsModelAlive()
    {
        var runtime = LlamaRuntime.Open(Tiny());
        using var context = runtime.CreateContext(new ContextOptions { Slots = 1 });
        runtime.Dispose();
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
        LlamaRuntime.Open(Tiny(), new LlamaRuntimeOptions { Log = line => { lock (lines) lines.Add(line); } }).Dispose();
        lock (lines) Assert.Contains(lines, line => line.Contains("tiny llama"));
    }

    [Fact]
    public void DecodingAllocatesNothing()
    {
        using var runtime = LlamaRuntime.Open(Tiny());
        using var context = runtime.CreateContext(new ContextOptions { Slots = 1, SlotContext = 64, BatchTokens = 64, Threads = 1 });
        var batch = new DecodeBatch(1);
        for (var i = 0; i < 3; i++) Step(i);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 3; i < 20; i++) Step(i);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Step(int position)
        {
            batch.Clear();
            batch.Add(1, position, 0, output: true);
            context.Decode(batch);
            _ = context.Logits(0);
        }
    }

    private string Tiny() => TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { TensorType = TensorType.F32 });
}
