using System.Text;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Protocols;

namespace MultiagentFT.Cluster.Tests.Messages;

public sealed class MessageJsonTests
{
    private static readonly string Hash = new('a', 64);

    [Fact]
    public void Work_comes_back_with_the_same_id()
    {
        foreach (var work in (WorkContent[])[Debate(), Training(), Scoring()])
        {
            var read = MessageJson.Read<WorkMessage>("test", MessageJson.Write(new WorkMessage(1, work))).Content;

            Assert.Equal(work.Id(), read.Id());
            Assert.Equal(work.Kind, read.Kind);
        }
    }

    [Fact]
    public void The_id_is_that_of_the_content()
    {
        var work = Debate();
        WorkContent[] others =
        [
            work with { Model = new string('b', 64) },
            work with { Debate = work.Debate! with { Seed = 2 } },
            work with { Debate = work.Debate! with { Problems = [.. work.Debate.Problems.Reverse()] } },
            work with { Debate = work.Debate! with { Adapters = [work.Debate.Adapters[0] with { File = new StoredContent(new string('c', 64), 1) }] } },
            work with { Debate = work.Debate! with { Protocol = work.Debate.Protocol with { Samples = 2 } } },
            work with { Debate = work.Debate! with { Protocol = work.Debate.Protocol with { TellsTruth = true } } },
            work with { Debate = work.Debate! with { Protocol = work.Debate.Protocol with { HasChoices = true } } },
            Training(),
        ];

        Assert.Equal(work.Id(), Debate().Id());
        Assert.Equal(others.Length + 1, others.Append(work).Select(other => other.Id()).Distinct().Count());
    }

    [Fact]
    public void Every_part_that_is_out_of_range_is_refused()
    {
        var (debate, training) = (Debate(), Training());
        (WorkContent Work, string Expected)[] cases =
        [
            (debate with { Model = "x" }, "content.model"),
            (debate with { Training = training.Training }, "expected a debate, a training or a scoring, found none or several"),
            (debate with { Debate = debate.Debate! with { Problems = [] } }, "debate.problems: expected 1"),
            (debate with { Debate = debate.Debate! with { Problems = [debate.Debate.Problems[0], debate.Debate.Problems[0]] } }, "different ids"),
            (debate with { Debate = debate.Debate! with { Adapters = [] } }, "debate.adapters: expected critic-1@1"),
            (debate with { Debate = debate.Debate! with { Protocol = debate.Debate.Protocol with { Samples = 0 } } }, "samples: expected 1"),
            (debate with { Debate = debate.Debate! with { Protocol = debate.Debate.Protocol with { TellsTruth = true } } }, "an answer to each where the truth is told, found none for p2"),
            (debate with { Debate = debate.Debate! with { Protocol = debate.Debate.Protocol with { TellsTruth = true, Samples = 1 } } }, "expected none where the truth is told, found 1"),
            (debate with { Debate = debate.Debate! with { Protocol = debate.Debate.Protocol with { Critics = [] } } }, "expected 1 generators and critics, found 1 and 0"),
            (Scoring() with { Training = training.Training }, "expected a debate, a training or a scoring, found none or several"),
            (Scoring() with { Scoring = Scoring().Scoring! with { Requests = [] } }, "scoring: expected 1 to 100000 answers or as many texts, found 0 and 0"),
            (Scoring() with { Scoring = Scoring().Scoring! with { Texts = ["It is 4."] } }, "found 1 and 1"),
            (Scoring() with { Scoring = Scoring().Scoring! with { Adapters = [] } }, "scoring.requests[0].policies: expected -1 to -1, found 0"),
            (Scoring() with { Scoring = Scoring().Scoring! with { Requests = [Scoring().Scoring!.Requests[0] with { Policies = [] }] } }, "scoring.requests[0].policies: expected 1 to 256, found 0"),
            (Scoring() with { Scoring = Scoring().Scoring! with { Requests = [Scoring().Scoring!.Requests[0] with { Policies = [-2] }] } }, "scoring.requests[0].policies: expected -1 to 0, found -2"),
            (training with { Training = training.Training! with { Options = new TrainingOptions { Epochs = 0 } } }, "training.options: epochs"),
            (training with { Training = training.Training! with { Name = "../critic-1" } }, "training.name"),
            (training with { Training = training.Training! with { Dataset = new StoredContent("../../etc/passwd", 1) } }, "training.dataset.sha256"),
            (training with { Training = training.Training! with { StartAdapter = new StoredContent(Hash, -1) } }, "training.startAdapter.bytes"),
        ];
        foreach (var (work, expected) in cases)
        {
            var error = Assert.Throws<InputException>(() => MessageJson.Read<WorkMessage>("subject", MessageJson.Write(new WorkMessage(1, work))));
            Assert.StartsWith("subject: ", error.Message, StringComparison.Ordinal);
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"format\":1}")]
    [InlineData("{\"format\":1,\"content\":null}")]
    [InlineData("{\"format\":2,\"content\":{\"model\":\"\",\"debate\":null,\"training\":null}}")]
    [InlineData("{\"format\":1,\"content\":{\"model\":\"\",\"debate\":null,\"training\":null,\"more\":1}}")]
    public void What_is_no_message_is_refused(string text) =>
        Assert.StartsWith("subject: ", Assert.Throws<InputException>(() => MessageJson.Read<WorkMessage>("subject", Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void Cut_and_changed_messages_are_refused_or_read()
    {
        var content = MessageJson.Write(new WorkMessage(1, Debate()));
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var mutant = content[..random.Next(content.Length + 1)];
            if (i % 2 == 0) mutant = [.. content];
            if (mutant.Length > 0) mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            try
            {
                Assert.NotNull(MessageJson.Read<WorkMessage>("subject", mutant));
            }
            catch (InputException error)
            {
                Assert.StartsWith("subject: ", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("[{\"progress\":{\"step\":1,\"steps\":2,\"tokens\":5,\"loss\":1,\"learningRate\":1},\"time\":\"2026-11-26T12:00:00Z\"}]", null)]
    [InlineData("[null]", "subject: expected a message of format 1")]
    [InlineData("[{\"progress\":{\"step\":0,\"steps\":2,\"tokens\":5,\"loss\":1,\"learningRate\":1},\"time\":\"2026-11-26T12:00:00Z\"}]", "adapter.curve[0].step: expected 1 to 2, found 0")]
    [InlineData("[{\"progress\":{\"step\":3,\"steps\":2,\"tokens\":5,\"loss\":1,\"learningRate\":1},\"time\":\"2026-11-26T12:00:00Z\"}]", "adapter.curve[0].step: expected 1 to 2, found 3")]
    [InlineData("[{\"progress\":{\"step\":1,\"steps\":2,\"tokens\":-5,\"loss\":1,\"learningRate\":1},\"time\":\"2026-11-26T12:00:00Z\"}]", "adapter.curve[0].tokens: expected 0 or more, found -5")]
    [InlineData("[{\"progress\":{\"step\":1,\"steps\":2,\"tokens\":5,\"loss\":1e999,\"learningRate\":1},\"time\":\"2026-11-26T12:00:00Z\"}]", "")]
    public void A_curve_is_steps_in_their_order(string curve, string? expected)
    {
        var text = Encoding.UTF8.GetString(MessageJson.Write(new ResultMessage(
            1, Hash, new Origin("w", "1", "c", "i"), 1, null, new TrainedAdapter(new StoredContent(Hash, 5), new TrainingReport(1, 0, 1, 10, 5, 1, 1, 0.1)), null)));
        var changed = Encoding.UTF8.GetBytes(text.Replace("\"curve\":null", $"\"curve\":{curve}", StringComparison.Ordinal));

        if (expected is null) Assert.NotNull(MessageJson.Read<ResultMessage>("subject", changed).Adapter!.Curve);
        else Assert.Contains(expected, Assert.Throws<InputException>(() => MessageJson.Read<ResultMessage>("subject", changed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_have_to_answer_what_was_asked()
    {
        var work = Scoring();
        AnswerScore right = new([7, 8], [[-0.5, -1], [-2, 0]], [[0, 0.25], [0.125, 0]]);
        GenerationFailure failure = new(FailureKind.PromptTooLong, "no room");
        (ScoredWork Scored, string? Refused, string? Mismatch)[] cases =
        [
            (new([right], []), null, null),
            (new([new([], [], [], failure)], []), null, null),
            (new([], []), null, "expected 1 scores, found 0"),
            (new([right], [new([1])]), null, "expected 0 embeddings, found 1"),
            (new([right with { LogProbabilities = [[-0.5, -1]] }], []), null, "expected scores under 2 policies, found 1"),
            (new([right with { Tokens = [7] }], []), "scored.scores[0].logProbabilities: expected one for each token", null),
            (new([right with { LogProbabilities = [[-0.5, 1], [-2, 0]] }], []), "scored.scores[0].logProbabilities: expected finite numbers of at most 0", null),
            (new([right with { Divergences = [[0, -1], [0, 0]] }], []), "scored.scores[0].divergences: expected a square of finite numbers of 0 or more", null),
            (new([right with { Divergences = [[0], [0]] }], []), "scored.scores[0].divergences: expected a square", null),
            (new([right], [new([])]), "scored.embeddings[0]: expected finite numbers", null),
            (new([right], [new([1]), new([1, 2])]), "scored.embeddings: expected one length", null),
        ];
        foreach (var (scored, refused, mismatch) in cases)
        {
            var content = MessageJson.Write(new ResultMessage(1, work.Id(), new Origin("w", "1", "c", "i"), 1, null, null, null, scored));
            if (refused is null) Assert.Equal(mismatch, MessageJson.Read<ResultMessage>("subject", content).Mismatch(work));
            else Assert.Contains(refused, Assert.Throws<InputException>(() => MessageJson.Read<ResultMessage>("subject", content)).Message, StringComparison.Ordinal);
        }
        Assert.Equal(
            (FailureKind.NotFinite, 1),
            (ScoredWork.Of([right with { Divergences = [[0, double.PositiveInfinity], [0, 0]] }], []).Scores[0].Failure!.Kind, ScoredWork.Of([right], []).Scores.Count(score => score.Failure is null)));
    }

    [Fact]
    public void A_result_has_to_answer_what_was_asked()
    {
        var work = Debate();
        Transcript[] right = [.. work.Debate!.Problems.Select(problem => Answer(problem))];
        (Transcript[] Transcripts, string? Expected)[] cases =
        [
            (right, null),
            ([right[1], right[0]], "expected the debate on problem p1"),
            ([right[0]], "expected 2 transcripts, found 1"),
            ([right[0] with { Question = "another" }, right[1]], "expected the debate on problem p1"),
            ([right[0] with { Truth = "another" }, right[1]], "expected the debate on problem p1"),
            ([right[0] with { Format = 1 }, right[1]], "format"),
            ([right[0] with { Votes = [] }, right[1]], "votes"),
            ([right[0] with { Turns = [] }, right[1]], "expected 1 turns, found 0"),
            ([right[0] with { Turns = [right[0].Turns[0] with { Agent = 7 }] }, right[1]], "agents"),
        ];
        foreach (var (transcripts, expected) in cases)
        {
            var mismatch = new ResultMessage(1, work.Id(), new Origin("w", "1", "c", "i"), 1, transcripts, null, null).Mismatch(work);
            if (expected is null) Assert.Null(mismatch);
            else Assert.Contains(expected, mismatch, StringComparison.Ordinal);
        }
    }

    private static Transcript Answer(Problem problem) => new(
        FileFormat.Current, problem.Id, problem.Question, problem.Answer,
        [new Turn(1, 0, "generator-1", null, 1, problem.Question, "\\boxed{1}", "1", 1, 1, FinishReason.EndOfTurn)],
        [new RoundVote(1, "1", 1, 1, true)]);

    private static WorkContent Debate() => new(
        Hash,
        new DebateWork(
            new ProtocolDescription(
                new DebateConfig { Debate = new DebateOptions { Agents = 1, Rounds = 2 } },
                [new DebateAgent("generator-1", null)],
                [new DebateAgent("critic-1", new AdapterVersion("critic-1", 1))],
                null),
            [new SentAdapter("critic-1", 1, new StoredContent(Hash, 10))],
            [new Problem("p1", "1+1?", "2"), new Problem("p2", "2+2?", null)],
            1),
        null);

    private static WorkContent Scoring() => new(
        Hash, null, null,
        new ScoringWork(
            new DebateConfig(), [new SentAdapter("critic-1", 1, new StoredContent(Hash, 5))],
            [new SentAnswer([ChatMessage.User("What is 2+2?")], "It is 4.", [0, SentAnswer.Base])], []));

    private static WorkContent Training() => new(Hash, null, new TrainingWork("critic-1", new TrainingOptions(), ulong.MaxValue, new StoredContent(Hash, 10), null));
}
