using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace MultiagentFT.Chat.Tests;

/// <summary>All that a program needs: an agent streams its answer, and the society debates the same question.</summary>
internal static class Sample
{
    public static async Task RunAsync(string folderOrModel, string question, TextWriter output)
    {
        await using var services = new ServiceCollection().AddMultiagentSociety(folderOrModel).BuildServiceProvider();
        var agent = services.GetRequiredKeyedService<IChatClient>("generator-1");
        await foreach (var update in agent.GetStreamingResponseAsync(question)) output.Write(update.Text);
        var society = services.GetRequiredService<IChatClient>();
        var answer = await society.GetResponseAsync(question);
        output.WriteLine($"\nsociety: {answer.Text} ({answer.Usage?.TotalTokenCount} tokens)");
    }
}
