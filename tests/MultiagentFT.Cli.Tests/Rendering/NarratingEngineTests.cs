using MultiagentFT.Cli.Rendering;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Inference;
using Spectre.Console;

namespace MultiagentFT.Cli.Tests.Rendering;

public sealed class NarratingEngineTests
{
    [Fact]
    public async Task Summaries_are_labelled_with_the_agents_that_have_others_to_hear()
    {
        // Only agent 1 answers, so agents 2 and 3 have something to read and agent 1 has nothing.
        var output = await DebateAsync(3, request => request == 0 ? null : "no room");

        Assert.DoesNotContain("summary for agent 1", output, StringComparison.Ordinal);
        Assert.Contains("round 2, summary for agent 2", output, StringComparison.Ordinal);
        Assert.Contains("round 2, summary for agent 3", output, StringComparison.Ordinal);
        Assert.Contains("round 2, agent 1 (", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lonely_agent_hears_no_summary()
    {
        var output = await DebateAsync(1, _ => null);

        Assert.DoesNotContain("summary", output, StringComparison.Ordinal);
        Assert.Contains("round 2, agent 1 (", output, StringComparison.Ordinal);
    }

    private static async Task<string> DebateAsync(int agents, Func<int, string?> failure)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        var problem = new Problem("q", "What is 1?", "1");
        var engine = new NarratingEngine(new EchoEngine(failure), new DebateView(console));
        await new DebateRunner(engine, new QuestionTask(problem), new PromptSet(), new DebateOptions { Agents = agents })
            .RunAsync([problem], Society.OfBase(agents), new Seed(1));
        return output.ToString();
    }

    /// <summary>Always says 1, but for the requests that fail, counted from 0.</summary>
    private sealed class EchoEngine(Func<int, string?> failure) : IGenerationEngine
    {
        private int _requests;

        public ModelDescription Model { get; } = new("echo.gguf", "echo", "llama", 1, 1, 1, 1);

        public EngineStatistics Statistics => new(0, 0, 0, 0, 0);

        public Task LoadAdapterAsync(AdapterVersion adapter, string path, CancellationToken cancellation = default) => Task.CompletedTask;

        public Task UnloadAdapterAsync(AdapterVersion adapter, CancellationToken cancellation = default) => Task.CompletedTask;

        public Task<GenerationResult> GenerateAsync(
            GenerationRequest request, Action<string>? onText = null, CancellationToken cancellation = default) =>
            failure(_requests++) is { } error
                ? throw new GenerationException(FailureKind.Invalid, error)
                : Task.FromResult(new GenerationResult("\\boxed{1}", [1], FinishReason.EndOfTurn, 1, 0));

        public async Task<IReadOnlyList<GenerationResult>> GenerateBatchAsync(
            IReadOnlyList<GenerationRequest> requests,
            Action<int, GenerationResult>? onCompleted = null,
            Action<int, string>? onText = null,
            CancellationToken cancellation = default)
        {
            var results = new List<GenerationResult>();
            foreach (var request in requests) results.Add(await GenerateAsync(request, null, cancellation));
            return results;
        }

        public Task ClearCacheAsync(CancellationToken cancellation = default) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
