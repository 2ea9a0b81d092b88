using System.Text;
using MultiagentFT.Bench.Models;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Prompts;
using MultiagentFT.Inference.Text;
using MultiagentFT.Native;
using MultiagentFT.Testing;

namespace MultiagentFT.Bench.Tests;

public sealed class SyntheticVocabularyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(260)]
    [InlineData(283)]
    [InlineData(20_000)]
    public void WordsAreReadBackAsTheTokensTheyWereDrawnAs(int size)
    {
        using var runtime = Open(size);
        var generator = new SplitMix64(1);
        int[] tokens = [.. Enumerable.Range(0, 200).Select(_ => 256 + generator.Next(size - SyntheticVocabulary.Smallest))];

        var text = TokenText.Decode(runtime.Tokenizer, tokens);

        Assert.Equal(tokens, runtime.Tokenizer.Tokenize(text, addSpecial: true, parseSpecial: true));
        Assert.Equal(size, runtime.Tokenizer.VocabularySize);
    }

    [Fact]
    public void AnyTextCanBeEncodedAndConversationsHaveControlTokens()
    {
        const int Size = 1000;
        using var runtime = Open(Size);
        const string Question = "What is 4+23*6? äöü 你好 \ud83d\ude80 ?";

        var tokens = PromptEncoder.Encode(runtime.ChatTemplate, runtime.Tokenizer, [ChatMessage.User(Question)]);

        Assert.Equal((Size - 2, Size - 1), (tokens[0], tokens[^(1 + Spelled("\n<|im_start|>assistant\n").Length)]));
        Assert.Equal($"user\n{Question}\nassistant\n", TokenText.Decode(runtime.Tokenizer, tokens));
        Assert.Equal([Size - 3, Size - 1], Enumerable.Range(0, Size).Where(runtime.Tokenizer.IsEndOfGeneration));

        int[] Spelled(string text) => runtime.Tokenizer.Tokenize(text, addSpecial: false, parseSpecial: true);
    }

    [Fact]
    public void ShorterWordsComeFirst()
    {
        using var runtime = Open(SyntheticVocabulary.Smallest + 30);

        Assert.Equal(
            [" a", " z", " aa", " ad"],
            ((int[])[256, 281, 282, 285]).Select(token => Encoding.UTF8.GetString(runtime.Tokenizer.Piece(token).Span)));
    }

    [Fact]
    public void AVocabularyWithoutRoomForBytesIsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Open(SyntheticVocabulary.Smallest - 1));

    private LlamaRuntime Open(int size)
    {
        var path = _folder.File("model.gguf");
        SyntheticModel.Write(path, new BenchShape("tiny", "llama", 32, 1, 2, 1, 16, 32, size, tiedOutput: true), "q8_0");
        return LlamaRuntime.Open(path, new LlamaRuntimeOptions { VocabularyOnly = true });
    }
}
