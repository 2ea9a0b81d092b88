using System.Text;
using CsCheck;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Testing;

namespace MultiagentFT.Native.Tests.Conformance;

public abstract class TokenizerConformance : RuntimeConformance
{
    [Fact]
    public void TextSurvivesTokenizingForAnyUnicode()
    {
        using var runtime = OpenTiny();
        var tokenizer = runtime.Tokenizer;
        var runes = Gen.OneOf(Gen.Int[0x20, 0x7E], Gen.Int[0x1, 0xD7FF], Gen.Int[0xE000, 0x10FFFF])
            .Select(value => new Rune(value).ToString());
        runes.Array[0, 40].Select(string.Concat).Sample(
            text => Encoding.UTF8.GetString(Bytes(tokenizer.Tokenize(text, addSpecial: false, parseSpecial: false))) == text,
            iter: 500, threads: 1);

        byte[] Bytes(int[] tokens) => [.. tokens.SelectMany(token => tokenizer.Piece(token).ToArray())];
    }

    [Fact]
    public void MergesAreAppliedInRankOrder()
    {
        using var runtime = OpenTiny();
        var tokens = runtime.Tokenizer.Tokenize("12 the", addSpecial: false, parseSpecial: false);
        Assert.Equal(["12", "Ġthe"], tokens.Select(token => TinyVocabulary.Tokens[token]));
    }

    [Fact]
    public void MarkupBecomesAControlTokenOnlyWhenAsked()
    {
        using var runtime = OpenTiny();
        var tokenizer = runtime.Tokenizer;
        const string Markup = TinyVocabulary.TurnEnd;
        Assert.Equal([TinyVocabulary.TurnEndToken], tokenizer.Tokenize(Markup, addSpecial: false, parseSpecial: true));
        Assert.DoesNotContain(TinyVocabulary.TurnEndToken, tokenizer.Tokenize(Markup, addSpecial: false, parseSpecial: false));
        Assert.True(tokenizer.Piece(TinyVocabulary.TurnEndToken).IsEmpty);
    }

    [Fact]
    public void ControlTokensAreSpelledAsTheVocabularySpellsThem()
    {
        using var runtime = OpenTiny();
        Assert.Equal([TinyVocabulary.EndOfText, TinyVocabulary.TurnStart, TinyVocabulary.TurnEnd], runtime.Tokenizer.ControlTokens);
        Assert.All(runtime.Tokenizer.ControlTokens, spelling => Assert.Single(runtime.Tokenizer.Tokenize(spelling, false, true)));
    }

    [Fact]
    public void EndOfTurnEndsGeneration()
    {
        using var runtime = OpenTiny();
        var tokenizer = runtime.Tokenizer;
        Assert.Equal(TinyVocabulary.Size, tokenizer.VocabularySize);
        Assert.True(tokenizer.IsEndOfGeneration(TinyVocabulary.TurnEndToken));
        Assert.False(tokenizer.IsEndOfGeneration(TinyVocabulary.TurnStartToken));
        Assert.False(tokenizer.IsEndOfGeneration('a'));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    public void UnknownTokensAreRefused(int token)
    {
        using var runtime = OpenTiny();
        Assert.Throws<ArgumentOutOfRangeException>(() => runtime.Tokenizer.Piece(token));
        Assert.Throws<ArgumentOutOfRangeException>(() => runtime.Tokenizer.IsEndOfGeneration(token));
    }

    [Fact]
    public void TheTemplateOfTheFileIsRendered()
    {
        using var runtime = OpenTiny();
        ChatMessage[] messages =
            [ChatMessage.System("Be brief."), ChatMessage.User("1+1?"), ChatMessage.Assistant("2 ∎"), ChatMessage.User("Sure?")];
        const string Turns = "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n1+1?<|im_end|>\n"
            + "<|im_start|>assistant\n2 ∎<|im_end|>\n<|im_start|>user\nSure?<|im_end|>\n";
        Assert.Equal(Turns, runtime.ChatTemplate.Render(messages, addGenerationPrompt: false));
        Assert.Equal(Turns + "<|im_start|>assistant\n", runtime.ChatTemplate.Render(messages, addGenerationPrompt: true));
    }

    [Fact]
    public void LongConversationsAreRenderedWhole()
    {
        using var runtime = OpenTiny();
        var content = string.Concat(Enumerable.Repeat("0123456789é", 10_000));
        var text = runtime.ChatTemplate.Render([ChatMessage.User(content)], addGenerationPrompt: true);
        Assert.Equal($"<|im_start|>user\n{content}<|im_end|>\n<|im_start|>assistant\n", text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{{ no template that anybody knows }}")]
    public void AMissingOrUnknownTemplateNamesFileAndKey(string? template)
    {
        using var runtime = OpenTiny(new TinyModelOptions { ChatTemplate = template });
        var error = Assert.Throws<InputException>(() => runtime.ChatTemplate.Render([ChatMessage.User("x")], true));
        Assert.Contains("model.gguf", error.Message);
        Assert.Contains("tokenizer.chat_template", error.Message);
    }

    [Fact]
    public void UnknownRolesAndUnprintableContentAreRefused()
    {
        using var runtime = OpenTiny();
        var template = runtime.ChatTemplate;
        var error = Assert.Throws<InputException>(() => template.Render([new ChatMessage("wizard", "x")], true));
        Assert.Contains("wizard", error.Message);
        Assert.Throws<InputException>(() => template.Render([ChatMessage.User("a\0b")], true));
        Assert.Throws<InputException>(() => template.Render([], true));
    }
}
