using System.CommandLine;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft debate</c>: one debate, live.</summary>
internal sealed class DebateCommand : MftCommand
{
    private readonly Argument<string> _question = new("question") { Description = "What the agents are asked" };
    private readonly Option<bool> _json;
    private readonly SpeakerOptions _speakers;

    public DebateCommand(Terminal terminal)
        : base(
            "debate",
            "Shows one debate, agent by agent, and its vote.",
            terminal,
            "mft debate \"What is 4+23*6+24-24*12?\"",
            "mft debate \"What is 4+23*6+24-24*12?\" --society runs/mine",
            "mft debate \"Which is larger, 9.9 or 9.11?\" --model model.gguf --agents 4 --rounds 3 --json")
    {
        Add(_question);
        _speakers = new SpeakerOptions(this, RunSettings.OfOneDebate());
        _json = Added(TypedOption.Flag("--json", "Print the whole debate as JSON when it is over"));
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var question = parsed.GetValue(_question)!;
        if (string.IsNullOrWhiteSpace(question)) throw new InputException("question", null, "a text", "nothing");
        var (problem, hasTruth) = ArithmeticQuestion.Read(question);
        var speakers = _speakers.Read(parsed);
        var config = speakers.Config;
        var task = hasTruth ? TaskCatalog.Open(config.Task) : new QuestionTask(problem);
        await using var engine = EngineFactory.Open(config, speakers.Paths, Terminal.Error);
        await speakers.LoadAsync(engine, cancellation).ConfigureAwait(false);
        var asJson = parsed.GetValue(_json);
        var view = new DebateView(Terminal.Results);
        IGenerationEngine speaking = asJson ? engine : new NarratingEngine(engine, view);
        if (!asJson) view.Open(problem.Question);
        var transcripts = await new DebateRunner(speaking, task, config.Prompts, config.Debate)
            .RunAsync([problem], speakers.Society, new Seed(config.Seed), cancellation: cancellation).ConfigureAwait(false);
        Report(DebateOutcome.Of(transcripts[0], hasTruth), view, asJson);
    }

    private void Report(DebateOutcome outcome, DebateView view, bool asJson)
    {
        if (asJson) Terminal.WriteJson(outcome);
        else view.Close(outcome);
        if (outcome.Turns.FirstOrDefault(turn => turn.Failure is not null) is { Failure: { } failure } && outcome.Turns.All(turn => turn.Failure is not null))
            throw new GenerationException(failure.Kind, $"no agent could answer: {failure.Message}");
    }
}
