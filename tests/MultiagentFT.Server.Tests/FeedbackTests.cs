using MultiagentFT.Runs.Feedback;

namespace MultiagentFT.Server.Tests;

/// <summary>What people think of answers is kept in the run folder, with the run's own texts.</summary>
public sealed class FeedbackTests
{
    private const string Place = "\"by\":\"Ada\",\"stage\":\"" + SampleRun.Stage + "\",\"line\":3";

    [Fact]
    public async Task A_preference_is_kept_with_texts_and_vote_of_the_run()
    {
        await using var server = await PageTests.StartAsync();

        var (status, _) = await server.PostAsync("/app/feedback", "{" + Place + ",\"chosen\":{\"round\":2,\"agent\":1},\"rejected\":{\"round\":1,\"agent\":2}}");

        Assert.Equal(201, status);
        var kept = Assert.IsType<Preference>(Assert.Single(FeedbackFile.Read(PathOf(server))));
        var turns = SampleRun.Debate(3).Turns;
        Assert.Equal(("Ada", turns[3].Text, turns[1].Text), (kept.By, kept.ChosenText, kept.RejectedText));
        Assert.Equal(["Work it out."], kept.Prompt.Select(message => message.Content));
        Assert.Equal(new AnswerOrigin("critic-1", SampleRun.Stage, "problem-3", 2, 0, IsVote: true), kept.ChosenFrom);
        Assert.Equal(new AnswerOrigin("generator-2", SampleRun.Stage, "problem-3", 1, 1, IsVote: false), kept.RejectedFrom);
        var summary = (await server.GetAsync("/app/feedback")).Body;
        Assert.Equal((1, 1), (summary.GetProperty("judgments").GetInt32(), summary.GetProperty("withVote").GetProperty("agreed").GetInt32()));
    }

    [Fact]
    public async Task Answers_of_a_debate_and_of_the_page_are_marked()
    {
        await using var server = await PageTests.StartAsync();

        Assert.Equal(201, (await server.PostAsync("/app/feedback", "{" + Place + ",\"answer\":{\"round\":1,\"agent\":1},\"good\":false}")).Status);
        Assert.Equal(201, (await server.PostAsync("/app/feedback", """{"by":"Bo","question":"What is 1+1?","answer":{"model":"base","text":"2"},"good":true}""")).Status);

        var marks = FeedbackFile.Read(PathOf(server)).Cast<Mark>().ToList();
        Assert.Equal([("Ada", false), ("Bo", true)], marks.Select(mark => (mark.By, mark.Label)));
        Assert.Equal(server.Society.Options.Prompts.SolveMessage("What is 1+1?").Content, marks[1].Prompt[^1].Content);
        Assert.Equal(new AnswerOrigin("base"), marks[1].CompletionFrom);
    }

    [Theory]
    [InlineData("{}", "by")]
    [InlineData("{\"by\":\" \"}", "by")]
    [InlineData("{\"by\":\"\\u001b[31m\",\"question\":\"a\",\"answer\":{\"model\":\"base\",\"text\":\"2\"},\"good\":true}", "by")]
    [InlineData("{\"by\":\"Ada\"}", "question")]
    [InlineData("{" + Place + "}", "chosen")]
    [InlineData("{" + Place + ",\"chosen\":{\"round\":2,\"agent\":1}}", "rejected")]
    [InlineData("{" + Place + ",\"chosen\":{\"round\":2,\"agent\":1},\"rejected\":{\"round\":2,\"agent\":1}}", "rejected")]
    [InlineData("{" + Place + ",\"chosen\":{\"round\":2,\"agent\":4},\"rejected\":{\"round\":2,\"agent\":1}}", "chosen.round")]
    [InlineData("{" + Place + ",\"chosen\":{\"round\":2,\"agent\":1,\"text\":\"mine\"},\"rejected\":{\"round\":1,\"agent\":1}}", "chosen.text")]
    [InlineData("{" + Place + ",\"answer\":{\"round\":2,\"agent\":1}}", "good")]
    [InlineData("{" + Place + ",\"answer\":{\"round\":2,\"agent\":1},\"good\":1}", "good")]
    [InlineData("{" + Place + ",\"answer\":{\"round\":2,\"agent\":1},\"good\":true,\"why\":\"so\"}", "why")]
    [InlineData("{\"by\":\"Ada\",\"stage\":\"none-1-evaluation\",\"line\":3,\"answer\":{\"round\":2,\"agent\":1},\"good\":true}", "stage")]
    [InlineData("{\"by\":\"Ada\",\"stage\":\"" + SampleRun.Stage + "\",\"line\":99,\"answer\":{\"round\":2,\"agent\":1},\"good\":true}", "line")]
    [InlineData("{\"by\":\"Ada\",\"question\":\"a\",\"answer\":{\"model\":\"base\",\"text\":\" \"},\"good\":true}", "answer")]
    [InlineData("{\"by\":\"Ada\",\"question\":\" \",\"answer\":{\"model\":\"base\",\"text\":\"2\"},\"good\":true}", "question")]
    public async Task What_is_no_judgment_is_refused_and_not_kept(string body, string param)
    {
        await using var server = await PageTests.StartAsync();

        var (status, answer) = await server.PostAsync("/app/feedback", body);

        Assert.InRange(status, 400, 404);
        Assert.Equal(param, answer.GetProperty("error").GetProperty("param").GetString());
        Assert.False(File.Exists(PathOf(server)));
    }

    [Fact]
    public async Task Many_at_a_time_are_all_kept()
    {
        await using var server = await PageTests.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(1, 24).Select(person => server.PostAsync(
            "/app/feedback", $$"""{"by":"person {{person}}","question":"a","answer":{"model":"base","text":"2"},"good":{{(person % 2 == 0 ? "true" : "false")}}}""")));

        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        var kept = FeedbackFile.Read(PathOf(server));
        Assert.Equal(24, kept.Select(judgment => judgment.By).Distinct().Count());
        var between = (await server.GetAsync("/app/feedback")).Body.GetProperty("betweenPeople");
        // 12 of each kind: 2 x 66 of 276 pairs agree.
        Assert.Equal((132, 276), (between.GetProperty("agreed").GetInt32(), between.GetProperty("of").GetInt32()));
    }

    [Fact]
    public async Task A_file_that_leads_elsewhere_is_not_written()
    {
        await using var server = await PageTests.StartAsync(folder =>
        {
            File.WriteAllText(folder.File("other"), "mine\n");
            File.CreateSymbolicLink(Path.Combine(folder.File("run"), "feedback.jsonl"), folder.File("other"));
        });

        var (status, body) = await server.PostAsync("/app/feedback", "{" + Place + ",\"answer\":{\"round\":1,\"agent\":1},\"good\":false}");

        Assert.Equal((503, "storage_error"), (status, body.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal("mine\n", File.ReadAllText(server.Folder.File("other")));
    }

    private static string PathOf(TestServer server) => Path.Combine(server.Folder.File("run"), "feedback.jsonl");
}
