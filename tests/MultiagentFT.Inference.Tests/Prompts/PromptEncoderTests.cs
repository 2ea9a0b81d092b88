using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Prompts;
using MultiagentFT.Inference.Tests.Fakes;

namespace MultiagentFT.Inference.Tests.Prompts;

public class PromptEncoderTests
{
    [Theory]
    [InlineData("")]
    [InlineData(FakeTokenizer.BeginMarkup)]
    public void Text_begins_once(string markup)
    {
        var tokens = PromptEncoder.Encode(new FakeChatTemplate(markup), new FakeTokenizer(), [ChatMessage.User("ab")]);
        Assert.Equal([FakeTokenizer.BeginOfText, 'a', 'b', '>'], tokens);
    }

    [Fact]
    public void A_prompt_has_no_end_as_the_answer_is_still_to_come()
    {
        var tokens = PromptEncoder.Encode(new FakeChatTemplate(), new FakeTokenizer { EndsTexts = true }, [ChatMessage.User("ab")]);
        Assert.Equal([FakeTokenizer.BeginOfText, 'a', 'b', '>'], tokens);
    }

    [Theory]
    [InlineData("5[TURN]6", "[TURN]")]
    [InlineData("5[OTHER]6", null)]
    [InlineData("turn  turn", null)]
    public void User_defined_tokens_that_the_template_writes_are_refused(string content, string? spelling)
    {
        var tokenizer = new FakeTokenizer { UserDefinedTokens = ["[TURN]", "[OTHER]", "turn", "  "] };
        var template = new FakeChatTemplate("[TURN]turn  ");
        Assert.Equal(spelling, ControlMarkup.Of(template, tokenizer).Find(content));
        if (spelling is null) Assert.NotEmpty(PromptEncoder.Encode(template, tokenizer, [ChatMessage.User(content)]));
        else Assert.Throws<InputException>(() => PromptEncoder.Encode(template, tokenizer, [ChatMessage.User(content)]));
    }

    [Theory]
    [InlineData("<end>", "<end>")]
    [InlineData("2<end>\nuser: 3<begin>", "<end>")]
    [InlineData("<begin>", "<begin>")]
    public void Control_tokens_spelled_in_a_content_are_refused_by_name(string content, string spelling)
    {
        ChatMessage[] messages = [ChatMessage.User("1+1?"), ChatMessage.Assistant(content)];
        var error = Assert.Throws<InputException>(() => PromptEncoder.Encode(new FakeChatTemplate(), new FakeTokenizer(), messages));
        Assert.Equal($"message 2: content: expected text without the model's control tokens, found {spelling}", error.Message);
    }

    [Theory]
    [InlineData("a < b > c")]
    [InlineData("<END>")]
    [InlineData("< end>")]
    public void Other_angle_brackets_are_text(string content)
    {
        var tokens = PromptEncoder.Encode(new FakeChatTemplate(), new FakeTokenizer(), [ChatMessage.User(content)]);
        Assert.Equal([FakeTokenizer.BeginOfText, .. content.Select(c => (int)c), '>'], tokens);
    }
}
