using System.Runtime.InteropServices;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Voting;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>
/// Debates a chunk of problems phase by phase: all first answers, then for each later round all summaries and all
/// revisions; every round ends with a vote. Requests of a phase are ordered by agent, then by problem, so that those of one adapter
/// are neighbours. A debate may end early, see <see cref="EarlyStop"/>. Transcripts are a function of the problems, the society and the seed.
/// </summary>
public sealed class DebateRunner
{
    /// <summary>What a critic reads when no other agent said anything.</summary>
    public const string NoOthers = "(none)";

    /// <summary>Answers that a critic reads without a summary, at most.</summary>
    public const int MostOthers = 5;

    private readonly IGenerationEngine _engine;
    private readonly IDebateTask _task;
    private readonly PromptSet _prompts;
    private readonly DebateOptions _options;

    /// <summary>
    /// Whether an agent that is wrong hears the right answer instead of the others', and a debate ends when it is right. Problems need their answers.
    /// </summary>
    internal bool TellsTruth { get; init; }

    /// <exception cref="InputException">Prompts or options are not valid; all errors are in the message.</exception>
    public DebateRunner(IGenerationEngine engine, IDebateTask task, PromptSet prompts, DebateOptions options)
    {
        var errors = options.Validate().Concat(prompts.Validate()).ToList();
        if (errors.Count > 0) throw new InputException(string.Join("; ", errors));
        (_engine, _task, _prompts, _options) = (engine, task, prompts, options);
    }

    /// <summary>Debates one chunk.</summary>
    /// <param name="problems">The chunk.</param>
    /// <param name="society">As many generators and critics as the options have agents.</param>
    /// <param name="seed">Root of all seeds of this chunk's debates.</param>
    /// <param name="observer">Told of every turn and vote.</param>
    /// <param name="cancellation">Ends the running phase.</param>
    /// <returns>Transcripts in the order of the problems.</returns>
    public Task<IReadOnlyList<Transcript>> RunAsync(
        IReadOnlyList<Problem> problems,
        Society society,
        Seed seed,
        IDebateObserver? observer = null,
        CancellationToken cancellation = default)
    {
        if (society.Generators.Count != _options.Agents || society.Critics.Count != _options.Agents)
            throw new ArgumentException($"The society has to have {_options.Agents} generators and critics.", nameof(society));
        return RunAsync(problems, society, _options.Rounds, seed, observer, cancellation);
    }

    /// <summary>As above, with a society and rounds of any number.</summary>
    internal async Task<IReadOnlyList<Transcript>> RunAsync(
        IReadOnlyList<Problem> problems, Society society, int rounds, Seed seed, IDebateObserver? observer, CancellationToken cancellation)
    {
        var phase = new DebatePhase(_engine, observer);
        var debates = problems.Select(problem => new OpenDebate(problem, seed)).ToList();
        var turns = Enumerable.Range(0, society.Generators.Count).SelectMany(agent => debates.Select(debate => (debate, agent))).ToList();
        await SpeakAsync(phase, 1, society, Openings(turns), cancellation).ConfigureAwait(false);
        var going = VoteAll(1, debates);
        for (var round = 2; round <= rounds && going.Count > 0; round++)
        {
            var open = going.ToHashSet();
            turns = turns.FindAll(at => open.Contains(at.debate));
            var replies = TellsTruth ? HearTruth(turns) : _options.Summarize
                ? await SummarizeAsync(phase, round, society, turns, cancellation).ConfigureAwait(false)
                : ReadOthers(round, turns);
            await SpeakAsync(phase, round, society, replies, cancellation).ConfigureAwait(false);
            going = VoteAll(round, going);
        }
        return debates.ConvertAll(debate => debate.Close());

        // Those that go on.
        List<OpenDebate> VoteAll(int round, List<OpenDebate> voting) =>
            voting.FindAll(debate => Vote(phase, debate, round) is var vote && !(TellsTruth ? vote.Correct == true : EarlyStop.Ends(_options.Stop, debate.Turns, vote, _task)));
    }

    private List<Speech> Openings(List<(OpenDebate Debate, int Agent)> turns) =>
        turns.ConvertAll(at => new Speech(at.Debate, at.Agent, _prompts.SolveMessage(at.Debate.Problem.Question)));

    /// <summary>The base model summarizes for every critic; where there is nothing to summarize it is not asked.</summary>
    private async Task<List<Speech>> SummarizeAsync(
        DebatePhase phase, int round, Society society, List<(OpenDebate Debate, int Agent)> critics, CancellationToken cancellation)
    {
        var asked = critics.FindAll(at => at.Debate.Others(round - 1, at.Agent).Count > 0);
        var turns = asked.ConvertAll(at =>
            new SpeakingTurn(at.Debate.Problem.Id, round, at.Agent, society.Speaker(round, at.Agent).Name, true, null));
        var requests = asked.ConvertAll(at => SummaryRequest(at.Debate, at.Agent, round));
        var results = await phase.RunAsync(turns, requests, cancellation).ConfigureAwait(false);

        var summaries = asked.Zip(results).ToDictionary(pair => pair.First, pair => Summary(pair.First, round, pair.Second));
        return critics.ConvertAll(at =>
        {
            var summary = summaries.GetValueOrDefault(at);
            var text = summary is { Failure: null } ? summary.Text : NoOthers;
            return new Speech(at.Debate, at.Agent, _prompts.ReviseMessage(text), summary);
        });
    }

    private GenerationRequest SummaryRequest(OpenDebate debate, int agent, int round) => Request(
        [.. _prompts.SystemTurn, _prompts.SummarizeMessage(debate.Problem.Question, debate.Others(round - 1, agent))], null, debate.Seeds.Summary(round, agent));

    private static SummaryTurn Summary((OpenDebate Debate, int Agent) at, int round, GenerationResult result) => new(
        result.Text, at.Debate.Seeds.Summary(round, at.Agent).Value, result.PromptTokens, result.GeneratedTokens, result.Failure, result.Served);

    /// <summary>Every critic reads the others' answers themselves.</summary>
    private List<Speech> ReadOthers(int round, List<(OpenDebate Debate, int Agent)> critics) => critics.ConvertAll(at =>
    {
        var others = at.Debate.Others(round - 1, at.Agent);
        at.Debate.Seeds.Order(round, at.Agent).Generator().Shuffle(CollectionsMarshal.AsSpan(others));
        var text = others.Count == 0 ? NoOthers : PromptSet.Join([.. others.Take(MostOthers)]);
        return new Speech(at.Debate, at.Agent, _prompts.ReviseMessage(text));
    });

    private List<Speech> HearTruth(List<(OpenDebate Debate, int Agent)> critics) => critics.ConvertAll(at =>
        new Speech(at.Debate, at.Agent, _prompts.ReviseMessage(PromptSet.Join([$"\\boxed{{{at.Debate.Problem.Answer}}}"]))));

    /// <summary>One turn of every agent on every problem.</summary>
    private async Task SpeakAsync(
        DebatePhase phase, int round, Society society, List<Speech> speeches, CancellationToken cancellation)
    {
        speeches = speeches.ConvertAll(speech => society.Speaker(round, speech.Agent).Id is { } id ? speech with { Prompt = _prompts.Identified(id, speech.Prompt) } : speech);
        var turns = speeches.ConvertAll(speech =>
        {
            var (name, adapter) = society.Speaker(round, speech.Agent);
            return new SpeakingTurn(speech.Debate.Problem.Id, round, speech.Agent, name, false, adapter);
        });
        var requests = speeches.ConvertAll(speech => Request(
            [.. _prompts.Beginning, .. Conversation.Of(speech.Debate.Of(speech.Agent)), speech.Prompt],
            society.Speaker(round, speech.Agent).Adapter,
            speech.Debate.Seeds.Answer(round, speech.Agent)) with
        {
            LogProbabilities = _options.VoteWeight == VoteWeight.LogProbability ? new LogProbabilityOptions() : null,
        });
        var results = await phase.RunAsync(turns, requests, cancellation).ConfigureAwait(false);
        for (var i = 0; i < speeches.Count; i++)
        {
            var (debate, agent, prompt, summary) = speeches[i];
            var result = results[i];
            debate.Add(new Turn(
                round, agent, turns[i].Speaker, turns[i].Adapter?.ToString(), requests[i].Seed, prompt.Content, result.Text,
                result.Failure is null ? _task.Extract(result.Text) : null,
                result.PromptTokens, result.GeneratedTokens, result.Finish, summary, result.Failure,
                result.LogProbabilities is { Count: > 0 } drawn ? drawn.Average(token => token.Drawn.LogProbability) : null,
                result.Served));
        }
    }

    private GenerationRequest Request(IReadOnlyList<ChatMessage> messages, AdapterVersion? adapter, Seed seed) => new()
    {
        Messages = messages,
        Adapter = adapter,
        Sampling = _options.Sampling,
        Seed = seed.Value,
        MaxNewTokens = _options.MaxNewTokens,
    };

    private RoundVote Vote(DebatePhase phase, OpenDebate debate, int round)
    {
        var turns = debate.Turns.Where(turn => turn.Round == round).ToList();
        var answers = turns.ConvertAll(turn => turn.Answer);
        var equal = Decide(null);
        var isEqual = _options.VoteWeight == VoteWeight.Equal;
        var (answer, votes, voters) = isEqual ? equal : Decide(turns.ConvertAll(turn => turn.LogProbability is { } mean ? Math.Exp(mean) : 0));
        bool? correct = debate.Problem.Answer is { } truth ? answer is not null && _task.Same(answer, truth) : null;
        var vote = new RoundVote(round, answer, votes, voters, correct, isEqual ? null : equal.Answer);
        debate.Add(vote);
        phase.Report(new RoundVoted(debate.Problem.Id, vote));
        return vote;

        VoteResult Decide(IReadOnlyList<double>? weights) => MajorityVote.Decide(answers, _task.Same, debate.Seeds.Vote(round).Generator(), weights);
    }
}
