using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Remote.Finetuning;
using MultiagentFT.Remote.Tests.Endpoint;
using MultiagentFT.Testing;

namespace MultiagentFT.Remote.Tests.Finetuning;

public sealed class RemoteTrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_job_makes_a_reference_to_its_model()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        using var endpoint = RemoteTest.Open(fake);

        var report = await new RemoteTrainer(endpoint).TrainAsync(Job(), null, CancellationToken.None);

        var job = fake.Jobs.Values.Single();
        var (name, content) = fake.Files.Values.Single();
        Assert.Equal(("toy", "file-1", 3, 7), (job.Model, job.File, job.Epochs, job.Seed));
        Assert.Equal(name, job.Suffix + ".jsonl");
        Assert.Equal(fake.PollsUntilDone, job.Polls);
        Assert.Equal(new RemoteWeights(FileFormat.Current, $"ft:toy:{job.Suffix}", fake.BaseUrl, "toy", job.Id), RemoteWeights.Read(_folder.File("agent.remote")));
        Assert.Equal((2, Rule.Tokens(content) * 3L, null), (report.Examples, report.Tokens, report.FirstLoss));
        Assert.Equal(report, JsonSerializer.Deserialize<TrainingReport>(File.ReadAllText(_folder.File("agent.json")), JsonFormats.Indented));
        Assert.Equal(report.Tokens, endpoint.Budget.Spent.Trained);
        // The turns that are not learned say so; the others say nothing that an endpoint might not know.
        Assert.Equal(
            """
            {"messages":[{"role":"user","content":"1+1?"},{"role":"assistant","content":"3","weight":0},{"role":"user","content":"Sure?"},{"role":"assistant","content":"2"}]}
            {"messages":[{"role":"user","content":"2+2?"},{"role":"assistant","content":"4"}]}

            """,
            content);
    }

    /// <summary>With all turns learned, those that the dataset says are context still are not.</summary>
    [Fact]
    public async Task Context_of_a_dataset_is_not_learned_whatever_turns_are()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        using var endpoint = RemoteTest.Open(fake);
        var job = Job();
        DatasetFile.Write(job.Dataset, [ChatExample.After([ChatMessage.User("0+1?"), ChatMessage.Assistant("1")], [ChatMessage.User("1+1?"), ChatMessage.Assistant("3"), ChatMessage.User("Sure?"), ChatMessage.Assistant("2")])]);

        await new RemoteTrainer(endpoint).TrainAsync(job with { Options = job.Options with { Loss = LossTarget.AllTurns } }, null, CancellationToken.None);

        Assert.Equal(
            """
            {"messages":[{"role":"user","content":"0+1?"},{"role":"assistant","content":"1","weight":0},{"role":"user","content":"1+1?"},{"role":"assistant","content":"3"},{"role":"user","content":"Sure?"},{"role":"assistant","content":"2"}]}

            """,
            fake.Files.Values.Single().Content);
    }

    [Fact]
    public async Task A_next_training_begins_with_the_last_model()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        using var endpoint = RemoteTest.Open(fake);
        var trainer = new RemoteTrainer(endpoint);
        await trainer.TrainAsync(Job(), null, CancellationToken.None);

        await trainer.TrainAsync(Job() with { StartAdapter = _folder.File("agent.remote"), Output = _folder.File("next.remote") }, null, CancellationToken.None);

        Assert.Equal(RemoteWeights.Read(_folder.File("agent.remote")).Model, fake.Jobs["ftjob-2"].Model);
    }

    /// <summary>The process dies right after the endpoint has stored the file, created the job, or answered a poll.</summary>
    [Theory]
    [InlineData("file")]
    [InlineData("job")]
    [InlineData("poll")]
    public async Task What_a_killed_process_has_begun_is_found_again(string moment)
    {
        await using var fake = await FakeEndpoint.StartAsync();
        using var kill = new CancellationTokenSource();
        fake.FileStored = context => moment == "file" ? KillAsync(context) : Task.CompletedTask;
        fake.JobCreated = (_, context) => moment == "job" ? KillAsync(context) : Task.CompletedTask;
        if (moment == "poll") fake.PollsUntilDone = int.MaxValue;
        using (var endpoint = RemoteTest.Open(fake))
        {
            endpoint.Budget.Keep(_folder.File("spending.jsonl"));
            var training = new RemoteTrainer(endpoint).TrainAsync(Job(), null, kill.Token);
            if (moment == "poll")
            {
                while (fake.Jobs.IsEmpty || fake.Jobs["ftjob-1"].Polls == 0) await Task.Yield();
                await kill.CancelAsync();
            }
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        }
        (fake.FileStored, fake.JobCreated, fake.PollsUntilDone) = (_ => Task.CompletedTask, (_, _) => Task.CompletedTask, 2);

        using var next = RemoteTest.Open(fake);
        next.Budget.Keep(_folder.File("spending.jsonl"));
        var report = await new RemoteTrainer(next).TrainAsync(Job(), null, CancellationToken.None);
        var again = await new RemoteTrainer(next).TrainAsync(Job(), null, CancellationToken.None);

        Assert.Single(fake.Files);
        Assert.Single(fake.Jobs);
        Assert.Equal(report.Tokens, next.Budget.Spent.Trained);
        Assert.Equal(report.Tokens, again.Tokens);

        async Task KillAsync(HttpContext context)
        {
            await kill.CancelAsync();
            context.Abort();
        }
    }

    [Fact]
    public async Task An_answer_that_is_lost_makes_no_second_job()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        var lost = 0;
        fake.FileStored = context => Lose(context);
        fake.JobCreated = (_, context) => Lose(context);
        using var endpoint = RemoteTest.Open(fake);

        await new RemoteTrainer(endpoint).TrainAsync(Job(), null, CancellationToken.None);

        Assert.Equal(2, lost);
        Assert.Single(fake.Files);
        Assert.Single(fake.Jobs);

        Task Lose(HttpContext context)
        {
            lost++;
            context.Abort();
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_job_that_fails_says_why_and_the_next_attempt_begins_anew()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.JobCreated = (job, _) =>
        {
            if (job.Id == "ftjob-1") job.Error = "line 1 is\u001b odd";
            return Task.CompletedTask;
        };
        using var endpoint = RemoteTest.Open(fake);
        var trainer = new RemoteTrainer(endpoint);

        var error = await Assert.ThrowsAsync<TrainingFailedException>(() => trainer.TrainAsync(Job(), null, CancellationToken.None));
        var left = File.Exists(_folder.File("agent.remote"));
        await trainer.TrainAsync(Job(), null, CancellationToken.None);

        Assert.Equal($"{fake.BaseUrl}: expected finetuning job ftjob-1 to succeed, found failed: line 1 is\\u001b odd", error.Message);
        Assert.False(left);
        Assert.Equal("ftjob-2", RemoteWeights.Read(_folder.File("agent.remote")).Job);
    }

    [Fact]
    public async Task Other_data_make_another_job()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        using var endpoint = RemoteTest.Open(fake);
        var trainer = new RemoteTrainer(endpoint);
        await trainer.TrainAsync(Job(), null, CancellationToken.None);

        await trainer.TrainAsync(Job("Another question?"), null, CancellationToken.None);

        Assert.Equal(2, fake.Jobs.Values.Select(job => job.Suffix).Distinct().Count());
    }

    [Fact]
    public async Task A_training_that_does_not_fit_the_budget_is_not_begun()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        using var endpoint = RemoteTest.Open(fake, options => options with { TokenBudget = 100 });

        var error = await Assert.ThrowsAsync<InputException>(() => new RemoteTrainer(endpoint).TrainAsync(Job(), null, CancellationToken.None));

        Assert.StartsWith("remote.tokenBudget: ", error.Message, StringComparison.Ordinal);
        Assert.Empty(fake.Files);
        Assert.Empty(fake.Jobs);
    }

    [Fact]
    public async Task A_refused_key_is_bad_input()
    {
        await using var fake = await FakeEndpoint.StartAsync("another");
        using var endpoint = RemoteTest.Open(fake, key: RemoteTest.Key);

        var error = await Assert.ThrowsAsync<InputException>(() => new RemoteTrainer(endpoint).TrainAsync(Job(), null, CancellationToken.None));

        Assert.Contains("status 401", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(RemoteTest.Key, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(RemoteTest.Key, string.Concat(Directory.EnumerateFiles(_folder.Path).Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    private TrainingJob Job(string question = "1+1?")
    {
        DatasetFile.Write(
            _folder.File("dataset.jsonl"),
            [
                new ChatExample([ChatMessage.User(question), ChatMessage.Assistant("3"), ChatMessage.User("Sure?"), ChatMessage.Assistant("2")]),
                new ChatExample([ChatMessage.User("2+2?"), ChatMessage.Assistant("4")]),
            ]);
        return new TrainingJob
        {
            Model = "openai:toy",
            Dataset = _folder.File("dataset.jsonl"),
            Output = _folder.File("agent.remote"),
            Seed = 7UL << 33,
            Options = new TrainingOptions { Epochs = 3 },
        };
    }
}
