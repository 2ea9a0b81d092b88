using MultiagentFT.Contracts.Generation;
using MultiagentFT.Serving;

namespace MultiagentFT.Chat.Tests;

public sealed class SampleTests
{
    [Fact]
    public async Task The_sample_runs()
    {
        var output = new StringWriter();
        const string Question = "What is 21+7*18+12-8*28?";

        await Sample.RunAsync(EmbeddedModel.Path, Question, output);

        await using var society = await ServedSociety.OpenAsync(EmbeddedModel.Path);
        var expected = await society.AskAsync("generator-1", [ChatMessage.User(Question)]);
        var debate = await society.DebateAsync(Question);
        Assert.StartsWith(expected.Text + "\nsociety: " + debate.Answer!.Text + " (", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_of_the_agent_framework_runs()
    {
        var output = new StringWriter();
        const string Question = "What is 21+7*18+12-8*28?";

        await AgentSample.RunAsync(EmbeddedModel.Path, Question, output);

        await using var society = await ServedSociety.OpenAsync(EmbeddedModel.Path);
        var first = await society.AskAsync("generator-1", [ChatMessage.User(Question)]);
        var again = await society.AskAsync("generator-1", [ChatMessage.User(Question), ChatMessage.Assistant(first.Text), ChatMessage.User("Are you sure?")]);
        Assert.Equal($"{first.Text}\nagain: {again.Text} ({again.PromptTokens + again.GeneratedTokens} tokens)\n", output.ToString());
    }
}
