using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tests.Fakes;
using MultiagentFT.Debate.Voting;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Protocol;

public sealed class DebateRunnerTests
{
    private static readonly PromptSet Prompts = new()
    {
        Solve = "Q {question}",
        Summarize = "S {question} {answers}",
        Revise = "R {summary}",
    };

    private static readonly Problem[] Problems = [new("p", "1+1?", "2"), new("q", "1+2?", "3")];
    private static readonly Seed Root = new(11);

    private static readonly Society Trained = new(
        [.. Enumerable.Range(0, 3).Select(n => new AdapterVersion($"generator-{n}", 1))],
        [.. Enumerable.Range(0, 3).Select(n => new AdapterVersion($"critic-{n}", 1))]);

    [Fact]
    public async Task Requests_go_by_phase_then_agent_then_problem()
    {
        var engine = new ScriptedEngine(Named);
        await Run(engine, new DebateOptions { Rounds = 3, MaxNewTokens = 77 });

        Assert.Equal([6, 6, 6, 6, 6], engine.Batches.Select(batch => batch.Count));
        Assert.Equal(
            ["generator-0@1", "generator-0@1", "generator-1@1", "generator-1@1", "generator-2@1", "generator-2@1"],
            engine.Batches[0].Select(request => request.Adapter?.ToString()));
        Assert.All(engine.Batches[1].Concat(engine.Batches[3]), request => Assert.Null(request.Adapter));
        Assert.Equal(
            ["critic-0@1", "critic-0@1", "critic-1@1", "critic-1@1", "critic-2@1", "critic-2@1"],
            engine.Batches[4].Select(request => request.Adapter?.ToString()));
        Assert.Equal(["Q 1+1?", "Q 1+2?", "Q 1+1?"], engine.Batches[0].Take(3).Select(request => request.Messages.Single().Content));
        Assert.All(engine.Batches.SelectMany(batch => batch), request => Assert.Equal(77, request.MaxNewTokens));
    }

    [Fact]
    public async Task Conversations_hold_own_turns_and_the_summary_of_the_others()
    {
        var engine = new ScriptedEngine(Named);
        await Run(engine, new DebateOptions { Rounds = 3 });

        // Agent 1 on problem q is at index 1 * 2 + 1 of every phase.
        Assert.Equal([ChatMessage.User("S 1+2? (1) generator-0@1\n(2) generator-2@1")], engine.Batches[1][3].Messages);
        Assert.Equal(
            [ChatMessage.User("Q 1+2?"), ChatMessage.Assistant("generator-1@1"), ChatMessage.User("R summary")],
            engine.Batches[2][3].Messages);
        Assert.Equal([ChatMessage.User("S 1+2? (1) critic-0@1\n(2) critic-2@1")], engine.Batches[3][3].Messages);
        Assert.Equal(
            [
                ChatMessage.User("Q 1+2?"), ChatMessage.Assistant("generator-1@1"), ChatMessage.User("R summary"),
                ChatMessage.Assistant("critic-1@1"), ChatMessage.User("R summary"),
            ],
            engine.Batches[4][3].Messages);
    }

    [Fact]
    public async Task Ids_stand_before_prompts_of_agents_and_change_nothing_else()
    {
        var (engine, plain) = (new ScriptedEngine(Named), new ScriptedEngine(Named));
        var transcripts = await new DebateRunner(engine, new ArithmeticTask(), Prompts with { Identify = "I {id}:" }, new DebateOptions()).RunAsync(Problems, Trained.WithIds(), Root);
        await Run(plain, new DebateOptions());

        Assert.Equal(["I 1: Q 1+1?", "I 1: Q 1+2?", "I 2: Q 1+1?", "I 2: Q 1+2?", "I 3: Q 1+1?", "I 3: Q 1+2?"], engine.Batches[0].Select(request => request.Messages.Single().Content));
        Assert.Equal(plain.Batches[1].Select(request => request.Messages.Single()), engine.Batches[1].Select(request => request.Messages.Single()));
        Assert.Equal(
            [ChatMessage.User("I 2: Q 1+2?"), ChatMessage.Assistant("generator-1@1"), ChatMessage.User("I 5: R summary")],
            engine.Batches[2][3].Messages);
        Assert.Equal("I 5: R summary", transcripts[1].At(2, 1).Prompt);
        Assert.Equal(plain.Batches.SelectMany(batch => batch).Select(request => (request.Seed, request.Adapter)), engine.Batches.SelectMany(batch => batch).Select(request => (request.Seed, request.Adapter)));
    }

    [Fact]
    public async Task Seeds_depend_on_problem_round_and_agent_alone()
    {
        var engine = new ScriptedEngine(Named);
        var transcripts = await Run(engine, new DebateOptions());
        var alone = new ScriptedEngine(Named);
        await new DebateRunner(alone, new ArithmeticTask(), Prompts, new DebateOptions()).RunAsync([Problems[1]], Trained, Root);

        Assert.Equal(Root.Of("q").Of("answer").Of(2).Of(1).Value, engine.Batches[2][3].Seed);
        Assert.Equal(Root.Of("q").Of("summary").Of(2).Of(1).Value, engine.Batches[1][3].Seed);
        Assert.Equal(engine.Batches[2][3].Seed, alone.Batches[2][1].Seed);
        Assert.Equal(engine.Batches[2][3].Seed, transcripts[1].At(2, 1).Seed);
        Assert.Equal(18, engine.Batches.SelectMany(batch => batch).Select(request => request.Seed).Distinct().Count());
    }

    /// <summary>
    /// On p all agree at once; on q they differ, keep their answers in the second round and agree in the third. The debate that stops is the beginning of
    /// the one that goes on, so that what is told from the latter is what the former does.
    /// </summary>
    [Theory]
    [InlineData(DebateStop.Never, 4, 4)]
    [InlineData(DebateStop.Agreed, 1, 3)]
    [InlineData(DebateStop.Settled, 1, 2)]
    public async Task A_debate_may_end_when_there_is_nothing_left_to_discuss(DebateStop stop, int roundsOfP, int roundsOfQ)
    {
        string Script(GenerationRequest request) => request switch
        {
            { Adapter: null } => "sum",
            _ when request.Messages[0].Content == "Q 1+1?" => "\\boxed{2}",
            { Messages.Count: >= 5 } => "\\boxed{3}",
            { Adapter.Name: "generator-1" or "critic-1" } => "\\boxed{4}",
            _ => "\\boxed{03}",
        };
        var whole = await Run(new ScriptedEngine(Script), new DebateOptions { Rounds = 4 });
        var engine = new ScriptedEngine(Script);

        var stopped = await Run(engine, new DebateOptions { Rounds = 4, Stop = stop });

        Assert.Equal([roundsOfP, roundsOfQ], stopped.Select(transcript => transcript.Rounds));
        Assert.Equal(
            JsonSerializer.Serialize(whole.Select(transcript => EarlyStop.Apply(stop, transcript, new ArithmeticTask()))), JsonSerializer.Serialize(stopped));
        Assert.Equal(3 * (roundsOfP + roundsOfQ), engine.Batches.SelectMany(batch => batch).Count(request => request.Adapter is not null));
        Assert.Equal(stopped[1].Votes[^1], stopped[1].VoteAfter(4));
    }

    /// <summary>Two agents say 9 without being sure, and the third says 2 and is.</summary>
    [Fact]
    public async Task Votes_may_weigh_what_their_tokens_were_likely()
    {
        var engine = new ScriptedEngine(request => request.Adapter?.Name is "generator-2" or "critic-2" ? "\\boxed{2}" : "\\boxed{99}")
        {
            LogProbability = request => request.Adapter?.Name is "generator-2" or "critic-2" ? -0.1 : -2,
        };

        var weighted = await Run(engine, new DebateOptions { VoteWeight = VoteWeight.LogProbability });
        var plain = await Run(engine, new DebateOptions());

        Assert.Equal([new RoundVote(1, "2", 1, 3, true, "99"), new RoundVote(2, "2", 1, 3, true, "99")], weighted[0].Votes);
        Assert.Equal([new RoundVote(1, "99", 2, 3, false), new RoundVote(2, "99", 2, 3, false)], plain[0].Votes);
        // Nine tokens, of which five are half and four one and a half as likely as the mean.
        Assert.Equal(-0.1 * ((5 * 0.5) + (4 * 1.5)) / 9, weighted[0].At(1, 2).LogProbability!.Value, 12);
        Assert.All(plain.SelectMany(transcript => transcript.Turns), turn => Assert.Null(turn.LogProbability));
        Assert.DoesNotContain("equalAnswer", JsonSerializer.Serialize(plain[0].Votes, JsonFormats.Line), StringComparison.Ordinal);
        Assert.DoesNotContain("logProbability", JsonSerializer.Serialize(plain[0].Turns, JsonFormats.Line), StringComparison.Ordinal);
        Assert.Equal(plain.Select(transcript => transcript.Turns.Select(turn => (turn.Seed, turn.Text))), weighted.Select(transcript => transcript.Turns.Select(turn => (turn.Seed, turn.Text))));
    }

    [Fact]
    public async Task One_agent_has_nobody_to_agree_with()
    {
        var options = new DebateOptions { Agents = 1, Stop = DebateStop.Agreed };
        var alone = new Society([new AdapterVersion("generator-0", 1)], [new AdapterVersion("critic-0", 1)]);

        var transcripts = await new DebateRunner(new ScriptedEngine(_ => "\\boxed{2}"), new ArithmeticTask(), Prompts, options).RunAsync(Problems, alone, Root);

        Assert.Equal([2, 2], transcripts.Select(transcript => transcript.Rounds));
    }

    [Fact]
    public async Task The_last_round_votes_and_tokens_are_counted()
    {
        // First answers are wrong; critics 0 and 2 are right, critic 1 repeats itself.
        var engine = new ScriptedEngine(request => request.Adapter?.Name switch
        {
            null => "sum",
            "critic-0" or "critic-2" => "\\boxed{2}",
            _ => "\\boxed{9}",
        });
        var transcripts = await Run(engine, new DebateOptions());

        Assert.Equal(["2", "2"], transcripts.Select(transcript => transcript.Vote));
        Assert.Equal([true, false], transcripts.Select(transcript => transcript.Correct));
        Assert.Equal(["9", "9", "9"], transcripts[0].Turns.Where(turn => turn.Round == 1).Select(turn => turn.Answer));
        Assert.Equal([new RoundVote(1, "9", 3, 3, false), new RoundVote(2, "2", 2, 3, true)], transcripts[0].Votes);
        var turn = transcripts[0].At(2, 1);
        Assert.Equal(("R sum", "critic-1@1", 30, 9), (turn.Prompt, turn.Adapter, turn.PromptTokens, turn.GeneratedTokens));
        Assert.Equal(["generator-1", "generator-2", "generator-3", "critic-1", "critic-2", "critic-3"], transcripts[0].Turns.Select(t => t.Speaker));
        Assert.Equal(new SummaryTurn("sum", Root.Of("p").Of("summary").Of(2).Of(1).Value, 10, 3), turn.Summary);
        Assert.Equal((6 * 9) + (3 * 3), transcripts[0].GeneratedTokens);
    }

    [Fact]
    public async Task Without_summaries_critics_read_up_to_five_others_shuffled()
    {
        var engine = new ScriptedEngine(request => request.Adapter?.Name);
        AdapterVersion?[] agents = [.. Enumerable.Range(0, 8).Select(n => new AdapterVersion($"a{n}", 1))];
        var options = new DebateOptions { Agents = 8, Summarize = false };
        var transcripts = await new DebateRunner(engine, new ArithmeticTask(), Prompts, options)
            .RunAsync(Problems, new Society(agents, agents), Root);

        Assert.Equal(2, engine.Batches.Count);
        var orders = transcripts.SelectMany(transcript => transcript.Turns).Where(turn => turn.Round == 2).ToList();
        Assert.All(orders, turn =>
        {
            var read = turn.Prompt["R ".Length..].Split('\n').Select((line, index) => line.Replace($"({index + 1}) ", "")).ToList();
            Assert.Equal(5, read.Distinct().Count());
            Assert.DoesNotContain($"a{turn.Agent}", read);
            Assert.Null(turn.Summary);
        });
        Assert.True(orders.Select(turn => turn.Prompt).Distinct().Count() > 12, "orders do not vary");
    }

    [Fact]
    public async Task A_failed_answer_is_recorded_and_the_debate_goes_on()
    {
        var engine = new ScriptedEngine(request => request.Adapter?.Name switch
        {
            "generator-0" => null,
            null => "sum",
            _ => "\\boxed{2}",
        });
        var transcripts = await Run(engine, new DebateOptions());

        var failed = transcripts[0].At(1, 0);
        Assert.Equal(("", null, "scripted failure", FinishReason.Failed), (failed.Text, failed.Answer, failed.Failure?.Message, failed.Finish));
        Assert.Equal("S 1+1? (1) \\boxed{2}", engine.Batches[1][2].Messages.Single().Content);
        Assert.Equal("2", transcripts[0].Vote);
    }

    [Fact]
    public async Task A_failed_summary_leaves_nothing_to_read()
    {
        var transcripts = await Run(new ScriptedEngine(request => request.Adapter is null ? null : "\\boxed{2}"), new DebateOptions());

        Assert.Equal("R (none)", transcripts[0].At(2, 0).Prompt);
        Assert.Equal("scripted failure", transcripts[0].At(2, 0).Summary?.Failure?.Message);
    }

    [Fact]
    public async Task When_everything_fails_there_is_no_vote()
    {
        var engine = new ScriptedEngine(_ => null);
        var transcripts = await Run(engine, new DebateOptions());

        Assert.Equal([6, 6], engine.Batches.Select(batch => batch.Count));
        Assert.Null(transcripts[0].Vote);
        Assert.False(transcripts[0].Correct);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_agent_revises_alone(bool summarize)
    {
        var engine = new ScriptedEngine(_ => "\\boxed{2}");
        var options = new DebateOptions { Agents = 1, Summarize = summarize };
        var transcripts = await new DebateRunner(engine, new ArithmeticTask(), Prompts, options)
            .RunAsync(Problems, Society.OfBase(1), Root);

        Assert.Equal([2, 2], engine.Batches.Select(batch => batch.Count));
        Assert.Equal("R (none)", transcripts[0].At(2, 0).Prompt);
    }

    [Fact]
    public async Task Events_tell_of_every_turn_its_text_and_every_vote()
    {
        var observer = new RecordedEvents(wantsText: true);
        var transcripts = await new DebateRunner(new ScriptedEngine(Named), new ArithmeticTask(), Prompts, new DebateOptions())
            .RunAsync([Problems[1]], Trained, Root, observer);

        string[] kinds = [.. observer.Events.Select(happened => happened.GetType().Name)];
        Assert.Equal(["TurnStarted", "TurnStarted", "TurnStarted", "TextGenerated"], kinds[..4]);
        Assert.Equal(9, kinds.Count(kind => kind == "TurnEnded"));
        Assert.Equal(transcripts[0].Votes, observer.Events.OfType<RoundVoted>().Select(voted => voted.Vote));
        var texts = observer.Events.OfType<TextGenerated>().GroupBy(text => text.Turn).ToDictionary(of => of.Key, of => string.Concat(of.Select(text => text.Piece)));
        Assert.Equal(9, texts.Count);
        Assert.Equal("critic-1@1", texts[new SpeakingTurn("q", 2, 1, "critic-2", false, new AdapterVersion("critic-1", 1))]);
        Assert.Equal("summary", texts[new SpeakingTurn("q", 2, 1, "critic-2", true, null)]);
        Assert.Equal(
            transcripts[0].GeneratedTokens, observer.Events.OfType<TurnEnded>().Sum(ended => (long)ended.Result.GeneratedTokens));
    }

    [Fact]
    public async Task Text_is_not_asked_for_where_nobody_reads_it()
    {
        var observer = new RecordedEvents(wantsText: false);
        await new DebateRunner(new ScriptedEngine(_ => "ab"), new ArithmeticTask(), Prompts, new DebateOptions())
            .RunAsync(Problems, Trained, Root, observer);

        Assert.Empty(observer.Events.OfType<TextGenerated>());
        Assert.Equal(18, observer.Events.OfType<TurnEnded>().Count());
    }

    [Fact]
    public async Task Samples_have_the_first_round_of_the_debate()
    {
        var debate = new ScriptedEngine(Named);
        await Run(debate, new DebateOptions());
        var engine = new ScriptedEngine(Named);
        var transcripts = await new SampleRunner(engine, new ArithmeticTask(), Prompts, new DebateOptions { Agents = 9, Rounds = 5 })
            .RunAsync(Problems, new DebateAgent("single", new AdapterVersion("single", 2)), 3, Root);

        Assert.Equal(debate.Batches[0].Select(request => request.Seed), engine.Batches.Single().Select(request => request.Seed));
        Assert.All(engine.Batches.Single(), request => Assert.Equal("single@2", request.Adapter?.ToString()));
        Assert.All(transcripts, transcript => Assert.Equal((3, 1), (transcript.Turns.Count, transcript.Rounds)));
        Assert.All(transcripts[0].Turns, turn => Assert.Equal("single", turn.Speaker));
    }

    [Fact]
    public async Task Where_the_truth_is_not_known_no_vote_is_right_or_wrong()
    {
        var runner = new DebateRunner(new ScriptedEngine(_ => "\\boxed{2}"), new ArithmeticTask(), Prompts, new DebateOptions());

        var transcripts = await runner.RunAsync([Problems[0] with { Answer = null }, Problems[0] with { Id = "r" }], Trained, Root);

        Assert.Equal([null, true], transcripts.Select(transcript => transcript.Correct));
        Assert.Equal((null, "2"), (transcripts[0].Truth, transcripts[0].Vote));
        Assert.Equal(new Accuracy(1, 0, 1), Accuracy.Of(transcripts));
        Assert.False(Accuracy.Of(transcripts.Take(1)).IsKnown);
    }

    [Fact]
    public async Task A_system_turn_comes_before_every_conversation()
    {
        var engine = new ScriptedEngine(Named);
        await new DebateRunner(engine, new ArithmeticTask(), Prompts with { System = "Be brief." }, new DebateOptions()).RunAsync(Problems, Trained, Root);

        Assert.Equal([6, 6, 6], engine.Batches.Select(batch => batch.Count));
        Assert.All(engine.Batches.SelectMany(batch => batch), request =>
        {
            Assert.Equal(ChatMessage.System("Be brief."), request.Messages[0]);
            Assert.All(request.Messages.Skip(1), message => Assert.NotEqual(ChatMessage.SystemRole, message.Role));
        });
    }

    [Fact]
    public async Task Examples_come_before_what_agents_are_asked_and_not_before_summaries()
    {
        var (engine, plain) = (new ScriptedEngine(Named), new ScriptedEngine(Named));
        ChatMessage[] examples = [ChatMessage.User("0+1?"), ChatMessage.Assistant("\\boxed{1}")];
        await new DebateRunner(engine, new ArithmeticTask(), Prompts with { System = "Be brief.", FewShot = examples }, new DebateOptions()).RunAsync(Problems, Trained, Root);
        await Run(plain, new DebateOptions());

        foreach (var (batch, without) in engine.Batches.Zip(plain.Batches))
        {
            var isSummary = batch == engine.Batches[1];
            foreach (var (request, other) in batch.Zip(without))
                Assert.Equal([ChatMessage.System("Be brief."), .. isSummary ? [] : examples, .. other.Messages], request.Messages);
        }
        Assert.Equal(3, engine.Batches.Count);
    }

    [Fact]
    public async Task Wrong_options_and_societies_are_refused()
    {
        var engine = new ScriptedEngine(_ => "");
        var error = Assert.Throws<InputException>(() => new DebateRunner(
            engine, new ArithmeticTask(), new PromptSet { Solve = "?" }, new DebateOptions { Agents = 0, Rounds = 99 }));

        Assert.Contains("debate.agents: expected 1 to 64, found 0", error.Message);
        Assert.Contains("debate.rounds", error.Message);
        Assert.Contains("prompts.solve", error.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => new DebateRunner(engine, new ArithmeticTask(), Prompts, new DebateOptions())
            .RunAsync(Problems, Society.OfBase(2), Root));
        await Assert.ThrowsAsync<InputException>(() => new SampleRunner(engine, new ArithmeticTask(), Prompts, new DebateOptions())
            .RunAsync(Problems, new DebateAgent("base", null), 0, Root));
    }

    [Fact]
    public async Task Cancellation_ends_no_turn()
    {
        var observer = new RecordedEvents(wantsText: true);
        await Assert.ThrowsAsync<OperationCanceledException>(() => new DebateRunner(
            new ScriptedEngine(Named), new ArithmeticTask(), Prompts, new DebateOptions())
            .RunAsync(Problems, Trained, Root, observer, new CancellationToken(true)));

        Assert.All(observer.Events, happened => Assert.IsType<TurnStarted>(happened));
    }

    /// <summary>Everybody answers with their own name.</summary>
    private static string Named(GenerationRequest request) => request.Adapter?.ToString() ?? "summary";

    private static Task<IReadOnlyList<Transcript>> Run(IGenerationEngine engine, DebateOptions options) =>
        new DebateRunner(engine, new ArithmeticTask(), Prompts, options).RunAsync(Problems, Trained, Root);
}
