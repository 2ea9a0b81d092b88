using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol.Events;

namespace MultiagentFT.Serving.Tests;

/// <summary>All that a program needs: a society of a run folder, or a model, answers and debates.</summary>
internal static class Sample
{
    public static async Task RunAsync(string folderOrModel, string question, TextWriter output, CancellationToken cancellation = default)
    {
        await using var society = await ServedSociety.OpenAsync(folderOrModel, cancellation);
        await foreach (var piece in society.StreamAsync("generator-1", [ChatMessage.User(question)], cancellation: cancellation))
            output.Write(piece);
        await foreach (var happened in society.StreamDebateAsync(question, cancellation))
        {
            if (happened is TurnEnded { Turn: var turn, Result: var result }) output.WriteLine($"{turn.Speaker}: {result.Text}");
            if (happened is RoundVoted { Vote: var vote }) output.WriteLine($"round {vote.Round}: {vote.Answer} ({vote.Votes} of {vote.Voters})");
        }
    }
}
