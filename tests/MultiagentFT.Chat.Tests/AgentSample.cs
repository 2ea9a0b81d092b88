using Microsoft.Agents.AI;
using MultiagentFT.Serving;

namespace MultiagentFT.Chat.Tests;

/// <summary>A society's agent as one of the Agent Framework, which keeps the conversation.</summary>
internal static class AgentSample
{
    public static async Task RunAsync(string folderOrModel, string question, TextWriter output)
    {
        await using var society = await ServedSociety.OpenAsync(folderOrModel);
        var agent = new ChatClientAgent(new AgentChatClient(society, "generator-1"), name: "generator-1");
        var session = await agent.CreateSessionAsync();
        await foreach (var update in agent.RunStreamingAsync(question, session)) output.Write(update.Text);
        var again = await agent.RunAsync("Are you sure?", session);
        output.WriteLine($"\nagain: {again.Text} ({again.Usage?.TotalTokenCount} tokens)");
    }
}
