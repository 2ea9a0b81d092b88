using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Benchmarks.Generation;

/// <summary>The requests that every engine and peer answers.</summary>
internal static class GenerationWorkload
{
    public const int SlotContext = 256;

    private const int Count = 192;

    public static GenerationRequest[] Requests()
    {
        var prompts = new PromptSet();
        return [.. new ArithmeticTask().Draw(Split.Development, Count, new Seed(1)).Select((problem, index) => new GenerationRequest
        {
            Messages = [prompts.SolveMessage(problem.Question)],
            MaxNewTokens = 96,
            Seed = (ulong)index,
        })];
    }
}
