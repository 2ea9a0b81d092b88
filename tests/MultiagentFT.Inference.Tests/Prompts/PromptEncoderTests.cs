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
        var tokens = PromptEncoder.Encode(new FakeChatTemplate(), new FakeTokenizer(), [ChatMessage.User(markup + "ab")]);
        Assert.Equal([FakeTokenizer.BeginOfText, 'a', 'b', '>'], tokens);
    }
}
